package import Base
import Foundation

/// An opaque secret that a client holds; we keep only its SHA-256.
package struct OpaqueToken: Sendable {
    package static let byteCount = 32

    /// What the client is given: 43 characters of URL-safe base64.
    package let text: Secret
    package let hash: [UInt8]

    package static func make(_ world: World) -> OpaqueToken {
        OpaqueToken(bytes: world.randomBytes(byteCount))
    }

    private init(bytes: [UInt8]) {
        let text = Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        self.text = Secret(text)
        self.hash = SHA256.digest(text)
    }

    /// The hash under which a presented token would be stored; nil when it cannot be one of ours.
    package static func hash(ofPresented text: String) -> [UInt8]? {
        let count = text.utf8.count
        guard count == 43, text.utf8.allSatisfy(isTokenByte) else { return nil }
        return SHA256.digest(text)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
