import Base
import Foundation
import TestKit
import Testing

@Suite("Instants, days and zones")
struct CalendarTests {
    @Test("Day numbers and dates are inverse over four centuries")
    func dayNumbers() throws {
        var expected = try #require(LocalDate(year: 1900, month: 1, day: 1)).dayNumber
        for year in 1900...2300 {
            for month in 1...12 {
                for day in 1...LocalDate.days(inMonth: month, year: year) {
                    let date = try #require(LocalDate(year: year, month: month, day: day))
                    #expect(date.dayNumber == expected)
                    #expect(LocalDate(dayNumber: expected) == date)
                    expected += 1
                }
            }
        }
    }

    @Test("20 November 2026 is a Friday")
    func weekday() throws {
        #expect(try #require(LocalDate("2026-11-20")).weekday == .friday)
        #expect(try #require(LocalDate("1970-01-01")).weekday == .thursday)
    }

    @Test(
        "RFC 3339 is read and written",
        arguments: [
            ("2026-11-24T15:30:00Z", "2026-11-24T15:30:00Z"),
            ("2026-11-24T15:30:00.5Z", "2026-11-24T15:30:00.500000Z"),
            ("2026-11-24T15:30:00+02:00", "2026-11-24T13:30:00Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ])
    func instants(text: String, written: String) throws {
        #expect(try #require(Instant(text)).description == written)
    }

    @Test(
        "What is not RFC 3339 is refused",
        arguments: ["", "2026-11-24", "2026-13-01T00:00:00Z", "2026-11-24T25:00:00Z", "x"])
    func refused(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test("The spring night has no 02:30, the autumn night has two")
    func transitions() throws {
        let berlin = try #require(Zone("Europe/Berlin"))
        let half = try #require(LocalTime("02:30"))
        let spring = LocalDateTime(date: try #require(LocalDate("2026-03-29")), time: half)
        let autumn = LocalDateTime(date: try #require(LocalDate("2026-10-25")), time: half)
        #expect(berlin.instants(of: spring).isEmpty)
        #expect(berlin.instant(of: spring).description == "2026-03-29T01:00:00Z")
        #expect(berlin.instants(of: autumn).count == 2)
        #expect(berlin.day(spring.date).duration == .hours(23))
        #expect(berlin.day(autumn.date).duration == .hours(25))
    }

    @Test("Touching intervals do not overlap")
    func halfOpen() {
        let start = Instant(seconds: 0)
        let first = Interval(start, lasting: .hours(1))
        let second = Interval(first.end, lasting: .hours(1))
        #expect(!first.overlaps(second))
        #expect(first.overlaps(Interval(start + .minutes(59), lasting: .hours(1))))
    }
}

@Suite("World, logs and secrets")
struct WorldTests {
    @Test("A test world repeats itself")
    func repeats() throws {
        let clock = ManualClock(try #require(Instant("2026-11-20T10:00:00Z")))
        let first = World.test(seed: 7, at: clock)
        let second = World.test(seed: 7, at: clock)
        #expect(first.uuid() == second.uuid())
        #expect(first.randomBytes(16) == second.randomBytes(16))
        #expect(first.fraction() == second.fraction())
    }

    @Test("Ids of the live world grow with time and carry version 7")
    func versions() {
        let id = World.live.uuid().uuidString
        #expect(id[id.index(id.startIndex, offsetBy: 14)] == "7")
    }

    @Test("Personal values reach the log only as a fingerprint")
    func personal() {
        let lines = Lock<[String]>([])
        let logger = Logger(
            minimum: .info, now: { Instant(seconds: 0) },
            write: { line in lines.withLock { $0.append(line) } })
        logger.info("message stored", ["phone": .personal("+15550142"), "n": .integer(3)])
        logger.debug("not written")
        let written = lines.withLock { $0 }
        #expect(written.count == 1)
        #expect(written[0].contains("\"phone\":\"#"))
        #expect(!written[0].contains("15550142"))
    }

    @Test("A secret prints as dots, also inside other values")
    func secret() {
        let secret = Secret("hunter2")
        #expect("\(secret)" == "•••")
        #expect(!String(reflecting: [secret]).contains("hunter2"))
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }
}
