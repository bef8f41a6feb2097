import Base
import Testing

@testable import Language

/// Friday, 20 November 2026, ten in the morning.
let friday = TimeReference(date: day("2026-11-20"), time: clock("10:00"))

func day(_ text: String) -> LocalDate { LocalDate(text) ?? LocalDate(dayNumber: 0) }

func clock(_ text: String) -> LocalTime { LocalTime(text) ?? .midnight }

/// Mentions in short: `2026-11-21 15:00`, `not 2026-11-23`, `2026-11-23..2026-11-29`, `after 17:00`.
func short(_ text: String, _ options: TimeOptions = TimeOptions()) -> String {
    TimeExpressions.read(text, reference: friday, options: options).map(short)
        .joined(separator: " | ")
}

func short(_ mention: TimeMention) -> String {
    var parts: [String] = mention.isExcluded ? ["not"] : []
    if let day = mention.day { parts.append(short(day)) }
    if let time = mention.time { parts.append(short(time)) }
    if let minutes = mention.durationMinutes { parts.append("for \(minutes)") }
    if let minutes = mention.shiftMinutes { parts.append("shift \(minutes)") }
    if let days = mention.shiftDays { parts.append("shift \(days)d") }
    if mention.isEarliest { parts.append("earliest") }
    for doubt in TimeDoubt.allCases where mention.doubts.contains(doubt) {
        parts.append("?\(doubt.rawValue)")
    }
    return parts.joined(separator: " ")
}

private func short(_ day: DayMeaning) -> String {
    switch day {
    case .on(let date, let others): ([date] + others).map(\.description).joined(separator: "~")
    case .within(let first, let last): "\(first)..\(last)"
    case .from(let first): "from \(first)"
    case .until(let last): "until \(last)"
    case .weekdays(let days):
        days.sorted { $0.number < $1.number }.map { String($0.rawValue.prefix(3)) }
            .joined(separator: "+")
    case .same: "same-day"
    case .any: "any-day"
    }
}

private func short(_ time: TimeMeaning) -> String {
    switch time {
    case .at(let time, let others): ([time] + others).map(\.description).joined(separator: "~")
    case .around(let time, let others):
        "about " + ([time] + others).map(\.description).joined(separator: "~")
    case .between(let from, let to): "\(from)-\(to)"
    case .after(let from): "after \(from)"
    case .before(let to): "before \(to)"
    case .same: "same-time"
    case .pastHour(let minutes): "past-hour \(minutes)"
    case .any: "any-time"
    }
}
