import Base
import Cryptography
import HTTP

/// Lets in who brings the key.
///
/// Only digests are kept and compared, in constant time, so that neither the key's letters nor its
/// length can be found by trying.
struct KeyedDoor: Sendable {
    private let digest: [UInt8]

    init(_ key: Secret) {
        digest = SHA256.digest(key.revealed())
    }

    /// Whether the request carries `Authorization: Bearer` with the key.
    func admits(_ request: HTTPRequest) -> Bool {
        guard let field = request.headers["Authorization"] else { return false }
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        return constantTimeEqual(
            SHA256.digest(String(parts[1].drop { $0 == " " })), digest)
    }
}
