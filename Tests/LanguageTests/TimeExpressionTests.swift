import Base
import Testing

@testable import Language

@Suite("Time expressions")
struct TimeExpressionTests {
    @Test(
        "Days are read by name, by number and by distance",
        arguments: [
            ("today", "2026-11-20"), ("tomorrow", "2026-11-21"), ("tommorow", "2026-11-21"),
            ("tmrw", "2026-11-21"), ("2moro", "2026-11-21"), ("yesterday", "2026-11-19 ?past"),
            ("the day after tomorrow", "2026-11-22"), ("wendesday", "2026-11-25"),
            ("thurs", "2026-11-26"), ("coming Monday", "2026-11-23"), ("this Sunday", "2026-11-22"),
            ("Tue", "2026-11-24"), ("Saturday this week", "2026-11-21"),
            ("Thursday, next week", "2026-11-26"), ("Monday week", "2026-11-30"),
            ("a week from Tuesday", "2026-12-01"), ("a week on Thursday", "2026-12-03"),
            ("two weeks Tuesday", "2026-12-08"), ("Thursday fortnight", "2026-12-10"),
            ("in three days", "2026-11-23"),
            ("in a fortnight", "2026-12-04"), ("two weeks today", "2026-12-04"),
            ("3 weeks from now", "2026-12-11"), ("the 24th", "2026-11-24"),
            ("the 11th", "2026-12-11"), ("24 Nov", "2026-11-24"), ("Nov 24th 2026", "2026-11-24"),
            ("24th of November", "2026-11-24"), ("March 9th", "2027-03-09"),
            ("11/24", "2026-11-24"), ("24/11/2026", "2026-11-24"), ("2026-11-24", "2026-11-24"),
            ("24.11.", "2026-11-24"), ("24.11.2026", "2026-11-24"), ("11/24/26", "2026-11-24"),
            ("Tuesday the 24th", "2026-11-24"), ("Tue 24 Nov", "2026-11-24"),
            ("the 25th of this month", "2026-11-25"), ("Christmas Eve", "2026-12-24"),
            ("the twenty fourth of November", "2026-11-24"), ("New Year's Eve", "2026-12-31"),
            ("thanksgiving", "2026-11-26"), ("Nov/24", "2026-11-24"), ("Sep-23-2027", "2027-09-23"),
            ("next week on Tuesday", "2026-11-24"),
            ("the first Monday of next month", "2026-12-07"),
            ("last Friday of the month", "2026-11-27"), ("on the 24", "2026-11-24"),
            ("2 weeks before Christmas", "2026-12-11"), ("Tuesday the twenty fourth", "2026-11-24"),
            ("2 days ago", "2026-11-18 ?past"), ("15th day of next month", "2026-12-15"),
            ("29 February", "2028-02-29"),
            ("Tuesday 25", "2026-11-25~2026-11-24 ?weekdayDiffers"),
        ])
    func days(text: String, expected: String) {
        #expect(short(text) == expected)
    }

    @Test(
        "Times are read from what was spoken of before",
        arguments: [
            ("push my appointment back an hour", "shift 60"),
            ("bring our meeting forward by 30 minutes", "shift -30"),
            ("an hour later", "shift 60"), ("a week later", "shift 7d"),
            ("push it back a week", "shift 7d"),
            ("one day earlier, same time", "same-time shift -1d"),
            ("the day after", "shift 1d"), ("the week after", "shift 7d"),
            ("the Thursday after", "2026-11-26 shift 1d"),
            ("the following Tuesday", "2026-11-24 shift 1d"),
            ("push my 2 hour colour to Friday", "for 120 | 2026-11-27~2026-11-20 ?thisOrNextWeek"),
            ("half past then", "past-hour 30"), ("quarter to", "past-hour -15"),
        ])
    func relative(text: String, expected: String) {
        #expect(short(text) == expected)
    }

