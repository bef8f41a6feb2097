import Base
import Domain
import Foundation
import Testing

@Suite("Phone numbers")
struct PhoneNumberTests {
    @Test(
        "An international number is read whatever stands between its digits",
        arguments: [
            ("+447700900123", "+447700900123"), ("+44 7700 900123", "+447700900123"),
            ("0044 7700 900123", "+447700900123"), ("+1 (212) 555-0101", "+12125550101"),
            ("+1.213.555.0101", "+12135550101"), ("+353 20 910 0101", "+353209100101"),
            ("+61 2 5550 1101", "+61255501101"), ("+33 1 23 45 67 89", "+33123456789"),
            ("+49 30 123456", "+4930123456"), ("+49 1512 3456789", "+4915123456789"),
            ("+86 131 2345 6789", "+8613123456789"), ("+91 98765 43210", "+919876543210"),
            ("+254 712 123456", "+254712123456"), ("+47 406 12 345", "+4740612345"),
            ("+65 6123 4567", "+6561234567"), ("+65 1800 123 4567", "+6518001234567"),
            ("+7 912 345-67-89", "+79123456789"), ("+972 50-234-5678", "+972502345678"),
            ("+886 912 345 678", "+886912345678"), ("+420 601 123 456", "+420601123456"),
            ("+290 8999", "+2908999"), ("+800 1234 5678", "+80012345678"),
            ("+62\u{A0}812\u{A0}345\u{A0}678", "+62812345678"),
        ])
    func possible(text: String, e164: String) {
        #expect(PhoneNumber(text)?.e164 == e164)
    }

    @Test(
        "What cannot be a number is refused",
        arguments: [
            "", "+", "hello", "07700 900123", "447700900123", "+0 123 456 789", "++447700900123",
            "+44+7700900123", "+44 7700 900123 ext 4",
            "+1234567890123456", "+٤٤٧٧٠٠٩٠٠١٢٣", "+44 77",
            String(repeating: "+44 7700 900123", count: 20),
        ])
    func impossible(text: String) {
        #expect(PhoneNumber(text) == nil)
    }

    @Test("A number is stored as E.164 and read back, and nonsense is not read")
    func coding() throws {
        let number = try #require(PhoneNumber("+44 7700 900123"))
        let stored = try JSONEncoder().encode([number])
        #expect(String(decoding: stored, as: UTF8.self) == #"["+447700900123"]"#)
        #expect(try JSONDecoder().decode([PhoneNumber].self, from: stored) == [number])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([PhoneNumber].self, from: Data(#"["0770"]"#.utf8))
        }
    }
}
