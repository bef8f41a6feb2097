import Base
import Testing

@testable import Language

@Suite("Hostile text")
struct HostileTextTests {
    private static let pieces = [
        "tomorrow", "at", "3", ":", "30", "pm", "next", "friday", "the", "24th", "of", "nov", "/",
        "-", ".", ",", "or", "not", "between", "and", "2026", "half", "past", "quarter", "to", "in",
        "a", "week", "from", "12", "99999999999999999999", "0", "'s", "’", "é", "👍🏽", "\u{0}",
        "\u{202E}", "İ", "ﬁ", "\u{301}", "١٢", "sat", "may", "february", "29", "31", "hundred",
        "one", "first", "month", "end", "early", "later", "every", "week", "2", "h", "p", "m",
    ]

    @Test("Random text gives ordered ranges inside the text and never traps", arguments: 1...40)
    func random(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let names = NameMatcher([["Colour refresh", "colour"], ["Half head"], ["Ana"]])
        for _ in 0..<40 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<14, using: &random) {
                let piece = HostileTextTests.pieces.randomElement(using: &random) ?? ""
                text += piece + (Bool.random(using: &random) ? " " : "")
            }
            let count = text.unicodeScalars.count
            var end = 0
            for order in [TimeOptions.DateOrder.dayFirst, .monthFirst] {
                end = 0
                let options = TimeOptions(dateOrder: order, weekStart: .sunday)
                for mention in TimeExpressions.read(text, reference: friday, options: options) {
                    #expect(mention.range.lowerBound >= end && !mention.range.isEmpty)
                    end = mention.range.upperBound
                    #expect(end <= count)
                }
            }
            for mention in names.mentions(in: text) { #expect(mention.range.upperBound <= count) }
            _ = Answers.consent(text)
            _ = Answers.choice(text, among: [Offer(label: "3 pm")], reference: friday)
            #expect((PersonalName.read(text)?.range.upperBound ?? 0) <= count)
            _ = Numbers.value(of: text)
        }
    }

    @Test(
        "A hundred thousand characters of anything are read to an end",
        arguments: [
            "a", "3", "3 ", "next ", "tomorrow at 3 or ", "'", "12/", "\u{301}", "not mon ",
        ])
    func long(piece: String) {
        let text = String(repeating: piece, count: 100_000 / piece.unicodeScalars.count)
        let mentions = TimeExpressions.read(text, reference: friday)
        #expect(mentions.count <= TimeExpressions.maximumTokens)
        #expect(NameMatcher([["mon cut"], ["tomorrow"]]).mentions(in: text).count <= 3_000)
        #expect(Answers.consent(text) != .yes)
        #expect(PersonalName.read(text) == nil)
    }

    @Test("Every day of a year can be today", arguments: 0..<12)
    func everyDay(month: Int) throws {
        for offset in 0..<31 {
            let today = day("2028-01-01").adding(days: month * 31 + offset)
            let reference = TimeReference(date: today, time: clock("23:59"))
            /// The first day from today on that fits.
            func first(_ fits: (LocalDate) -> Bool) -> LocalDate {
                var date = today
                while !fits(date) { date = date.adding(days: 1) }
                return date
            }
            func read(_ text: String) throws -> TimeMention {
                let mentions = TimeExpressions.read(text, reference: reference)
                return try #require(mentions.count == 1 ? mentions[0] : nil, "\(text), \(today)")
            }
            let lastOfMonth = first { $0.adding(days: 1).day == 1 }
            let friday = first { $0.weekday == .friday && $0 > today }
            // Early in the week people disagree which Friday is the next one: both are named.
            let next = try short(read("next friday"))
            let isDisputed = [.monday, .tuesday, .wednesday, .thursday].contains(today.weekday)
            let both = "\(friday.adding(days: 7))~\(friday) ?thisOrNextWeek"
            #expect(next == (isDisputed ? both : "\(friday)"), "\(today)")
            #expect(try short(read("the 31st")) == "\(first { $0.day == 31 })", "\(today)")
            #expect(
                try short(read("29 Feb")) == "\(first { ($0.month, $0.day) == (2, 29) })",
                "\(today)")
            let soon = try read("in 90 minutes")
            #expect(short(soon) == "\(today.adding(days: 1)) 01:29", "\(today)")
            let end = try short(read("end of the month"))
            #expect(end.hasSuffix("..\(lastOfMonth)"), "\(today): \(end)")
            let from = try #require(LocalDate(end.prefix(10)))
            let days = lastOfMonth.dayNumber - from.dayNumber
            #expect(from == today ? days <= 10 : (9...10).contains(days), "\(today): \(end)")
        }
    }
}
