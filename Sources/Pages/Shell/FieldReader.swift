import Base
import Desk
import Domain
import HTTP
import WebCore

/// Reads the fields of a form that was sent. What cannot be understood becomes a problem beside its
/// field; nothing that was typed is dropped and then called saved.
struct FieldReader {
    let form: FormURLEncoded
    private(set) var problems: [FieldProblem] = []

    init(_ form: FormURLEncoded) {
        self.form = form
    }

    /// Throws what was wrong, if anything was.
    func check() throws(AccountRefusal) {
        guard problems.isEmpty else { throw .invalid(problems) }
    }

    mutating func refuse(_ name: String, _ message: String) {
        problems.append(FieldProblem(name, message))
    }

    /// A line or a text without outer and doubled spaces; empty when nothing was typed.
    mutating func text(_ name: String, _ limit: Int) -> String {
        let words = (form[name] ?? "").split(separator: " ").joined(separator: " ")
        if words.count > limit { refuse(name, "Use at most \(limit) characters.") }
        return String(words.prefix(limit))
    }

    /// Names with commas between.
    mutating func list(_ name: String, names limit: Int, each length: Int) -> [String] {
        let names = (form[name] ?? "").split(separator: ",")
            .map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
        if names.count > limit { refuse(name, "Give at most \(limit) names.") }
        if names.contains(where: { $0.count > length }) {
            refuse(name, "Use at most \(length) characters for each name.")
        }
        return names.prefix(limit).map { String($0.prefix(length)) }
    }

    /// A whole number; `unit` says of what, for whoever typed something else.
    mutating func whole(_ name: String, of unit: String) -> Int {
        let typed = (form[name] ?? "").trimmingWhitespace
        // A sign before it, a point in it and a unit behind it are all no whole number.
        if let number = Int(typed), typed.first != "+" { return number }
        refuse(name, "Give a whole number of \(unit).")
        return 0
    }

    /// A price in the currency's minor units; nil when the field is empty.
    mutating func price(_ name: String, in currency: String) -> Int? {
        switch MoneyReader.read(form[name] ?? "", currency: currency) {
        case .nothing: return nil
        case .amount(let minor): return minor
        case .refused(let message):
            refuse(name, message)
            return nil
        }
    }

    /// A time of day; nil when the field is empty.
    mutating func time(_ name: String) -> LocalTime? {
        let typed = (form[name] ?? "").trimmingWhitespace
        if typed.isEmpty { return nil }
        if let time = LocalTime(typed) { return time }
        refuse(name, "Write a time such as 15:30.")
        return nil
    }

    /// Days, one on each line.
    mutating func dates(_ name: String) -> Set<LocalDate> {
        var dates: Set<LocalDate> = []
        for line in (form[name] ?? "").split(whereSeparator: \.isNewline) {
            let typed = String(line).trimmingWhitespace
            if typed.isEmpty { continue }
            if let date = LocalDate(typed) {
                dates.insert(date)
            } else {
                refuse(
                    name, "“\(typed.prefix(40))” is no day. Write each as 2026-12-25, on its line.")
            }
        }
        return dates
    }

    /// The periods of the editor; half a period is refused, an empty one is none.
    mutating func hours() -> WeeklyHours {
        var periods: [Weekday: [WeeklyHours.Period]] = [:]
        for day in Weekday.allCases {
            for index in 0..<HoursEditor.limit {
                let typed = ["open", "close"].map {
                    (form["\(day.rawValue)_\(index)_\($0)"] ?? "").trimmingWhitespace
                }
                if typed.allSatisfy(\.isEmpty) { continue }
                guard let open = LocalTime(typed[0]), let close = LocalTime(typed[1]) else {
                    let problem =
                        typed.contains("")
                        ? "give both times, or neither." : "write times such as 09:30."
                    refuse("hours", "\(day.rawValue.capitalisedFirst): \(problem)")
                    continue
                }
                // A time field cannot say 24:00; its last minute stands for the end of the day.
                let end = close.minutes == 1439 ? LocalTime.endOfDay : close
                periods[day, default: []].append(.init(open: open, close: end))
            }
        }
        return WeeklyHours(periods)
    }
}

extension AccountRefusal {
    /// The same with the names that a form gives its fields; the desk names them as the API does.
    func naming(_ names: [String: String]) -> AccountRefusal {
        guard case .invalid(let fields) = self else { return self }
        return .invalid(fields.map { FieldProblem(names[$0.field] ?? $0.field, $0.message) })
    }
}

/// What stands in the fields of a form: what was typed where it was sent and refused, otherwise what
/// is kept.
struct Typed: Sendable {
    var sent: FormURLEncoded?

    func callAsFunction(_ name: String, or kept: String) -> String {
        sent.map { $0[name] ?? "" } ?? kept
    }
}
