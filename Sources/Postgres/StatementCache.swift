/// The prepared statements of one connection, the least recently used leaving first.
///
/// `touch` and `insert` are O(1) but for an eviction, which looks at all entries.
struct StatementCache {
    /// What tells two statements apart: equal text with other bind types is another statement.
    struct Key: Hashable {
        let text: String
        let types: [UInt32]
    }

    final class Entry {
        let name: String
        var layout: ColumnLayout?
        fileprivate var used: UInt64 = 0

        init(name: String) {
            self.name = name
        }
    }

    private let limit: Int
    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0

    init(limit: Int) {
        self.limit = limit
    }

    var count: Int { entries.count }

    mutating func touch(_ key: Key) -> Entry? {
        guard let entry = entries[key] else { return nil }
        clock += 1
        entry.used = clock
        return entry
    }

    /// A fresh name for the next statement.
    mutating func freshName() -> String {
        clock += 1
        return "s\(clock)"
    }

    /// Keeps the entry and gives back the one that must be deallocated for it, if any.
    mutating func insert(_ entry: Entry, for key: Key) -> Entry? {
        clock += 1
        entry.used = clock
        var evicted: Entry?
        if entries.count >= limit, let oldest = entries.min(by: { $0.value.used < $1.value.used }) {
            evicted = entries.removeValue(forKey: oldest.key)
        }
        entries[key] = entry
        return evicted
    }

    mutating func remove(_ key: Key) -> Entry? { entries.removeValue(forKey: key) }
}
