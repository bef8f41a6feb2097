internal import COpenSSL

/// A public key that signatures are verified with: RSA, or a point on the curve P-256.
///
/// Keys come from outside (a provider's settings page, a JWK set), so what could weaken a check is
/// refused when the key is read: RSA below 2048 bits or with an exponent of 1, other curves, points
/// off the curve, bytes after the end.
package final class PublicKey: @unchecked Sendable {
    package enum Kind: Sendable {
        case rsa, p256
    }

    package let kind: Kind
    /// Never changed after it was read, and OpenSSL verifies with one key from several threads.
    private let key: OpaquePointer

    private static let rsaBits = 2_048...8_192
    /// Longer encodings hold no key that is accepted.
    private static let encodingLimit = 2_048

    /// Takes the key over; frees it when it is not one that is accepted.
    private init?(owning key: OpaquePointer?) {
        // What is refused leaves its reason on the thread's list.
        defer { ERR_clear_error() }
        guard let key else { return nil }
        if EVP_PKEY_is_a(key, "RSA") == 1, PublicKey.isSound(rsa: key) {
            kind = .rsa
        } else if EVP_PKEY_is_a(key, "EC") == 1, PublicKey.isP256(key) {
            kind = .p256
        } else {
            EVP_PKEY_free(key)
            return nil
        }
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    /// From the DER of a SubjectPublicKeyInfo (RFC 5280), as settings pages show it in base64.
    package convenience init?(subjectPublicKeyInfo bytes: [UInt8]) {
        guard bytes.count <= PublicKey.encodingLimit else { return nil }
        let (key, isWhole) = bytes.withUnsafeBufferPointer { buffer in
            var place = buffer.baseAddress
            let key = d2i_PUBKEY(nil, &place, buffer.count)
            return (key, place == buffer.baseAddress.map { $0 + buffer.count })
        }
        guard isWhole else {
            ERR_clear_error()
            EVP_PKEY_free(key)
            return nil
        }
        self.init(owning: key)
    }

    /// From the members `n` and `e` of a JWK (RFC 7518, 6.3), decoded.
    package convenience init?(rsaModulus modulus: [UInt8], exponent: [UInt8]) {
        guard modulus.count <= PublicKey.encodingLimit, exponent.count <= 8, !exponent.isEmpty
        else { return nil }
        let n = BN_bin2bn(modulus, Int32(modulus.count), nil)
        let e = BN_bin2bn(exponent, Int32(exponent.count), nil)
        defer {
            BN_free(n)
            BN_free(e)
        }
        self.init(owning: frontdesk_openssl_rsa_key(n, e))
    }

    /// From the members `x` and `y` of a JWK with `crv` P-256 (RFC 7518, 6.2), decoded.
    package convenience init?(p256X x: [UInt8], y: [UInt8]) {
        guard x.count == 32, y.count == 32 else { return nil }
        let point = [4] + x + y
        self.init(owning: frontdesk_openssl_p256_key(point, point.count))
    }

    /// Whether the key made this signature: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, 3.3).
    package func verifiesRS256(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        kind == .rsa && signature.count == Int(EVP_PKEY_get_size(key))
            && verifies(signature, message)
    }

    /// Whether the key made this signature: ECDSA on P-256 with SHA-256, as the 64 bytes of its two
    /// numbers (RFC 7518, 3.4). Numbers out of range are refused by OpenSSL.
    package func verifiesES256(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard kind == .p256, signature.count == 64, let der = PublicKey.der(signature) else {
            return false
        }
        return verifies(der, message)
    }

    /// The same for the signature in DER, as some providers send it; any other encoding of the same
    /// numbers is refused.
    package func verifiesES256(der signature: [UInt8], of message: [UInt8]) -> Bool {
        // Two numbers of 33 bytes at most, with their headers.
        kind == .p256 && signature.count <= 72 && verifies(signature, message)
    }

    // MARK: OpenSSL

    private func verifies(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            // A signature that is refused leaves its reason on the thread's list.
            ERR_clear_error()
        }
        return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    private static func isSound(rsa key: OpaquePointer) -> Bool {
        var exponent: OpaquePointer?
        guard rsaBits.contains(Int(EVP_PKEY_get_bits(key))),
            EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1
        else { return false }
        defer { BN_free(exponent) }
        return BN_is_odd(exponent) == 1 && BN_is_one(exponent) == 0
    }

    private static func isP256(_ key: OpaquePointer) -> Bool {
        var name = [CChar](repeating: 0, count: 32)
        var count = 0
        guard EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1 else { return false }
        let text = String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text == "prime256v1"
    }

    /// The DER of a signature that was given as two numbers of 32 bytes.
    private static func der(_ raw: [UInt8]) -> [UInt8]? {
        let signature = ECDSA_SIG_new()
        defer { ECDSA_SIG_free(signature) }
        let r = BN_bin2bn(Array(raw.prefix(32)), 32, nil)
        let s = BN_bin2bn(Array(raw.suffix(32)), 32, nil)
        guard let r, let s, ECDSA_SIG_set0(signature, r, s) == 1 else {
            BN_free(r)
            BN_free(s)
            return nil
        }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_ECDSA_SIG(signature, &bytes)
        guard count > 0, let bytes else { return nil }
        defer { CRYPTO_free(bytes, nil, 0) }
        return Array(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
}
