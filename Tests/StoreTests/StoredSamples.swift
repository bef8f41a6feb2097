import Base
import Domain
import Foundation

/// Values that use every case and every member of what is stored as JSON, by a name for each.
///
/// The golden files hold how each version wrote them; a new case is added here and to the newest
/// version's file, and never changes what is there.
enum StoredSamples {
    static let service = id(1) as ServiceID
    static let other = id(2) as ServiceID
    static let staff = id(3) as StaffMemberID
    static let colleague = id(4) as StaffMemberID
    static let date = LocalDate(dayNumber: 20_781)
    static let time = LocalTime(minutes: 930) ?? .noon
    static let start = Instant(seconds: 1_795_534_200)

    static func id<Subject>(_ number: UInt8) -> ID<Subject> {
        ID(UUID(uuid: (1, 154, 0, 0, 0, 0, 112, 0, 128, 0, 0, 0, 0, 0, 0, number)))
    }

    static let slot = Slot(
        service: service, staff: staff, start: start, end: start + .minutes(90))
    static let later = Slot(
        service: service, staff: colleague, start: start + .microseconds(1),
        end: start + .hours(2))

    static func booking(_ number: UInt8 = 5, _ status: BookingStatus = .confirmed) -> Booking {
        Booking(
            id: id(number), contact: id(6), slot: slot, status: status,
            expiresAt: status == .hold ? start : nil, reference: "K7-4MQX", version: 3)
    }

    static let day = DayConstraint(
        from: date, to: date.adding(days: 3), weekdays: [.tuesday])

    static let request: BookingRequest = {
        var request = BookingRequest(
            service: service, staff: staff, day: day, time: .around(time), anyStaff: true,
            excludedStaff: [colleague], prefersEarliest: true)
        request.dayTimePairs = [
            DayTimePair(day: .on(date), time: .at(time)), DayTimePair(day: nil, time: .after(time)),
        ]
        request.candidateServices = [other, service]
        request.isAdditional = true
        return request
    }()

    // MARK: Prompts

    static let prompts: [String: BookingPrompt] = [
        "ask service": .askService([service, other]), "suggest": .suggestServices([other]),
        "ask day": .askDay(service, suggestions: [date]),
        "offer times": .offerTimes(service, [slot, later]), "cannot book": .cannotBook(service),
        "cannot book anything": .cannotBook(nil),
        "unavailable": .unavailable(
            service, wished: LocalDateTime(date: date, time: time), [slot]),
        "unavailable, no moment": .unavailable(service, wished: nil, []),
        "past": .past(date, [slot]),
        "too soon": .tooSoon(
            minutes: 60, wished: LocalDateTime(date: date, time: time), [slot]),
        "outside hours": .outsideHours(
            service, staff, wished: LocalDateTime(date: date, time: time), [slot]),
        "outside hours of all": .outsideHours(
            service, nil, wished: LocalDateTime(date: date, time: time), []),
        "nothing free": .nothingFree(service, day), "closed": .closed(date, [slot]),
        "closed for today": .closedForToday([slot]), "away": .away(staff, date, [later]),
        "does not offer": .doesNotOffer(staff, service), "nobody else": .nobodyElse(service),
        "beyond horizon": .beyondHorizon(days: 60),
        "ask confirm": .askConfirm(slot, priceMin: 7_200, priceMax: 9_500),
        "ask confirm, no price": .askConfirm(slot, priceMin: nil, priceMax: nil),
        "expired but free": .expiredButFree(slot), "expired": .expired,
        "booked": .booked(booking(), preparation: "Come with dry hair."),
        "ask payment": .askPayment(booking(5, .pendingPayment)), "payment lapsed": .paymentLapsed,
        "ask change": .askChange, "after this": .afterThis(other),
        "after this, whatever": .afterThis(nil), "abandoned": .abandoned,
        "which to cancel": .askWhich([booking(), booking(7)], .cancel),
        "which to move": .askWhich([booking()], .reschedule), "no appointment": .noAppointment,
        "unknown reference": .unknownReference("ZZ-0000"), "already then": .alreadyThen(booking()),
        "ask new time": .askNewTime(booking()), "ask move": .askMove(booking(), later),
        "moved": .moved(booking(), later), "ask cancel": .askCancel(booking()),
        "ask cancel several": .askCancelSeveral([booking(), booking(7)]),
        "cancelled": .cancelled(booking(5, .cancelled)), "kept": .kept(booking()),
        "kept all": .kept(nil), "appointments": .appointments([booking(5, .noShow)]),
        "offer person": .offerPerson, "handing over": .handingOver,
    ]

    // MARK: Sessions

    private static func asked(
        _ question: BookingState.Question, _ prompt: BookingPrompt = .askChange
    ) -> BookingState.Asked {
        .init(question: question, prompt: prompt, times: 2)
    }

    private static func cancelling(_ target: BookingState.Target) -> BookingState {
        .cancelConfirm(
            .init(target: target, asked: asked(.confirmCancel), until: start, followUp: request))
    }

