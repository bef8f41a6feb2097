import Base
import Domain
import WebCore

/// Times, sizes and names as pages write them.
enum Formatting {
    /// "just now", "9 min", "3 h", "2 days".
    static func age(of then: Instant, at now: Instant) -> String {
        let minutes = max(0, Int((now - then).microseconds / 60_000_000))
        switch minutes {
        case 0: return "just now"
        case ..<60: return "\(minutes) min"
        case ..<1440: return "\(minutes / 60) h"
        default: return minutes < 2880 ? "1 day" : "\(minutes / 1440) days"
        }
    }

    /// "Today", "Yesterday", "Tue 24 Nov", "Tue 24 Nov 2025".
    static func day(
        _ date: LocalDate, today: LocalDate, _ locale: LocaleSettings
    ) -> String {
        switch today.days(until: date) {
        case 0: return "Today"
        case -1: return "Yesterday"
        case 1: return "Tomorrow"
        default:
            return locale.shortDay(date) + (date.year == today.year ? "" : " \(date.year)")
        }
    }

    /// "14:02" today, "Tue 24 Nov 14:02" before.
    static func moment(_ instant: Instant, _ frame: PageContext) -> String {
        let local = frame.zone.local(instant)
        let time = frame.locale.time(local.time)
        if local.date == frame.today { return time }
        return "\(day(local.date, today: frame.today, frame.locale)) \(time)"
    }

    /// "812 KB", "1.4 MB".
    static func size(_ bytes: Int) -> String {
        if bytes < 1024 { return "\(bytes) bytes" }
        if bytes < 1 << 20 { return "\((bytes + 512) / 1024) KB" }
        let tenths = (bytes * 10 + (1 << 19)) >> 20
        return tenths % 10 == 0 ? "\(tenths / 10) MB" : "\(tenths / 10).\(tenths % 10) MB"
    }

    /// "95 min" as "1 h 35 min".
    static func minutes(_ minutes: Int) -> String {
        if minutes < 60 { return "\(minutes) min" }
        let rest = minutes % 60
        return rest == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(rest) min"
    }

    static func name(_ contact: Contact) -> String { contact.name ?? contact.label }

    /// At most `count` characters, cut at a word.
    static func excerpt(_ text: String, _ count: Int) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard line.count > count else { return line }
        let cut = line.prefix(count)
        let whole = cut.lastIndex(of: " ").map { cut[..<$0] } ?? cut
        return whole + "…"
    }

    /// "0.53", of 0 … 1.
    static func score(_ value: Double) -> String {
        let hundredths = Int((min(max(value, 0), 1) * 100).rounded())
        if hundredths == 100 { return "1.00" }
        return hundredths < 10 ? "0.0\(hundredths)" : "0.\(hundredths)"
    }

    static func plural(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }
}

extension HTML {
    /// Text with its paragraphs and line ends kept.
    static func paragraphs(_ text: String) -> HTML {
        var whole = HTML.empty
        for part in text.split(separator: "\n\n") {
            whole.append(
                p {
                    for (index, line) in part.split(separator: "\n").enumerated() {
                        if index > 0 { lineBreak() }
                        String(line)
                    }
                })
        }
        return whole
    }
}
