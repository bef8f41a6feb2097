import Testing

/// Subjects speak by id and by event; what else they may mention is a short acyclic list.
///
/// Looked at are the rooms in which subjects have rules, tables, use cases, routes and pages.
@Suite("The column fence")
struct ColumnFenceTests {
    static let rooms = ["Domain", "Store", "Desk", "WebCore", "API", "Pages"]

    static let columns: Set = [
        "Accounts", "Credentials", "Rules", "Knowledge", "Contacts", "Conversations",
        "Understanding", "Drafts", "Turns", "Bookings", "Events", "Notifications", "Training",
        "Privacy",
        "Insights",
    ]

    /// Columns that every other may mention: who acts, and where it is recorded.
    static let everybodys: Set = ["Accounts", "Events"]

    /// Whom a column may mention beside those and itself.
    static let allowed: [String: Set<String>] = [
        "Conversations": ["Contacts"],
        "Bookings": ["Contacts"],
        "Privacy": ["Contacts"],
        "Understanding": ["Conversations", "Rules"],
        "Drafts": ["Conversations", "Understanding", "Knowledge", "Bookings"],
        // A turn is where the columns meet; no column knows of turns.
        "Turns": [
            "Conversations", "Contacts", "Understanding", "Knowledge", "Bookings", "Drafts",
        ],
        "Training": ["Understanding"],
    ]

    /// Room/column → column, with the reason.
    static let exceptions: [String: String] = [
        "Domain/Understanding → Bookings": "a command carries the wish that it proposes",
        "Desk/Understanding → Bookings": "what is meant depends on what was asked and offered",
        "Domain/Understanding → Knowledge": "what retrieval found takes part in the vote",
        "Desk/Understanding → Knowledge": "what retrieval found takes part in the vote",
        "API/Drafts → Turns": "a decision about a draft is the second half of a turn",
        "Pages/Drafts → Turns": "a decision about a draft is the second half of a turn",
        "Store/Accounts → Bookings": "hours and policy are kept in the workspace's row",
        "Desk/Accounts → Bookings": "a new workspace starts with hours and a policy",
        "Desk/Conversations → Knowledge": "files of messages are kept as those of documents are",
        "Pages/Contacts → Conversations": "who somebody is stands beside what they wrote",
        "Store/Conversations → Bookings": "the booking part of a conversation is kept beside it",
        "Store/Drafts → Contacts": "the queue shows whose draft it is, in one query",
        "Pages/Conversations → Bookings": "a customer's appointments stand beside the messages",
        "API/Drafts → Contacts": "the queue shows whose draft it is",
        "Pages/Drafts → Contacts": "the queue shows whose draft it is",
    ]

    @Test("A column mentions only columns that it may")
    func mentions() {
        var used: Set<String> = []
        let homes = ColumnFenceTests.homes
        for file in Tree.sources where ColumnFenceTests.rooms.contains(file.room) {
            guard let column = ColumnFenceTests.column(of: file) else { continue }
            // A nested type may have the name of somebody else's.
            let own = Set(file.lines.flatMap(ColumnFenceTests.declared))
                .union(ColumnFenceTests.common[file.room] ?? [])
            for (number, text) in file.code {
                for word in Tree.words(text) {
                    guard let home = homes[String(word)], home.column != column,
                        !own.contains(String(word)),
                        home.floor <= ColumnFenceTests.floor(file.room),
                        !ColumnFenceTests.everybodys.contains(home.column), !word.hasSuffix("ID"),
                        ColumnFenceTests.allowed[column]?.contains(home.column) != true
                    else { continue }
                    let pair = "\(file.room)/\(column) → \(home.column)"
                    used.insert(pair)
                    #expect(
                        ColumnFenceTests.exceptions[pair] != nil,
                        "\(file.path):\(number) mentions \(word): \(pair) is fenced")
                }
            }
        }
        for pair in ColumnFenceTests.exceptions.keys where !used.contains(pair) {
            Issue.record("the exception \(pair) is not needed any more: take it out")
        }
    }

    @Test("What may be mentioned has no circles")
    func acyclic() {
        func reaches(_ from: String, _ to: String, _ depth: Int) -> Bool {
            guard depth > 0 else { return false }
            return (ColumnFenceTests.allowed[from] ?? []).contains {
                $0 == to || reaches($0, to, depth - 1)
            }
        }
        for column in ColumnFenceTests.columns {
            #expect(!reaches(column, column, 12), "\(column)")
        }
    }

    static func column(of file: Tree.File) -> String? { file.parts.first { columns.contains($0) } }

    static func floor(_ room: String) -> Int { rooms.firstIndex(of: room) ?? 0 }

    /// Where each type is declared: a room can mention only what it or a lower room declares.
    static let homes: [String: (column: String, floor: Int)] = {
        var homes: [String: (column: String, floor: Int)] = [:]
        for file in Tree.sources where rooms.contains(file.room) {
            guard let column = column(of: file) else { continue }
            for line in file.lines where !line.hasPrefix(" ") && !line.hasPrefix("private") {
                for name in declared(line) { homes[name] = (column, floor(file.room)) }
            }
        }
        return homes
    }()

    private static let kinds: Set<Substring> = [
        "struct", "enum", "class", "actor", "protocol", "typealias",
    ]

    /// What a room declares outside all columns is its own, whatever a lower room calls so.
    static let common: [String: Set<String>] = {
        var common: [String: Set<String>] = [:]
        for file in Tree.sources where rooms.contains(file.room) && column(of: file) == nil {
            for line in file.lines { common[file.room, default: []].formUnion(declared(line)) }
        }
        return common
    }()

    /// The type that a line declares, if it does.
    static func declared(_ line: String) -> [String] {
        guard line.contains(where: \.isUppercase) else { return [] }
        let words = line.split { $0 == " " || $0 == ":" || $0 == "<" }
        guard let index = words.firstIndex(where: { kinds.contains($0) }),
            index + 1 < words.count, index <= 2
        else { return [] }
        return [String(words[index + 1])]
    }
}