    static let sessions: [String: BookingState] = {
        var sessions: [String: BookingState] = [
            "idle": .idle,
            "collecting": .collecting(
                .init(
                    request: request, offered: [slot, later], asked: asked(.time), until: start,
                    followUp: BookingRequest(service: other))),
            "collecting, bare": .collecting(
                .init(
                    request: BookingRequest(), offered: [], asked: asked(.service), until: start)),
            "collecting a day": .collecting(
                .init(
                    request: BookingRequest(time: .between(.noon, .endOfDay)), offered: [],
                    asked: asked(.day), until: start)),
            "confirming": .confirming(
                .init(
                    request: request, booking: booking(5, .hold), asked: asked(.confirmBooking),
                    until: start, followUp: request)),
            "payment": .paymentPending(
                .init(
                    request: request, booking: booking(5, .pendingPayment), asked: asked(.payment),
                    until: start)),
            "moving one": .rescheduleCollecting(
                .init(
                    target: .one(booking()), request: request, offered: [later],
                    asked: asked(.which), until: start, followUp: request)),
            "moving": .rescheduleConfirm(
                .init(
                    appointment: booking(), request: request, slot: later,
                    asked: asked(.confirmMove), until: start, followUp: request)),
            "cancelling one": cancelling(.one(booking())),
            "cancelling one of": cancelling(.oneOf([booking(), booking(7)])),
            "cancelling every": cancelling(
                .every([booking(5, .released), booking(7, .completed)])),
        ]
        for (name, prompt) in prompts {
            sessions["asked: \(name)"] = .collecting(
                .init(
                    request: BookingRequest(), offered: [], asked: asked(.service, prompt),
                    until: start))
        }
        return sessions
    }()

    // MARK: Drafts

    static let bases: [String: DraftBasis] = {
        var bases: [String: DraftBasis] = [
            "bare": DraftBasis(
                lastInboundNumber: 1, sessionVersion: 0, expectedState: .idle, commandTimes: [],
                identities: [], effects: [], today: date)
        ]
        let effects: [BookingEffect] = [
            .say(.askChange), .hold(booking(5, .hold)), .release(id(5)), .confirm(booking()),
            .requestPayment(booking(5, .pendingPayment)), .cancel(booking()),
            .move(booking(), to: later), .handOff,
        ]
        for state in BookingState.Name.allCases {
            bases["leads to \(state.rawValue)"] = DraftBasis(
                lastInboundNumber: 12, sessionVersion: 4, expectedState: state,
                commandTimes: [start, start + .seconds(9)],
                identities: [BookingIdentity(id: id(8), reference: "AB-1234")], effects: effects,
                today: date)
        }
        for need in PersonNeed.allCases {
            var basis = DraftBasis(
                lastInboundNumber: 2, sessionVersion: 1, expectedState: .idle,
                commandTimes: [start], identities: [], effects: [], today: date)
            basis.handOff = need
            bases["promises \(need.rawValue)"] = basis
        }
        return bases
    }()

    static let citations: [String: [Citation]] = [
        "none": [],
        "two": [
            Citation(
                passage: id(9), document: id(10), title: "Aftercare", page: 2,
                text: "Wait 48 hours.", score: 0.75),
            Citation(
                passage: id(11), document: id(10), title: "", page: nil, text: "", score: 0),
        ],
    ]

    static let commands: [String: [Command]] = [
        "none": [],
        "booking": [
            .startBooking(request), .setSlot(BookingRequest(service: service)),
            .correctSlot(BookingRequest(day: .on(date))), .chooseOffer(.position(-1)),
            .chooseOffer(.time(time)), .chooseOffer(.any), .confirm, .deny,
        ],
        "changing": [
            .cancel(reference: "AB-1234"), .cancel(reference: nil),
            .cancelSeveral(references: ["AB-1234", "K7-4MQX"]), .cancelSeveral(references: []),
            .reschedule(reference: "AB-1234", request),
            .reschedule(reference: nil, BookingRequest()),
        ],
        "others": [
            .askFAQ(question: "Where are you?"), .status, .handOff(reason: Command.lateReason),
            .none,
        ],
    ]

    private static let named = BookingPreview.NamedSlot(
        service: service, serviceName: "Colour refresh", staff: staff, staffName: "Ana Ferreira",
        start: start, end: start + .minutes(90))

    static let effects: [String: [ProposedEffect]] = [
        "none": [],
        "all": BookingPreview.Kind.allCases.map { kind in
            BookingPreview(
                kind: kind, summary: "does \(kind.rawValue)", slot: kind == .release ? nil : named,
                previousSlot: kind == .move ? named : nil
            ).proposed
        } + [
            ProposedEffect(
                column: HandOffEffect.column, kind: HandOffEffect.kind, summary: "does hand_off")
        ],
        "of other columns": [
            HandOffEffect.proposed(.complaint, summary: "hands the conversation over"),
            ContactEffect.naming("Priya"),
        ],
    ]

    static let warnings: [String: [String]] = [
        "none": [], "two": ["The assistant is not sure what was meant.", "Look twice."],
    ]

    // MARK: The business

    static let hours: [String: WeeklyHours] = [
        "none": WeeklyHours(),
        "all days": WeeklyHours(
            Dictionary(
                uniqueKeysWithValues: Weekday.allCases.map { day in
                    (
                        day,
                        [
                            .init(open: .midnight, close: .noon),
                            .init(open: time, close: .endOfDay),
                        ]
                    )
                })),
    ]

    static let policies: [String: BookingPolicy] = [
        "usual": BookingPolicy(),
        "with a cut-off": BookingPolicy(
            sameDayCutoff: time, minimumNoticeMinutes: 0, horizonDays: 90, stepMinutes: 5),
    ]
}
