import Base
import CKernels
import Testing

@Suite("Checksums")
struct ChecksumTests {
    @Test("The check value of the standard, and the empty sum")
    func standard() {
        let digits = Array("123456789".utf8)
        #expect(frontdesk_crc32c(0, digits, digits.count) == 0xE306_9283)
        #expect(frontdesk_crc32c_portable(0, digits, digits.count) == 0xE306_9283)
        #expect(frontdesk_crc32c(0, digits, 0) == 0)
    }

    @Test("Both paths agree at every length and offset, in one piece and in two")
    func paths() {
        var random = SeededRandom(seed: 5)
        let bytes = (0..<300).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        bytes.withUnsafeBytes { bytes in
            for offset in 0..<9 {
                for count in 0...(bytes.count - offset) {
                    let start = bytes.baseAddress! + offset
                    let whole = frontdesk_crc32c(0, start, count)
                    #expect(whole == frontdesk_crc32c_portable(0, start, count))
                    let first = count / 3
                    let begun = frontdesk_crc32c(0, start, first)
                    #expect(whole == frontdesk_crc32c(begun, start + first, count - first))
                }
            }
        }
    }
}
