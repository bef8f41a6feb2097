import Base
import Cryptography
import Domain
import Foundation

/// What a browser keeps of the accounts that were signed in to in it, so that its attempts are not
/// counted with those of strangers. It opens nothing: a password is needed all the same.
///
/// A marker is a random name with a code over name, account and password: only the server can make
/// one, it is good for one account, and a changed password ends it.
struct DeviceMarkers: Sendable {
    /// Accounts that one browser is remembered for; the one used longest ago is left out first.
    static let limit = 5
    private static let separator: Character = "~"

    let key: Secret

    /// The names in `presented` that this account's markers have; nil when none is its own.
    func name(in presented: String?, _ account: AccountID, _ passwordHash: String) -> String? {
        DeviceMarkers.parts(presented).lazy.compactMap { part in
            let halves = part.split(separator: ".")
            guard halves.count == 2 else { return nil }
            let name = String(halves[0])
            let right = code(name, account, passwordHash)
            return constantTimeEqual(Array(halves[1].utf8), Array(right.utf8)) ? name : nil
        }.first
    }

    /// `presented` with a marker of this account in front.
    func marking(
        _ presented: String?, _ account: AccountID, _ passwordHash: String, _ world: World
    ) -> String {
        let known = name(in: presented, account, passwordHash)
        let name = known ?? world.randomBytes(16).hex
        let own = "\(name).\(code(name, account, passwordHash))"
        let others = DeviceMarkers.parts(presented).filter { $0 != own }
        return ([own] + others.prefix(DeviceMarkers.limit - 1))
            .joined(separator: String(DeviceMarkers.separator))
    }

    private func code(_ name: String, _ account: AccountID, _ passwordHash: String) -> String {
        HMAC.sha256(
            Array("device marker 1 \(account) \(name) \(passwordHash)".utf8),
            key: Array(key.revealed().utf8)
        ).hex
    }

    /// What has the form of markers; everything else a client may send is left out.
    private static func parts(_ presented: String?) -> [String] {
        guard let presented, presented.utf8.count <= 1_000 else { return [] }
        return presented.split(separator: separator).prefix(limit).map(String.init).filter { part in
            let halves = part.split(separator: ".", omittingEmptySubsequences: false)
            return halves.map(\.utf8.count) == [32, 64]
                && halves.joined().utf8.allSatisfy(isHexDigit)
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
