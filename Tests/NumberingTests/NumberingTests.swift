import Base
import Foundation
import Numbering
import Testing

@Suite("Telephone numbers")
struct NumberingTests {
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
            ("tel:+44-7700-900123", "+447700900123"),
            ("＋44 7700‐900123", "+447700900123"), ("+٤٤ ٧٧٠٠ ٩٠٠١٢٣", "+447700900123"),
            ("+44 (0)20 7946 0018", "+442079460018"), ("+33 0 1 23 45 67 89", "+33123456789"),
            ("\u{202A}+44 7700 900123\u{202C}", "+447700900123"),
        ])
    func international(text: String, e164: String) {
        for region in [nil, "GB", "US", "JP"] where region == nil || !text.hasPrefix("00") {
            #expect(PhoneReading(text, in: region)?.e164 == e164, "\(region ?? "nowhere")")
        }
    }

    @Test(
        "A national number is read by the plan of where it was typed, and nowhere else",
        arguments: [
            ("GB", "07700 900123", "+447700900123"), ("GB", "020 7946 0018", "+442079460018"),
            ("US", "(212) 555-0101", "+12125550101"), ("US", "1-212-555-0101", "+12125550101"),
            ("US", "011 44 7700 900123", "+447700900123"), ("DE", "030 123456", "+4930123456"),
            ("DE", "0044 7700 900123", "+447700900123"), ("FR", "01 23 45 67 89", "+33123456789"),
            ("IT", "02 1234 5678", "+390212345678"), ("AU", "0412 345 678", "+61412345678"),
            ("ES", "612 34 56 78", "+34612345678"), ("RU", "8 912 345-67-89", "+79123456789"),
            ("JP", "03-1234-5678", "+81312345678"), ("BR", "(11) 91234-5678", "+5511912345678"),
            ("AR", "011 15-2345-6789", "+5491123456789"), ("MX", "55 1234 5678", "+525512345678"),
            ("IN", "098765 43210", "+919876543210"), ("NO", "40 61 23 45", "+4740612345"),
        ])
    func national(region: String, text: String, e164: String) throws {
        #expect(PhoneReading(text, in: region)?.e164 == e164)
        if !text.hasPrefix("00") { #expect(PhoneReading(text, in: nil) == nil) }
        // Abroad from there: not written as at home.
        guard !text.hasPrefix("0044"), !text.hasPrefix("011 44") else { return }
        // Written for people at home it is read there again, and elsewhere in its other form.
        let number = try #require(PhoneReading(text, in: region))
        for place in [region, "CH", nil] {
            let written = PhoneReading.written(number.e164, in: place)
            #expect(PhoneReading(written, in: place)?.e164 == number.e164, "\(written)")
            #expect(written.hasPrefix("+") == (place != region), "\(written)")
        }
    }

    @Test(
        "What is no number, or not one that can be texted, is refused everywhere",
        arguments: [
            "", "+", " ", "hello", "447700900123x", "+44 7700 90012 3456 78", "+1 212 555 010",
            "+1 212 555 01011", "+999 1234567", "+210 1234567", "+0 123 456 789",
            "++447700900123", "+44+7700900123", "+44 7700 900123 ext 4", "+44 7700 900123;ext=4",
            "+44 7700 900123 x4", "+44 7700 900123#4", "+1234567890123456", "+44 77",
            "+47 123 456", "call +44 7700 900123", "+44 7700 900123, +44 7700 900124",
            "+1 800 FLOWERS", "4.15555E+09", "🔢", "\u{0}+447700900123", "+44\u{0}7700900123",
            "12", "½", String(repeating: "+44 7700 900123", count: 20),
            String(repeating: "9", count: 10_000),
        ])
    func refused(text: String) {
        for region in [nil, "GB", "US", "ZZ", "", "nonsense"] {
            #expect(PhoneReading(text, in: region) == nil, "\(region ?? "nowhere")")
        }
    }

    @Test("The kind, the country and whether such numbers were given out are told")
    func kinds() throws {
        func reading(_ text: String) throws -> PhoneReading {
            try #require(PhoneReading(text, in: nil), "\(text)")
        }
        #expect(try reading("+44 7400 123456").kind == .mobile)
        #expect(try reading("+44 20 7946 0018").kind == .fixed)
        #expect(try reading("+1 212 555 0101").kind == .fixedOrMobile)
        #expect(try reading("+1 800 253 0000").kind == .tollFree)
        #expect(try reading("+44 909 879 0000").kind == .premium)
        #expect(try reading("+44 7400 123456").isValid)
        // Kept for films: possible and never given out.
        let film = try reading("+44 7700 900123")
        #expect(!film.isValid && film.kind == .unknown)
        for (text, region) in [
            ("+1 416 555 0101", "CA"), ("+1 212 555 0101", "US"), ("+7 701 234 5678", "KZ"),
            ("+44 1534 456789", "JE"), ("+800 1234 5678", "001"),
        ] {
            #expect(try reading(text).region == region, "\(text)")
        }
        let example = try #require(PhoneReading.example(in: "DE"))
        #expect(PhoneReading(example, in: nil)?.region == "DE")
        #expect(PhoneReading.example(in: "XX") == nil)
    }

    @Test("Whatever is typed is read or refused, and what is read is E.164", arguments: 0..<4)
    func hostile(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let pieces = [
            "+", "0", "00", "1", "44", "7700", "900123", " ", "-", "(", ")", ".", "/", "ext", ";",
            "tel:", "phone-context=", "\u{202E}", "٣", "９", "*", "#", "a", "é", "🙂", "\u{0}", ",",
        ]
        let regions = [nil, "GB", "US", "DE", "AR", "BR", "CN", "SG", "001", "ZZ", "\u{0}"]
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            let region = regions.randomElement(using: &random) ?? nil
            guard let found = PhoneReading(text, in: region) else { continue }
            #expect(found.e164.hasPrefix("+") && (8...16).contains(found.e164.utf8.count))
            #expect(found.e164.dropFirst().utf8.allSatisfy { (48...57).contains($0) })
            #expect(PhoneReading(found.e164, in: nil)?.e164 == found.e164, "\(text)")
        }
        for text in ["", "+", "nonsense", String(repeating: "+1", count: 500)] {
            #expect(PhoneReading.written(text, in: "GB") == text)
        }
    }
}
