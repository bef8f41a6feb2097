import Base
import Domain
import Testing

@Suite("Commands as they are stored")
struct CommandCodingTests {
    @Test("Every command comes back from the house's JSON as it was")
    func roundTrip() throws {
        let request = BookingRequest(service: ID("00000000-0000-7000-8000-000000000001"))
        let commands: [Command] = [
            .startBooking(request), .setSlot(request), .correctSlot(request),
            .chooseOffer(.position(2)),
            .confirm, .deny, .cancel(reference: "K7-4MQX"), .cancel(reference: nil),
            .reschedule(reference: nil, request), .askFAQ(question: "How much?"), .status,
            .handOff(reason: "asked"), .none,
        ]
        #expect(Set(commands.map(\.type)).count == 11)
        let data = try JSONCoding.encode(commands)
        #expect(try JSONCoding.decode([Command].self, from: data) == commands)
    }
}
