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
            .cancelSeveral(references: ["K7-4MQX", "AA-2222"]), .cancelSeveral(references: []),
            .reschedule(reference: nil, request), .askFAQ(question: "How much?"), .status,
            .handOff(reason: "asked"), .none,
        ]
        #expect(Set(commands.map(CommandCodingTests.place)) == Set(0..<13))
        #expect(Set(commands.map(\.type)).count == 11)
        let data = try JSONCoding.encode(commands)
        #expect(try JSONCoding.decode([Command].self, from: data) == commands)
    }

    /// A number of its own for each kind of command; a new kind does not compile until it has one.
    private static func place(_ command: Command) -> Int {
        switch command {
        case .startBooking: 0
        case .setSlot: 1
        case .correctSlot: 2
        case .chooseOffer: 3
        case .confirm: 4
        case .deny: 5
        case .cancel: 6
        case .cancelSeveral: 7
        case .reschedule: 8
        case .askFAQ: 9
        case .status: 10
        case .handOff: 11
        case .none: 12
        }
    }
}
