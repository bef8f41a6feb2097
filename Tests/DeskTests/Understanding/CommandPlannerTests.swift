import Domain
import Testing

@testable import Desk

/// State × message → commands, as a table to read.
@Suite("What a message does to a booking")
struct CommandPlannerTests {
    typealias Row = (text: String, intent: Intent, expected: [String])

    @Test(
        "Nothing open, nothing booked",
        arguments: [
            (
                "a trim with Joel on Tuesday at 10", .bookingRequest,
                ["start cut joel 2026-11-24 10:00"]
            ),
            ("I'd like an appointment", .bookingRequest, ["start -"]),
            ("a trim on Tuesday, no wait, Wednesday", .bookingRequest, ["start cut 2026-11-25"]),
            (
                "a trim with Ana at 10 on Tuesday, actually with Joel", .bookingRequest,
                ["start cut joel 2026-11-24 10:00"]
            ),
            (
                "a cut and a colour on Tuesday at 10", .bookingRequest,
                ["start cut 2026-11-24 10:00", "start colour 2026-11-24"]
            ),
            (
                "the earliest for a trim", .bookingRequest,
                ["start cut 2026-11-20..2026-12-04 soonest"]
            ),
            (
                "a trim next week, any day but Tuesday", .bookingRequest,
                ["start cut 2026-11-23..2026-11-29 6-weekdays"]
            ),
            ("a trim but not with Ana", .bookingRequest, ["start cut not-ana"]),
            ("can I come on Tuesday", .bookingReschedule, ["start 2026-11-24"]),
            (
                "a trim Friday at 3 or Tuesday at 5", .bookingRequest,
                ["start cut 2026-11-24..2026-11-27 2-weekdays 15:00-17:01 2-pairs"]
            ),
            (
                "a trim at 10 on Tuesday for me and at 11 for him", .bookingRequest,
                ["start cut 2026-11-24 10:00", "start cut 2026-11-24 11:00 further"]
            ),
            (
                "two of us for a trim on Tuesday at 10, one with Ana and one with Joel",
                .bookingRequest,
                [
                    "start cut ana 2026-11-24 10:00",
                    "start cut joel 2026-11-24 10:00 further",
                ]
            ),
            (
                "a trim for him and a colour for her, Tuesday at 10", .bookingRequest,
                ["start cut 2026-11-24 10:00", "start colour 2026-11-24 10:00"]
            ),
            (
                "We're moving house on Tuesday, can I have a trim at 9", .bookingReschedule,
                ["start cut 2026-11-24 09:00"]
            ),
            (
                "no idea if I need a colour or what. could I have a cut on Tuesday",
                .bookingRequest, ["start cut 2026-11-24"]
            ),
            ("cancel my appointment", .bookingCancel, ["cancel -"]),
            ("thanks so much", .thanks, []),
        ] as [Row])
    func idle(row: Row) throws {
        #expect(try FrontOfHouse().plan(row.text, row.intent) == row.expected)
    }

    @Test(
        "Nothing open, one appointment on Wednesday 2 December at 14:00",
        arguments: [
            ("push it back an hour", .bookingReschedule, ["move - 2026-12-02 15:00"]),
            ("can you bring it forward half an hour", .bookingModify, ["move - 2026-12-02 13:30"]),
            ("a week later please", .bookingModify, ["move - 2026-12-09 14:00"]),
            ("can I come the day after, same time", .bookingRequest, ["move - 2026-12-03 14:00"]),
            (
                "move me to the week after, same time", .bookingReschedule,
                ["move - 2026-12-09 14:00"]
            ),
            ("move it to Friday", .bookingReschedule, ["move - 2026-12-04"]),
            ("move my Wednesday appointment", .bookingReschedule, ["move - -"]),
            ("move Wednesday's to the 9th", .bookingReschedule, ["move - 2026-12-09"]),
            (
                "I can't make Wednesday, could I come Thursday", .bookingRequest,
                ["move - 2026-12-03"]
            ),
            (
                "can't do 2 any more, anything after 4?", .bookingCancel,
                ["move - 16:00-24:00"]
            ),
            ("could I come at 4 instead", .bookingRequest, ["move - 16:00"]),
            ("the following Wednesday", .bookingReschedule, ["move - 2026-12-09"]),
            ("cancel Wednesday's", .bookingCancel, ["cancel -"]),
            (
                "cancel it and book me in again for friday", .bookingCancel, ["move - 2026-12-04"]
            ),
            (
                "can I book a colour the same day", .bookingRequest, ["start colour 2026-12-02"]
            ),
            ("when am I in", .bookingStatus, ["status"]),
            ("I don't need the cut any more", .bookingRequest, ["cancel -"]),
            ("I've the cut on Wednesday the 2nd", .bookingRequest, []),
            (
                "can we do the cut later on Wednesday the 2nd, say 4", .bookingRequest,
                ["move - 2026-12-02 16:00"]
            ),
            ("a colour on Tuesday at 10", .bookingRequest, ["start colour 2026-11-24 10:00"]),
        ] as [Row])
    func booked(row: Row) throws {
        let house = try FrontOfHouse((FrontOfHouse.cut, "2026-12-02", "14:00"))
        #expect(house.plan(row.text, row.intent) == row.expected)
    }

