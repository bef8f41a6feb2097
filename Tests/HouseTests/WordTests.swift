import Foundation
import Testing

/// Words that have one home, each with what to write instead.
@Suite("Banned words")
struct WordTests {
    struct Ban: Sendable {
        let word: String
        let instead: String
        /// Files in which the word is at home, with the reason.
        var homes: [String: String] = [:]
        /// Whether comments count too.
        var inComments = false
        /// Whether tests and benchmarks are free to use it.
        var onlySources = false
    }

    static let bans = [
        Ban(
            word: "Date()", instead: "world.now()",
            homes: ["Sources/Base/World.swift": "the one reading of the clock"]),
        Ban(word: "UUID()", instead: "world.uuid() or world.id()"),
        Ban(word: "try!", instead: "a typed error, or #require in a test"),
        Ban(word: "fatalError", instead: "precondition, for our own mistakes only"),
        Ban(
            word: "Task {", instead: "a task group, or a Service",
            homes: [
                "Sources/HTTPServer/Exchange.swift": "a C callback starts the handler",
                "Sources/HTTPServer/Server.swift": "stopping must not be cancelled half-way",
            ]),
        Ban(
            word: "Task.detached", instead: "a task group, or a Service", onlySources: true),
        Ban(word: "FIXME", instead: "the repair", inComments: true),
        Ban(word: "TODO", instead: "an issue", inComments: true),
        Ban(word: "NSLock", instead: "Lock, with the state inside"),
        Ban(
            word: "DispatchQueue", instead: "an actor with a ThreadExecutor, or a task group",
            onlySources: true),
    ]

    @Test("No banned word stands outside its home", arguments: bans.indices)
    func standsAtHome(index: Int) {
        let ban = WordTests.bans[index]
        for file in ban.onlySources ? Tree.sources : Tree.everything {
            if ban.homes[file.path] != nil || file.path.hasPrefix("Tests/HouseTests/") { continue }
            let lines =
                ban.inComments
                ? file.lines.enumerated().map { (number: $0.offset + 1, text: $0.element) }
                : file.code
            for (number, text) in lines where text.contains(ban.word) {
                #expect(
                    WordTests.isPartOfLongerWord(ban.word, in: text),
                    "\(file.path):\(number): instead of \(ban.word) write \(ban.instead)")
            }
        }
        for home in ban.homes.keys {
            #expect(
                Tree.read(home).lines.contains { $0.contains(ban.word) },
                "\(home) does not use \(ban.word) any more: take the exception out")
        }
    }

    @Test("The compiler's word on sharing is overruled only where C handles and memory are owned")
    func unchecked() {
        let tools: Set = ImportFenceTests.toolRooms
        for file in Tree.sources where !tools.contains(file.room) {
            for (number, text) in file.code where text.contains("@unchecked Sendable") {
                Issue.record("\(file.path):\(number): use Lock or an actor")
            }
        }
    }

    @Test("Chance comes from a generator that is named")
    func chance() {
        for file in Tree.everything where !file.path.hasPrefix("Tests/HouseTests/") {
            for (number, text) in file.code where text.contains(".random(in:") {
                #expect(text.contains("using:"), "\(file.path):\(number): give it `using:`")
            }
            for (number, text) in file.code where text.contains(".randomElement()") {
                Issue.record("\(file.path):\(number): use randomElement(using:)")
            }
        }
    }

    @Test("Only commands print, and they write to a stream by name")
    func printing() {
        for file in Tree.sources {
            for (number, text) in file.code where text.contains("print(") {
                #expect(
                    WordTests.isPartOfLongerWord("print(", in: text) || text.contains(".print("),
                    "\(file.path):\(number): log with Logger, or write to a stream by name")
            }
        }
    }

    @Test("SQL never asks for time, ids or chance")
    func sql() {
        let words = [
            "now()", "current_timestamp", "current_date", "clock_timestamp", "gen_random_uuid",
            "random()", "uuid_generate",
        ]
        for path in Tree.migrations {
            let file = Tree.read(path)
            for (index, line) in file.lines.enumerated() {
                let code = line.components(separatedBy: "--").first ?? ""
                for word in words where code.contains(word) {
                    Issue.record("\(path):\(index + 1): \(word) in SQL: pass a parameter")
                }
            }
        }
        for file in Tree.sources where ["Store", "Jobs"].contains(file.room) {
            for (number, text) in file.code {
                // The clock of a World in Swift is the way that is wanted.
                let swift = text.replacingOccurrences(of: "world.now()", with: "")
                    .replacingOccurrences(of: "\\(now())", with: "")
                for word in words where swift.contains(word) {
                    Issue.record("\(file.path):\(number): \(word) in SQL: pass a parameter")
                }
            }
        }
    }

    /// Whether every place of `word` is inside a longer word, as in `LocalDate()`.
    static func isPartOfLongerWord(_ word: String, in text: String) -> Bool {
        guard let first = word.first, first.isLetter else { return false }
        var rest = text[...]
        while let place = rest.range(of: word) {
            let before = text[..<place.lowerBound].last
            guard let before, before.isLetter || before == "_" else { return false }
            rest = rest[place.upperBound...]
        }
        return true
    }
}
