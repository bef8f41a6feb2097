/// Recognises rows of opening hours, which belong together.
enum Weekdays {
    private static let starts = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    private static let others = [
        "weekday", "weekdays", "weekend", "weekends", "bank", "public", "holidays", "daily",
    ]

    /// Whether a cell begins with a day: "Monday", "Mon–Fri", "Weekdays".
    static func startsWithDay(_ cell: String) -> Bool {
        let word = cell.lowercased().prefix { $0.isLetter }
        if others.contains(String(word)) { return true }
        guard let start = starts.first(where: word.hasPrefix) else { return false }
        return word.count <= 4 || word.hasSuffix("day") || word.hasSuffix("days") || word == start
    }
}
