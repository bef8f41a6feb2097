package import Base
internal import CSodium

/// Argon2id (RFC 9106) with OWASP's parameters: 19 MiB, two passes.
///
/// A hash takes about 25 ms of one core, so callers run it off the cooperative pool and bound how
/// many run at once.
package enum PasswordHash {
    package static let memoryBytes = 19 << 20
    package static let passes: UInt64 = 2
    /// Longer ones are refused, never cut: a cut one would be opened by whatever follows.
    package static let maximumBytes = 1_024

    /// An encoded hash with its salt and parameters; nil for a password that is too long, and
    /// without memory.
    package static func make(_ password: Secret) -> String? {
        guard sodium_init() >= 0, password.revealed().utf8.count <= maximumBytes else {
            return nil
        }
        // A final zero, which is not counted, so that the buffer always has an address.
        let bytes = Array(password.revealed().utf8) + [0]
        var encoded = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        let result = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                crypto_pwhash_str_alg(
                    &encoded, characters.baseAddress.unsafelyUnwrapped, UInt64(bytes.count - 1),
                    passes,
                    memoryBytes, crypto_pwhash_ALG_ARGON2ID13)
            }
        }
        guard result == 0 else { return nil }
        let end = encoded.firstIndex(of: 0) ?? encoded.count
        return String(decoding: encoded[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package static func verify(_ password: Secret, against encoded: String) -> Bool {
        guard sodium_init() >= 0, encoded.utf8.count < Int(crypto_pwhash_STRBYTES),
            password.revealed().utf8.count <= maximumBytes
        else { return false }
        // A final zero, which is not counted, so that the buffer always has an address.
        let bytes = Array(password.revealed().utf8) + [0]
        return bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
                crypto_pwhash_str_verify(
                    encoded, characters.baseAddress.unsafelyUnwrapped, UInt64(bytes.count - 1)) == 0
            }
        }
    }
}