    @Test(
        "Nothing open, a cut on Tuesday 24 and a colour on Friday 27",
        arguments: [
            ("cancel my colour", .bookingCancel, ["cancel AA-2223"]),
            ("cancel Tuesday's", .bookingCancel, ["cancel AA-2222"]),
            ("cancel my appointment", .bookingCancel, ["cancel -"]),
            ("cancel both please", .bookingCancel, ["cancel all of AA-2222, AA-2223"]),
            (
                "can't make either of my appointments, cancel them", .bookingCancel,
                ["cancel all of AA-2222, AA-2223"]
            ),
            ("cancel all my appointments", .bookingCancel, ["cancel all of AA-2222, AA-2223"]),
            (
                "cancel the cut and the colour", .bookingCancel,
                ["cancel all of AA-2222, AA-2223"]
            ),
            ("cancel the cut but leave the colour", .bookingCancel, ["cancel AA-2222"]),
            (
                "we don't need the one on Tuesday any more, still keen for Friday",
                .bookingRequest, ["cancel AA-2222"]
            ),
            ("move Tuesday's to Thursday", .bookingReschedule, ["move AA-2222 2026-11-26"]),
            ("move it to Thursday", .bookingReschedule, ["move - 2026-11-26"]),
            ("push AA-2223 back an hour", .bookingReschedule, ["move AA-2223 2026-11-27 11:00"]),
        ] as [Row])
    func several(row: Row) throws {
        let house = try FrontOfHouse(
            (FrontOfHouse.cut, "2026-11-24", "10:00"), (FrontOfHouse.colour, "2026-11-27", "10:00"))
        #expect(house.plan(row.text, row.intent) == row.expected)
    }

    @Test(
        "Five times on Tuesday 24 were offered for a cut with Ana",
        arguments: [
            ("the second", .bookingConfirm, ["choose 2"]), ("2", .bookingConfirm, ["choose 2"]),
            ("the last one", .bookingConfirm, ["choose 5"]),
            ("whats the latest you have", .fallback, ["choose 5"]),
            ("11 works", .bookingConfirm, ["choose 2"]),
            ("10:30 then", .bookingRequest, ["set 10:30"]),
            ("anyone is fine", .bookingConfirm, ["set anybody"]),
            ("not Ana please", .bookingModify, ["set not-ana"]),
            ("with Joel then", .bookingModify, ["set joel"]),
            ("friday instead", .bookingModify, ["set 2026-11-27"]),
            ("none of those", .bookingCancel, ["set 2026-11-25..2026-12-01"]),
            ("hmm don't like any of those", .bookingConfirm, ["set 2026-11-25..2026-12-01"]),
            ("yes", .bookingConfirm, ["confirm"]),
            ("no", .bookingCancel, ["set 2026-11-25..2026-12-01"]),
            ("nah leave it", .bookingCancel, ["cancel -"]),
            ("forget it", .bookingCancel, ["cancel -"]),
            ("hold on, let me check with my wife", .bookingCancel, []),
            ("do you like football", .fallback, []),
        ] as [Row])
    func collecting(row: Row) throws {
        let house = try FrontOfHouse(
            hearing: [
                .start(.for(FrontOfHouse.cut, with: FrontOfHouse.ana, on: "2026-11-24"))
            ])
        #expect(house.state.offered.count == 5)
        #expect(house.plan(row.text, row.intent) == row.expected)
    }

    @Test(
        "A cut with Ana on Tuesday 24 at 10 waits for a yes",
        arguments: [
            ("yes", .bookingConfirm, ["confirm"]), ("k", .bookingConfirm, ["confirm"]),
            ("go on then", .bookingConfirm, ["confirm"]), ("grand", .greeting, ["confirm"]),
            ("legend, yes", .greeting, ["confirm"]),
            ("that's correct", .bookingConfirm, ["confirm"]),
            ("yes tuesday at 10", .bookingConfirm, ["confirm"]),
            ("yes but 11", .bookingConfirm, ["set 11:00"]),
            ("with Ana if she's there", .bookingCancel, ["set ana"]),
            ("thats the one. ta", .bookingConfirm, ["confirm"]),
            (
                "I have a wedding the next day. make it a colour, same time", .bookingModify,
                ["set colour 10:00"]
            ),
            ("no wait, not Ana, Joel", .bookingCancel, ["set joel not-ana"]),
            ("actually make it friday", .bookingModify, ["set 2026-11-27"]),
            ("I meant thursday not tuesday", .bookingModify, ["set 2026-11-26"]),
            ("changed my mind, 3pm", .bookingCancel, ["set 15:00"]),
            ("an hour later", .bookingModify, ["set 2026-11-24 11:00"]),
            ("anything earlier?", .bookingRequest, ["set 2026-11-24 00:00-10:00"]),
            ("someone else please", .bookingModify, ["set not-ana"]),
            ("hold on, let me check with my wife", .bookingCancel, []),
            ("let me think about it", .bookingCancel, []),
            ("nvm tuesday, do friday same time", .bookingCancel, ["set 2026-11-27 10:00"]),
            ("no", .bookingCancel, ["deny"]), ("nah leave it", .bookingCancel, ["cancel -"]),
            ("changed my mind", .bookingCancel, ["cancel -"]),
            ("is it?", .bookingConfirm, []), ("blue", .fallback, []),
        ] as [Row])
    func confirming(row: Row) throws {
        let house = try FrontOfHouse(
            hearing: [
                .start(
                    .for(FrontOfHouse.cut, with: FrontOfHouse.ana, on: "2026-11-24", at: "10:00"))
            ])
        #expect(house.state.name == .confirming)
        #expect(house.plan(row.text, row.intent) == row.expected)
    }

