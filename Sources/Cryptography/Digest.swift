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

/// HMAC-SHA256 (RFC 2104), for short codes that a table of all values could otherwise reverse.
package enum HMAC {
    package static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: SHA256.byteCount)
        var length: UInt32 = 0
        _ = OpenSSL.hmac(key, message, &code, &length)
        return code
    }
}

private enum OpenSSL {
    static func hmac(
        _ key: [UInt8], _ message: [UInt8], _ code: inout [UInt8], _ length: inout UInt32
    ) -> Bool {
        COpenSSL.HMAC(
            EVP_sha256(), key, Int32(key.count), message, message.count, &code, &length) != nil
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
