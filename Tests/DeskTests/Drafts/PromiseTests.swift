import Base
import Domain
import Testing

@testable import Desk

/// Every wording that a reply can be put together from, and whether it promises a person.
@Suite("No sentence promises a person without saying so of itself")
struct PromiseTests {
    /// Words that tell a customer that a person does something, or will.
    private static var promise: Regex<Substring> {
        /(?:colleagues?|somebody|someone|a person|the team|we) (?:will|is going to)|(?:passed|passing|told|forwarded)\b.*colleagues|get back to you|look into it/
            .ignoresCase()
    }

    private func isPromise(_ text: String) -> Bool {
        text.firstMatch(of: PromiseTests.promise) != nil
    }

    @Test("Of the machine's sentences only the hand-over promises a person")
    func prompts() throws {
        let house = try FrontOfHouse((FrontOfHouse.cut, "2026-12-02", "14:00"))
        let wording = BookingWording(
            catalogue: FrontOfHouse.catalogue, today: FrontOfHouse.now.date)
        let all = PromiseTests.prompts(house.appointments[0])
        #expect(Set(all.map(PromiseTests.number)) == Set(0..<PromiseTests.count))
        for prompt in all {
            let text = wording.sentence(for: prompt)
            #expect(!text.isEmpty)
            #expect(isPromise(text) == prompt.promisesPerson, "\(text)")
        }
    }

    @Test("Each reason to hand over has words that promise it, and one place on the list")
    func reasons() {
        for need in PersonNeed.allCases {
            let sentence = ReplySentence.promising(need)
            #expect(isPromise(sentence.text) && sentence.promise == need, "\(sentence.text)")
        }
        #expect(Set(PersonNeed.allCases.map(\.urgency)).count == PersonNeed.allCases.count)
    }

    @Test("Fixed phrases promise nothing", arguments: Phrases.fixed)
    func phrases(text: String) {
        #expect(!isPromise(text))
    }

    // MARK: All there are

    private static func prompts(_ booking: Booking) -> [BookingPrompt] {
        let (slot, service, staff) = (booking.slot, booking.slot.service, booking.slot.staff)
        let date = FrontOfHouse.date("2026-12-02")
        return [
            .askService([service]), .suggestServices([service]), .askDay(service, suggestions: []),
            .offerTimes(service, [slot]), .unavailable(service, wished: nil, [slot]),
            .nothingFree(service, .on(date)), .closed(date, [slot]), .closedForToday([slot]),
            .away(staff, date, [slot]), .doesNotOffer(staff, service), .nobodyElse(service),
            .beyondHorizon(days: 30), .askConfirm(slot, priceMin: nil, priceMax: nil),
            .expiredButFree(slot), .expired, .booked(booking, preparation: ""),
            .askPayment(booking), .paymentLapsed, .askChange, .afterThis(service), .abandoned,
            .askWhich([booking], .cancel), .noAppointment, .unknownReference("AB"),
            .alreadyThen(booking), .askNewTime(booking), .askMove(booking, slot),
            .moved(booking, slot), .askCancel(booking), .askCancelSeveral([booking]),
            .cancelled(booking), .kept(booking), .appointments([booking]), .offerPerson,
            .handingOver, .cannotBook(service), .past(date, [slot]),
            .tooSoon(minutes: 60, wished: LocalDateTime(date: date, time: .noon), [slot]),
            .outsideHours(
                service, nil, wished: LocalDateTime(date: date, time: .noon), [slot]),
        ]
    }

    private static let count = 39

    /// A new prompt does not compile until it has a number, and then fails until it is listed.
    private static func number(_ prompt: BookingPrompt) -> Int {
        switch prompt {
        case .askService: 0
        case .suggestServices: 1
        case .askDay: 2
        case .offerTimes: 3
        case .unavailable: 4
        case .nothingFree: 5
        case .closed: 6
        case .closedForToday: 7
        case .away: 8
        case .doesNotOffer: 9
        case .nobodyElse: 10
        case .beyondHorizon: 11
        case .askConfirm: 12
        case .expiredButFree: 13
        case .expired: 14
        case .booked: 15
        case .askPayment: 16
        case .paymentLapsed: 17
        case .askChange: 18
        case .afterThis: 19
        case .abandoned: 20
        case .askWhich: 21
        case .noAppointment: 22
        case .unknownReference: 23
        case .alreadyThen: 24
        case .askNewTime: 25
        case .askMove: 26
        case .moved: 27
        case .askCancel: 28
        case .askCancelSeveral: 29
        case .cancelled: 30
        case .kept: 31
        case .appointments: 32
        case .offerPerson: 33
        case .handingOver: 34
        case .cannotBook: 35
        case .past: 36
        case .tooSoon: 37
        case .outsideHours: 38
        }
    }
}