    @Test(
        "Moving the appointment of Wednesday 2 December",
        arguments: [
            ("friday", .bookingRequest, ["set 2026-12-04"]),
            ("same time the day after", .bookingRequest, ["set 2026-12-03 14:00"]),
            ("next week same time", .bookingRequest, ["set 2026-11-25 14:00"]),
            ("no keep it", .bookingCancel, ["deny"]),
            ("just cancel it", .bookingCancel, ["cancel -"]),
            ("anyone is fine", .bookingModify, ["set anybody"]),
        ] as [Row])
    func moving(row: Row) throws {
        let house = try FrontOfHouse(
            (FrontOfHouse.cut, "2026-12-02", "14:00"),
            hearing: [.reschedule(reference: nil, BookingRequest())])
        #expect(house.state.name == .rescheduleCollecting)
        #expect(house.plan(row.text, row.intent) == row.expected)
    }

    @Test(
        "A move of the appointment to Thursday 3 December at 14:00 waits for a yes",
        arguments: [
            ("yes", .bookingConfirm, ["confirm"]), ("no", .bookingCancel, ["deny"]),
            ("no thanks", .bookingCancel, ["deny"]), ("keep it", .bookingCancel, ["deny", "deny"]),
            ("cancel it altogether", .bookingCancel, ["cancel -"]),
            ("3 would be better", .bookingModify, ["set 15:00"]),
            ("friday then", .bookingModify, ["set 2026-12-04"]),
            ("hang on", .bookingCancel, []),
        ] as [Row])
    func confirmingMove(row: Row) throws {
        let house = try FrontOfHouse(
            (FrontOfHouse.cut, "2026-12-02", "14:00"),
            hearing: [
                .reschedule(reference: nil, .for(FrontOfHouse.cut, on: "2026-12-03", at: "14:00"))
            ])
        #expect(house.state.name == .rescheduleConfirm)
        #expect(house.plan(row.text, row.intent) == row.expected)
    }

    @Test(
        "Asked whether to cancel both of two appointments",
        arguments: [
            ("yes", .bookingConfirm, ["confirm"]),
            ("yes, both please", .bookingConfirm, ["confirm"]),
            ("only the colour", .bookingCancel, ["choose 2"]),
            ("yes but only the cut", .bookingCancel, ["choose 1"]),
            ("no, keep them", .bookingCancel, ["deny"]),
        ] as [Row])
    func cancellingBoth(row: Row) throws {
        let house = try FrontOfHouse(
            (FrontOfHouse.cut, "2026-11-24", "10:00"), (FrontOfHouse.colour, "2026-11-27", "10:00"),
            hearing: [.cancelSeveral(references: [])])
        #expect(house.plan(row.text, row.intent) == row.expected)
    }

    @Test("Asked which of two to cancel, both can be said")
    func bothOfThem() throws {
        let house = try FrontOfHouse(
            (FrontOfHouse.cut, "2026-11-24", "10:00"), (FrontOfHouse.colour, "2026-11-27", "10:00"),
            hearing: [.cancel(reference: nil)])
        #expect(
            house.plan("both please", .bookingConfirm) == ["cancel all of AA-2222, AA-2223"])
    }

    @Test(
        "Asked whether to cancel the appointment of Wednesday 2 December",
        arguments: [
            ("yes", .bookingConfirm, ["confirm"]), ("yes cancel it", .bookingCancel, ["confirm"]),
            ("no wait, keep it", .bookingCancel, ["deny"]), ("no", .bookingCancel, ["deny"]),
            ("not sure", .bookingCancel, []),
            ("4 is good", .bookingConfirm, ["move - 16:00"]),
            (
                "can we just move it to friday at 10", .bookingReschedule,
                ["move - 2026-12-04 10:00"]
            ),
        ] as [Row])
    func cancelling(row: Row) throws {
        let house = try FrontOfHouse(
            (FrontOfHouse.cut, "2026-12-02", "14:00"), hearing: [.cancel(reference: nil)])
        #expect(house.state.name == .cancelConfirm)
        let short = house.plan(row.text, row.intent).map {
            $0.replacing("AA-2222", with: "-")
        }
        #expect(short == row.expected)
    }
}
