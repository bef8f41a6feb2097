import Domain
import Testing

@Suite("Addresses")
struct AddressTests {
    @Test(
        "Each kind has one written form",
        arguments: [
            (AddressKind.phone, "+44 20 7946 0001", "+442079460001"),
            (.portal, "0044 (20) 7946-0001", "+442079460001"),
            (.email, " Maya.Lindqvist@Example.COM ", "maya.lindqvist@example.com"),
            (.email, "björn@exämple.se", "björn@exämple.se"),
            (.whatsapp, "US.1234567890", "US.1234567890"), (.anonymous, "visitor-7", "visitor-7"),
        ])
    func written(kind: AddressKind, text: String, form: String) {
        #expect(Address(kind, text)?.value == form)
    }

    @Test(
        "What cannot be an address is none",
        arguments: [
            (AddressKind.phone, "12345"), (.portal, "maya@example.com"), (.email, "maya"),
            (.email, "a@b@c.de"), (.email, "@example.com"), (.email, "maya@example"),
            (.email, "maya@.example.com"), (.email, "a b@example.com"),
            (.email, "a@example.com\nBcc: b@example.com"), (.email, "<a@example.com>"),
            (.whatsapp, "with blank"), (.whatsapp, ""), (.anonymous, "\u{7}"),
            (.email, String(repeating: "a", count: 65) + "@example.com"),
        ])
    func refused(kind: AddressKind, text: String) {
        #expect(Address(kind, text) == nil)
    }

    @Test("The names of channels are plain words", arguments: ["Web", "", "1a", "a-b", "sms.x"])
    func channelNames(name: String) {
        #expect(Channel(rawValue: name) == nil)
        #expect(Channel(rawValue: "sms_2") != nil)
    }
}
