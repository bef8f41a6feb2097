/// The words after a command: flags with values, flags without, and plain words.
struct Arguments {
    private(set) var values: [String: String] = [:]
    private(set) var flags: Set<String> = []
    private(set) var plain: [String] = []

    /// Throws `UsageError` for a flag that is not listed, twice, or without its value.
    init(
        _ words: [String], values known: Set<String> = [], flags bare: Set<String> = [],
        plain limit: Int = 0
    ) throws(UsageError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if bare.contains(word) {
                flags.insert(word)
            } else if known.contains(word) {
                guard values[word] == nil else { throw UsageError("\(word) stands there twice.") }
                guard let value = rest.popFirst(), !value.hasPrefix("--") else {
                    throw UsageError("\(word) needs a value.")
                }
                values[word] = value
            } else if word.hasPrefix("-") {
                throw UsageError("There is no option \(word.prefix(40)) here.")
            } else {
                plain.append(word)
            }
        }
        guard plain.count <= limit else {
            throw UsageError("\"\(plain[limit].prefix(40))\" is one word too many.")
        }
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                "\(name) takes a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// One of the words that a type knows.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String
    ) throws(UsageError) -> Choice? where Choice.RawValue == String {
        guard let text = values[name] else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw UsageError("\(name) takes one of \(known).")
    }

    func required(_ name: String) throws(UsageError) -> String {
        guard let value = values[name] else { throw UsageError("\(name) is missing.") }
        return value
    }
}
