import Base
import Cryptography
import Foundation
import TestKit
import Testing

/// Signatures of public standards, and forgeries and odd encodings of them.
///
/// `Fixtures/signatures.json` was computed for these tests with keys that were thrown away; each
/// entry says what is special about it and whether it must be accepted.
@Suite("Signatures")
struct SignatureTests {
    struct Vectors: Decodable {
        struct Case: Decodable, Sendable {
            let name: String
            let signature: String
            let valid: Bool
        }

        struct Curve: Decodable {
            let x: String
            let y: String
            let spki: String
            let other: [String: String]
        }

        struct RSA: Decodable {
            let n: String
            let e: String
            let spki: String
            let small: String
        }

        let message: String
        let p256: Curve
        let raw: [Case]
        let der: [Case]
        let rsa: RSA
        let rs256: [Case]
    }

    private let vectors: Vectors

    init() throws {
        let url = try #require(
            Bundle.module.url(
                forResource: "signatures", withExtension: "json", subdirectory: "Fixtures"))
        vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap { $0.hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(digits[$0] * 16 + digits[$0 + 1])
        }
    }

    private static func base64URL(_ text: Substring) -> [UInt8] {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.count % 4) % 4)
        return [UInt8](Data(base64Encoded: plain + padding) ?? Data())
    }

    private static let signedPart =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        + "cnVlfQ"

    @Test("RS256 accepts the example of RFC 7515, A.2, and nothing that differs by a bit")
    func rfcRS256() throws {
        let key = try #require(
            PublicKey(
                rsaModulus: Self.base64URL(
                    """
                    ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJ\
                    PMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0\
                    LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uD\
                    Zlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2\
                    PAcDTW9gb54h4FRWyuXpoQ
                    """), exponent: Self.base64URL("AQAB")))
        let message = Array("eyJhbGciOiJSUzI1NiJ9.\(Self.signedPart)".utf8)
        let signature = Self.base64URL(
            """
            cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt\
            _O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArL\
            IARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7no\
            OPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ\
            Ge77Rw
            """)
        #expect(key.verifiesRS256(signature, of: message))
        for place in [0, 100, signature.count - 1] {
            var changed = signature
            changed[place] ^= 1
            #expect(!key.verifiesRS256(changed, of: message))
        }
        #expect(!key.verifiesRS256(signature, of: message + [0]))
        #expect(!key.verifiesRS256(signature, of: []))
        #expect(!key.verifiesES256(Array(signature.prefix(64)), of: message))
    }

    @Test("ES256 accepts the example of RFC 7515, A.3, and nothing that differs by a bit")
    func rfcES256() throws {
        let key = try #require(
            PublicKey(
                p256X: Self.base64URL("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                y: Self.base64URL("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")))
        let message = Array("eyJhbGciOiJFUzI1NiJ9.\(Self.signedPart)".utf8)
        let signature = Self.base64URL(
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        )
        #expect(key.verifiesES256(signature, of: message))
        for place in signature.indices {
            var changed = signature
            changed[place] ^= 0x80
            #expect(!key.verifiesES256(changed, of: message), "byte \(place)")
        }
        #expect(!key.verifiesES256(signature, of: message.reversed()))
        #expect(!key.verifiesRS256(signature, of: message))
    }

    @Test("ES256 takes two numbers of 32 bytes within range, and no other form of them")
    func rawNumbers() throws {
        let key = try #require(
            PublicKey(p256X: Self.bytes(vectors.p256.x), y: Self.bytes(vectors.p256.y)))
        #expect(key.kind == .p256)
        #expect(vectors.raw.count(where: \.valid) == 2 && vectors.raw.count >= 15)
        for item in vectors.raw {
            let found = key.verifiesES256(
                Self.bytes(item.signature), of: Array(vectors.message.utf8))
            #expect(found == item.valid, "a signature \(item.name)")
        }
    }

    @Test("ES256 in DER is taken in its one encoding only")
    func encodings() throws {
        let key = try #require(PublicKey(subjectPublicKeyInfo: Self.bytes(vectors.p256.spki)))
        #expect(vectors.der.count(where: \.valid) == 1 && vectors.der.count >= 13)
        for item in vectors.der {
            let found = key.verifiesES256(
                der: Self.bytes(item.signature), of: Array(vectors.message.utf8))
            #expect(found == item.valid, "a signature \(item.name)")
        }
    }

    @Test("RS256 refuses forged paddings, other digests and other lengths")
    func paddings() throws {
        let vector = vectors.rsa
        let keys = [
            PublicKey(rsaModulus: Self.bytes(vector.n), exponent: Self.bytes(vector.e)),
            PublicKey(subjectPublicKeyInfo: Self.bytes(vector.spki)),
        ]
        #expect(vectors.rs256.count(where: \.valid) == 1 && vectors.rs256.count >= 16)
        for key in keys {
            let key = try #require(key)
            #expect(key.kind == .rsa)
            for item in vectors.rs256 {
                let found = key.verifiesRS256(
                    Self.bytes(item.signature), of: Array(vectors.message.utf8))
                #expect(found == item.valid, "a signature \(item.name)")
            }
        }
    }

    @Test("A key that would weaken the check is not read")
    func weakKeys() {
        let p256 = vectors.p256
        for (name, spki) in p256.other {
            #expect(PublicKey(subjectPublicKeyInfo: Self.bytes(spki)) == nil, "\(name)")
        }
        let x = Self.bytes(p256.x)
        var y = Self.bytes(p256.y)
        y[31] ^= 1
        #expect(PublicKey(p256X: x, y: y) == nil, "a point off the curve")
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(PublicKey(p256X: zeros, y: zeros) == nil)
        #expect(PublicKey(p256X: x, y: Array(y.dropLast())) == nil)
        let n = Self.bytes(vectors.rsa.n)
        for exponent in [[], [0], [1], [2], [0, 1], [UInt8](repeating: 255, count: 9)] as [[UInt8]]
        {
            #expect(PublicKey(rsaModulus: n, exponent: exponent) == nil, "exponent \(exponent)")
        }
        #expect(PublicKey(rsaModulus: Self.bytes(vectors.rsa.small), exponent: [1, 0, 1]) == nil)
        #expect(PublicKey(rsaModulus: [], exponent: [3]) == nil)
        let spki = Self.bytes(p256.spki)
        #expect(PublicKey(subjectPublicKeyInfo: spki + [0]) == nil, "a byte after the key")
        for count in 0..<spki.count {
            #expect(PublicKey(subjectPublicKeyInfo: Array(spki.prefix(count))) == nil)
        }
    }
}