    @Test(
        "Telephone numbers are no times, and dots tell a time from a date",
        arguments: [
            ("I'm Orla, 086 123 4567", ""), ("+44 7700 900 123 call me", ""),
            ("0412 555 019, tomorrow", "2026-11-21"), ("8.30", "08:30~20:30 ?morningOrEvening"),
            ("on 8.12", "2026-12-08"), ("24.11", "2026-11-24"),
            ("any day next week but Tuesday", "any-day | 2026-11-23..2026-11-29 | not 2026-11-24"),
            ("the weekend of the 28th", "2026-11-28..2026-11-29"),
            ("we saw 22/5 Dolphin St, Tuesday?", "2026-11-24"), ("at 14 Mill Road", ""),
            ("at 9 hours in morning", "09:00"), ("I'll skip lunch", ""),
            ("Saturday morning the 28th", "2026-11-28 06:00-12:00"),
            ("you're shut mondays", "not mon"),
        ])
    func unlike(text: String, expected: String) {
        var options = TimeOptions()
        options.dateOrder = .dayFirst
        options.opens = clock("08:00")
        options.closes = clock("21:00")
        #expect(short(text, options) == expected)
    }

    @Test(
        "Spans of days keep both ends",
        arguments: [
            ("next week", "2026-11-23..2026-11-29"), ("this weekend", "2026-11-21..2026-11-22"),
            ("next weekend", "2026-11-28..2026-11-29"),
            ("in the next few days", "2026-11-20..2026-11-23"),
            ("early next week", "2026-11-23..2026-11-25"),
            ("in December", "2026-12-01..2026-12-31"),
            ("next month", "2026-12-01..2026-12-31"),
            ("between the 3rd and the 5th", "2026-12-03..2026-12-05"),
            ("at the weekend", "2026-11-21..2026-11-22"), ("May to July", "2027-05-01..2027-07-31"),
            ("weekend slots", "sat+sun"), ("between now and Tuesday", "2026-11-20..2026-11-24"),
            ("Mon-Wed", "2026-11-23..2026-11-25"),
            ("Monday to Wednesday", "2026-11-23..2026-11-25"),
            ("after the 24th", "from 2026-11-25"),
            ("before Tuesday", "until 2026-11-23"), ("by the end of the year", "until 2026-12-31"),
            ("by Tuesday", "until 2026-11-24"),
            ("not before Tuesday", "from 2026-11-24"),
            ("week of the 30th", "2026-11-30..2026-12-06"),
            ("November 24-26", "2026-11-24..2026-11-26"), ("w/c Nov 30", "2026-11-30..2026-12-06"),
            ("weekdays", "mon+tue+wed+thu+fri"), ("Saturdays", "sat"), ("any day", "any-day"),
            ("same day", "same-day"), ("any weekday after 4", "mon+tue+wed+thu+fri after 16:00"),
        ])
    func spans(text: String, expected: String) {
        #expect(short(text) == expected)
    }

    @Test(
        "Clock times follow the usual day where am and pm are missing",
        arguments: [
            ("3pm", "15:00"), ("3 p.m.", "15:00"), ("3:30", "15:30"), ("15.30", "15:30"),
            ("at 9", "09:00"), ("at 3", "15:00"), ("half past three", "15:30"), ("half 3", "15:30"),
            ("quarter to 5", "16:45"), ("twenty past 4", "16:20"), ("noon", "12:00"),
            ("midnight", "24:00"), ("3 o'clock", "15:00"), ("three thirty pm", "15:30"),
            ("07:30", "07:30"), ("19:00", "19:00"), ("15h30", "15:30"), ("at 1530", "15:30"),
            ("9:00a", "09:00"), ("12 am", "00:00"), ("12 pm", "12:00"), ("at 7", "19:00"),
            ("8 in the evening", "20:00"), ("morning 11", "11:00"),
            ("one in the afternoon", "13:00"),
            ("at 6 in the morning", "06:00"), ("9 at night", "21:00"), ("same time", "same-time"),
            ("anytime", "any-time"), ("3", "15:00"), ("3 works", "15:00"), ("make it 3", "15:00"),
            ("at 6:30am", "06:30"), ("how about 2.45", "14:45"),
        ])
    func clocks(text: String, expected: String) {
        #expect(short(text) == expected)
    }

