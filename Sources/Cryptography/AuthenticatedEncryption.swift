package import Base
internal import COpenSSL

/// A key of AES-256; prints as dots.
package struct SymmetricKey: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    package static let byteCount = 32

    package let bytes: [UInt8]

    /// Nil unless there are exactly 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == SymmetricKey.byteCount else { return nil }
        self.bytes = bytes
    }

    private init(fresh bytes: [UInt8]) {
        precondition(bytes.count == SymmetricKey.byteCount, "chance gives as much as was asked for")
        self.bytes = bytes
    }

    package static func make(_ world: World) -> SymmetricKey {
        SymmetricKey(fresh: world.randomBytes(byteCount))
    }

    /// Names the key without telling it: the first half of a hash of it.
    package var fingerprint: String {
        String(SHA256.hex(Array("frontdesk key ".utf8) + bytes).prefix(32))
    }

    package var description: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// AES-256-GCM (NIST SP 800-38D): nobody without the key reads or changes what it sealed.
///
/// OpenSSL and not libsodium, whose AES works only where the processor has instructions for it.
/// The nonce is chance: one key must not seal more than 2^32 messages, which a data key for a
/// workspace's few credentials never comes near.
package enum AuthenticatedEncryption {
    private static let nonceCount = 12
    private static let tagCount = 16
    /// Bytes that a sealed message has beyond its content.
    package static let overhead = nonceCount + tagCount
    /// Larger messages belong into files.
    package static let limitBytes = 1 << 20

    /// Nonce, ciphertext and tag. `context` is not stored: opening needs the same one, so that a
    /// sealed value that is put into another place does not open there.
    package static func seal(
        _ content: [UInt8], with key: SymmetricKey, context: [UInt8], _ world: World
    ) throws(SealRefusal) -> [UInt8] {
        guard content.count <= limitBytes else { throw .tooLarge }
        let nonce = world.randomBytes(nonceCount)
        guard let (text, tag) = encrypt(content, key, nonce, context) else { throw .unavailable }
        return nonce + text + tag
    }

    package static func open(
        _ sealed: [UInt8], with key: SymmetricKey, context: [UInt8]
    ) throws(SealRefusal) -> [UInt8] {
        guard sealed.count >= overhead, sealed.count <= limitBytes + overhead else {
            throw .notAuthentic
        }
        let nonce = Array(sealed.prefix(nonceCount))
        let text = Array(sealed.dropFirst(nonceCount).dropLast(tagCount))
        guard let content = decrypt(text, key, nonce, Array(sealed.suffix(tagCount)), context)
        else { throw .notAuthentic }
        return content
    }

    private static func encrypt(
        _ content: [UInt8], _ key: SymmetricKey, _ nonce: [UInt8], _ context: [UInt8]
    ) -> (text: [UInt8], tag: [UInt8])? {
        guard let cipher = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var text = [UInt8](repeating: 0, count: content.count + tagCount)
        var tag = [UInt8](repeating: 0, count: tagCount)
        var count: Int32 = 0
        var rest: Int32 = 0
        guard EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key.bytes, nonce) == 1,
            context.isEmpty
                || EVP_EncryptUpdate(cipher, nil, &rest, context, Int32(context.count)) == 1,
            content.isEmpty
                || EVP_EncryptUpdate(cipher, &text, &count, content, Int32(content.count)) == 1,
            EVP_EncryptFinal_ex(cipher, &tag, &rest) == 1, rest == 0, Int(count) == content.count,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tagCount), &tag) == 1
        else { return nil }
        return (Array(text.prefix(content.count)), tag)
    }

    private static func decrypt(
        _ text: [UInt8], _ key: SymmetricKey, _ nonce: [UInt8], _ tag: [UInt8], _ context: [UInt8]
    ) -> [UInt8]? {
        guard let cipher = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var content = [UInt8](repeating: 0, count: text.count + tagCount)
        var tag = tag
        var count: Int32 = 0
        var rest: Int32 = 0
        guard EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key.bytes, nonce) == 1,
            context.isEmpty
                || EVP_DecryptUpdate(cipher, nil, &rest, context, Int32(context.count)) == 1,
            text.isEmpty
                || EVP_DecryptUpdate(cipher, &content, &count, text, Int32(text.count)) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(tagCount), &tag) == 1
        else { return nil }
        var end = [UInt8](repeating: 0, count: tagCount)
        guard EVP_DecryptFinal_ex(cipher, &end, &rest) == 1, Int(count) == text.count else {
            return nil
        }
        return Array(content.prefix(text.count))
    }
}

package enum SealRefusal: Fault, Equatable {
    case tooLarge
    /// It was not sealed with this key for this place, or it was changed since.
    case notAuthentic
    /// OpenSSL cannot do it, as when there is no memory.
    case unavailable

    package var retryable: Bool { self == .unavailable }
}
