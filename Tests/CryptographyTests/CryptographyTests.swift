import Base
import Cryptography
import Testing

@Suite("Digests, tokens and passwords")
struct CryptographyTests {
    @Test("SHA-256 matches FIPS 180-4")
    func sha256() {
        #expect(
            SHA256.hex("abc".utf8)
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let hasher = SHA256.Hasher()
        for piece in ["a", "b", "c"] { hasher.update(Array(piece.utf8)) }
        #expect(hasher.finish() == SHA256.digest("abc"))
    }

    @Test("HMAC-SHA256 matches RFC 4231, case 2")
    func hmac() {
        let code = HMAC.sha256(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(
            code.hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("A password is known again, another one is not", arguments: ["correct horse", "", "é🔑"])
    func passwords(password: String) throws {
        let encoded = try #require(PasswordHash.make(Secret(password)))
        #expect(encoded.hasPrefix("$argon2id$"))
        #expect(PasswordHash.verify(Secret(password), against: encoded))
        #expect(!PasswordHash.verify(Secret(password + "x"), against: encoded))
        #expect(!PasswordHash.verify(Secret(password), against: "nonsense"))
    }

    @Test("A presented token finds the hash that was stored; anything else finds nothing")
    func tokens() {
        let token = OpaqueToken.make(.live)
        #expect(OpaqueToken.hash(ofPresented: token.text.revealed()) == token.hash)
        #expect(OpaqueToken.hash(ofPresented: "") == nil)
        #expect(OpaqueToken.hash(ofPresented: String(repeating: "'", count: 43)) == nil)
    }

    @Test("Values of different length or content are not equal")
    func comparison() {
        #expect(constantTimeEqual([1, 2], [1, 2]))
        #expect(!constantTimeEqual([1, 2], [1, 3]))
        #expect(!constantTimeEqual([1, 2], [1, 2, 3]))
    }
}