    @Test(
        "Bounds, spans and parts of the day are windows",
        arguments: [
            ("after 4", "after 16:00"), ("before noon", "before 12:00"),
            ("between 2 and 4", "14:00-16:00"), ("2-4pm", "14:00-16:00"),
            ("from 10 to 2pm", "10:00-14:00"), ("10am to 1", "10:00-13:00"),
            ("around 3ish", "about 15:00"), ("5ish", "about 17:00"), ("3 or so", "about 15:00"),
            ("4pm or later", "after 16:00"), ("no later than 4pm", "before 16:00"),
            ("not before 11", "after 11:00"), ("in the morning", "06:00-12:00"),
            ("afternoon", "12:00-17:00"), ("evenings", "17:00-22:00"),
            ("first thing", "08:00-09:30"), ("end of day", "18:00-20:00"),
            ("lunchtime", "12:00-14:00"), ("after work", "17:00-22:00"),
            ("late afternoon", "15:30-18:00"),
            ("after 2 but before 5", "14:00-17:00"), ("within 2 hours", "2026-11-20 10:00-12:00"),
            ("from 3 in the afternoon until 5pm", "15:00-17:00"), ("as early as 9", "after 09:00"),
        ])
    func windows(text: String, expected: String) {
        #expect(short(text) == expected)
    }

    @Test(
        "A day and a time next to each other are one mention",
        arguments: [
            ("tomorrow at 3 works", "2026-11-21 15:00"), ("2moro @ 10", "2026-11-21 10:00"),
            ("3pm on Monday", "2026-11-23 15:00"), ("tonight at 8", "2026-11-20 20:00"),
            ("8 tomorrow night", "2026-11-21 20:00"), ("Tue 24 Nov 15:30", "2026-11-24 15:30"),
            ("tomorrow afternoon", "2026-11-21 12:00-17:00"),
            ("tomorrow morning at 9", "2026-11-21 09:00"), ("tomorrow 3", "2026-11-21 15:00"),
            ("between 2 and 4 tomorrow", "2026-11-21 14:00-16:00"),
            ("first thing Monday", "2026-11-23 08:00-09:30"),
            ("Monday morning 9-11", "2026-11-23 09:00-11:00"),
            ("Tuesday at 2:00 - 2:30 pm", "2026-11-24 14:00-14:30"),
            ("in 2 hours", "2026-11-20 12:00"), ("in 20 hours", "2026-11-21 06:00"),
            ("tomorrow, say 4ish", "2026-11-21 about 16:00"),
            ("same time next week", "2026-11-23..2026-11-29 same-time"),
            ("this evening after 6.30", "2026-11-20 after 18:30"),
        ])
    func together(text: String, expected: String) {
        #expect(short(text) == expected)
    }

    @Test(
        "Lists share what they have in common",
        arguments: [
            ("Mon or Tue at 3", "2026-11-23 15:00 | 2026-11-24 15:00"),
            ("3pm or 4pm on Monday", "2026-11-23 15:00 | 2026-11-23 16:00"),
            ("Monday at 3 or 4", "2026-11-23 15:00 | 2026-11-23 16:00"),
            ("Monday 3pm or Tuesday 5pm", "2026-11-23 15:00 | 2026-11-24 17:00"),
            ("next week on Tuesday 9 am or Thursday 1 pm", "2026-11-24 09:00 | 2026-11-26 13:00"),
        ])
    func lists(text: String, expected: String) {
        #expect(short(text) == expected)
    }

