import Base
import Domain
import Testing

@Suite("Commands")
struct CommandTests {
    static let all: [Command] = [
        .startBooking(BookingWish()), .setSlot(BookingWish()), .correctSlot(BookingWish()),
        .chooseOffer(.position(2)), .confirm, .deny, .cancel(reference: "AB-1234"),
        .reschedule(reference: nil, BookingWish()), .askFact(question: "Are you open?"), .status,
        .handOff(reason: "asked for a person"), .none,
    ]

    @Test("Every command comes back from the house's JSON as it went", arguments: all)
    func roundTrip(command: Command) throws {
        let data = try JSONCoding.encode([command])
        #expect(try JSONCoding.decode([Command].self, from: data) == [command])
    }
}
