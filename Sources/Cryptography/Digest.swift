internal import COpenSSL

/// SHA-256 (FIPS 180-4), whole or in pieces.
package enum SHA256 {
    package static let byteCount = 32

    package static func digest(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let hasher = Hasher()
        hasher.update(Array(bytes))
        return hasher.finish()
    }

    package static func digest(_ text: String) -> [UInt8] { digest(text.utf8) }

    /// Lower-case hexadecimal, as blobs and migrations are named.
    package static func hex(_ bytes: some Sequence<UInt8>) -> String { digest(bytes).hex }

    /// Digests a stream without keeping it.
    package final class Hasher {
        private let context: OpaquePointer

        package init() {
            // Both calls fail only without memory, after which nothing can go on.
            guard let context = EVP_MD_CTX_new(),
                EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
            else { preconditionFailure("OpenSSL has no SHA-256") }
            self.context = context
        }

        deinit { EVP_MD_CTX_free(context) }

        package func update(_ bytes: [UInt8]) {
            EVP_DigestUpdate(context, bytes, bytes.count)
        }

        /// The digest; the hasher must not be used after it.
        package func finish() -> [UInt8] {
            var digest = [UInt8](repeating: 0, count: SHA256.byteCount)
            EVP_DigestFinal_ex(context, &digest, nil)
            return digest
        }
    }
}

/// HMAC (RFC 2104), for short codes that a table of all values could otherwise reverse, and for
/// checking that a webhook comes from whom it says.
package enum HMAC {
    /// SHA-1 is there because providers sign with it (Twilio); in HMAC it is still sound.
    package enum Digest: Sendable, CaseIterable {
        case sha1, sha256

        package var byteCount: Int { self == .sha1 ? 20 : SHA256.byteCount }
    }

    package static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        code(of: message, key: key, .sha256)
    }

    package static func sha1(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        code(of: message, key: key, .sha1)
    }

    /// Whether `code` is that of the message, compared in constant time; a shortened one is not.
    package static func isValid(
        _ code: [UInt8], of message: [UInt8], key: [UInt8], _ digest: Digest
    ) -> Bool {
        constantTimeEqual(code, HMAC.code(of: message, key: key, digest))
    }

    private static func code(of message: [UInt8], key: [UInt8], _ digest: Digest) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: digest.byteCount)
        var length: UInt32 = 0
        let made = OpenSSL.hmac(digest, key, message, &code, &length)
        // It fails only without memory; a code of zeros must not pass for one.
        precondition(made && Int(length) == code.count, "OpenSSL has no HMAC")
        return code
    }
}

private enum OpenSSL {
    static func hmac(
        _ digest: HMAC.Digest, _ key: [UInt8], _ message: [UInt8], _ code: inout [UInt8],
        _ length: inout UInt32
    ) -> Bool {
        COpenSSL.HMAC(
            digest == .sha1 ? EVP_sha1() : EVP_sha256(), key, Int32(key.count), message,
            message.count, &code, &length) != nil
    }
}

/// Compares without telling by its duration where two values differ.
package func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

extension Sequence where Element == UInt8 {
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