    @Test(
        "What the text rules out is marked",
        arguments: [
            ("not Monday", "not 2026-11-23"), ("anything but Tuesday", "not 2026-11-24"),
            ("not Monday or Tuesday", "not 2026-11-23 | not 2026-11-24"),
            ("Monday's no good, how about Tuesday", "not 2026-11-23 | 2026-11-24"),
            ("i cant make tues, whats free wed", "not 2026-11-24 | 2026-11-25"),
            ("Monday or Tuesday but not Wednesday", "2026-11-23 | 2026-11-24 | not 2026-11-25"),
            ("move my cut from 2 to 4", "not 14:00 | 16:00"),
            ("move me from Saturday to Monday", "not 2026-11-21 | 2026-11-23"),
            ("3 doesn't work", "not 15:00"), ("5pm is too late", "not 17:00"),
            ("Why not Monday?", "2026-11-23"),
            ("Tuesday not Monday", "2026-11-24 | not 2026-11-23"),
        ])
    func exclusions(text: String, expected: String) {
        #expect(short(text) == expected)
    }

    @Test(
        "Lengths, shifts and haste are read",
        arguments: [
            ("for an hour", "for 60"), ("the 45 minute one", "for 45"),
            ("an hour and a half", "for 90"), ("half an hour later", "shift 30"),
            ("an hour earlier", "shift -60"), ("asap", "earliest"),
            ("as soon as possible please", "earliest"), ("1.5 hours", "for 90"),
            ("push it back by an hour", "shift 60"), ("bring it forward by 30 min", "shift -30"),
        ])
    func lengths(text: String, expected: String) {
        #expect(short(text) == expected)
    }

    @Test(
        "Two sensible readings are told, never chosen silently",
        arguments: [
            ("Friday", "2026-11-27~2026-11-20 ?thisOrNextWeek"),
            ("next Saturday", "2026-11-28~2026-11-21 ?thisOrNextWeek"),
            ("12/10", "2026-12-10~2027-10-12 ?dayOrMonthFirst"),
            ("Tuesday the 25th", "2026-11-25~2026-11-24 ?weekdayDiffers"),
            ("1 November 2026", "2026-11-01 ?past"),
        ])
    func doubts(text: String, expected: String) {
        #expect(short(text) == expected)
    }

    @Test("A business that opens round the clock must ask about a bare 8")
    func bareHour() {
        let options = TimeOptions(opens: clock("06:00"), closes: clock("23:00"))
        #expect(short("at 8", options) == "08:00~20:00 ?morningOrEvening")
    }

    @Test("Day-first countries read 3/12 as 3 December")
    func dayFirst() {
        let options = TimeOptions(dateOrder: .dayFirst)
        #expect(short("3/12", options) == "2026-12-03~2027-03-12 ?dayOrMonthFirst")
        #expect(short("on 24.11 at 15.30", options) == "2026-11-24 15:30")
    }

    @Test(
        "Numbers and words that are no times stay unread",
        arguments: [
            "2 people", "My son is 7 and needs a cut for 3 people", "call me at 555-123-4567",
            "open 24/7", "the second one please", "on second thought", "I sat in the sun",
            "Good morning!", "it costs $30", "number 4 please", "May I come in?", "ref 20913",
            "a half head of highlights", "1/2 hour sundae", "that one", "version 2.71",
            "since 2015", "built in 1930",
        ])
    func silence(text: String) {
        let read = short(text)
        #expect(read == "" || text.hasPrefix("1/2") && read.hasPrefix("for"))
    }

    @Test("The range is exactly the words, in scalars, whatever stands before")
    func ranges() {
        let text = "👩‍🦰 é: tomorrow at 3pm, ok?"
        let mention = TimeExpressions.read(text, reference: friday).first
        let scalars = Array(text.unicodeScalars)
        var seen = ""
        if let range = mention?.range { seen.unicodeScalars.append(contentsOf: scalars[range]) }
        #expect(seen == "tomorrow at 3pm")
    }
}