@Suite("HMAC and authenticated encryption")
struct SealTests {
    @Test(
        "HMAC-SHA1 gives what RFC 2202 lists, and no code for two empty texts but the known one",
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), "Hi There",
                "b617318655057264e28bc0b6fb378c8ef146be00"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
            ),
            (
                [UInt8](repeating: 0x0c, count: 20), "Test With Truncation",
                "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"
            ),
            (
                [UInt8](repeating: 0xaa, count: 80),
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "aa4ae5e15272d00e95705637ce8a3b55ed402112"
            ),
            (
                [UInt8](repeating: 0xaa, count: 80),
                "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
                "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"
            ),
            ([], "", "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d"),
        ] as [([UInt8], String, String)])
    func sha1(key: [UInt8], text: String, code: String) {
        let message = Array(text.utf8)
        #expect(HMAC.sha1(message, key: key).hex == code)
        #expect(HMAC.isValid(HMAC.sha1(message, key: key), of: message, key: key, .sha1))
    }

    @Test("HMAC-SHA1 of bytes that are no text matches RFC 2202, cases 3 and 4")
    func bytes() {
        let third = HMAC.sha1(
            [UInt8](repeating: 0xdd, count: 50), key: .init(repeating: 0xaa, count: 20))
        #expect(third.hex == "125d7342b9ac11cd91a39af48aa17b4f63f175d3")
        let fourth = HMAC.sha1([UInt8](repeating: 0xcd, count: 50), key: Array(1...25))
        #expect(fourth.hex == "4c9007f4026250c6bc8414f9bf50c86c2d7235da")
    }

    @Test(
        "A code is valid whole and unchanged, under its own key and digest",
        arguments: HMAC.Digest.allCases)
    func validity(digest: HMAC.Digest) {
        let message = Array("message".utf8)
        let key = Array("key".utf8)
        let code = digest == .sha1 ? HMAC.sha1(message, key: key) : HMAC.sha256(message, key: key)
        #expect(code.count == digest.byteCount)
        #expect(HMAC.isValid(code, of: message, key: key, digest))
        let other = HMAC.Digest.allCases.first { $0 != digest } ?? digest
        #expect(!HMAC.isValid(code, of: message, key: key, other))
        #expect(!HMAC.isValid(code, of: message, key: key + [0x21], digest))
        #expect(!HMAC.isValid(code, of: message + [0], key: key, digest))
        #expect(!HMAC.isValid([], of: message, key: key, digest))
        #expect(!HMAC.isValid(Array(code.dropLast()), of: message, key: key, digest))
        for place in code.indices {
            var changed = code
            changed[place] ^= 1
            #expect(!HMAC.isValid(changed, of: message, key: key, digest))
        }
    }

    @Test(
        "AES-256-GCM opens the test cases 13, 14 and 16 of its specification",
        arguments: [
            ("00", 32, "000000000000000000000000", "", "530f8afbc74536b9a963b4f1c4cb738b", ""),
            (
                "00", 32, "000000000000000000000000", "",
                "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
                "00000000000000000000000000000000"
            ),
            (
                "feffe9928665731c6d6a8f9467308308", 2, "cafebabefacedbaddecaf888",
                "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b0"
                    + "8b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf"
                    + "0e2449a6b525b16aedf5aa0de657ba637b39"
            ),
        ])
    func gcm(
        keyPart: String, times: Int, nonce: String, context: String, sealed: String, content: String
    ) throws {
        let key = try #require(
            SymmetricKey(SignatureTests.bytes(String(repeating: keyPart, count: times))))
        let opened = try AuthenticatedEncryption.open(
            SignatureTests.bytes(nonce + sealed), with: key, context: SignatureTests.bytes(context))
        #expect(opened.hex == content)
    }

    @Test("What is sealed opens with its key in its place, and nothing else opens")
    func sealing() throws {
        let world = World.test(at: ManualClock(Instant(seconds: 1_790_000_000)))
        let key = SymmetricKey.make(world)
        let other = SymmetricKey.make(world)
        let context = Array("workspace 1, sms".utf8)
        for count in [0, 1, 16, 17, 4_096] {
            let content = world.randomBytes(count)
            let sealed = try AuthenticatedEncryption.seal(
                content, with: key, context: context, world)
            #expect(sealed.count == count + AuthenticatedEncryption.overhead)
            #expect(
                try AuthenticatedEncryption.open(sealed, with: key, context: context) == content)
            let again = try AuthenticatedEncryption.seal(
                content, with: key, context: context, world)
            #expect(again != sealed, "a nonce was used twice")
            var bad: [([UInt8], SymmetricKey, [UInt8])] = [
                (sealed, other, context), (sealed, key, context + [0]), (sealed, key, []),
                (Array(sealed.dropLast()), key, context), (sealed + [0], key, context),
                ([], key, context), (Array(sealed.prefix(27)), key, context),
            ]
            for place in [0, 11, 12, sealed.count - 17, sealed.count - 16, sealed.count - 1] {
                var changed = sealed
                changed[place] ^= 1
                bad.append((changed, key, context))
            }
            for (bytes, key, context) in bad {
                #expect(throws: SealRefusal.notAuthentic) {
                    _ = try AuthenticatedEncryption.open(bytes, with: key, context: context)
                }
            }
        }
        #expect(throws: SealRefusal.tooLarge) {
            let much = [UInt8](repeating: 1, count: AuthenticatedEncryption.limitBytes + 1)
            _ = try AuthenticatedEncryption.seal(much, with: key, context: [], world)
        }
    }

    @Test("A key has 32 bytes, is named by a hash of it and does not show itself")
    func keys() throws {
        #expect(SymmetricKey([]) == nil)
        #expect(SymmetricKey([UInt8](repeating: 1, count: 31)) == nil)
        let key = try #require(SymmetricKey([UInt8](repeating: 0xab, count: 32)))
        #expect("\(key)" == "•••")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("171") && !"\(String(reflecting: key))".contains("171"))
        #expect(key.fingerprint.count == 32 && !key.fingerprint.contains("abab"))
    }
}
