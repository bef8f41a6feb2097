import Foundation
import Testing

@Suite("The import fence")
struct ImportFenceTests {
    /// A room may name only rooms on lower floors.
    static let floors: [[String]] = [
        ["Base"],
        [
            "Cryptography", "Processes", "Postgres", "HTTP", "HTTPServer", "HTTPClient",
            "VectorIndex", "Encoder", "Learning", "Language", "Numbering", "Documents",
            "Extraction",
        ],
        ["Domain"],
        ["Store", "Jobs", "Providers"],
        ["Desk"],
        ["WebCore", "ModelServer"],
        ["API", "Pages"],
        ["Web"],
        ["frontdesk"],
    ]

    /// The two floors that have never heard of a front desk.
    static let toolRooms = Set(floors[0] + floors[1])

    /// Neighbours on one floor that may be named, with the reason.
    static let neighbours: [String: [String: String]] = [
        "HTTPServer": ["HTTP": "binds its requests and responses to sockets"],
        "HTTPClient": ["HTTP": "implements its outgoing port"],
        "Extraction": [
            "Documents": "turns bytes into its blocks", "Processes": "confines the child process",
        ],
    ]

    /// Rooms of which only some may know.
    static let reserved: [String: Set<String>] = [
        "Postgres": ["Store", "Jobs", "frontdesk"],
        "Extraction": ["frontdesk"],
        "Encoder": ["ModelServer", "frontdesk"],
        "Domain": ["Store", "Providers", "Desk", "WebCore", "API", "Pages", "frontdesk"],
    ]

    /// What comes with the system.
    static let system: Set<String> = ["Foundation", "Synchronization", "Glibc"]

    @Test("Package.swift names for each room only rooms on lower floors")
    func floorsInPackage() throws {
        let rooms = ImportFenceTests.rooms
        #expect(rooms.count >= 20)
        for (room, uses) in rooms {
            let own = try #require(floor(of: room), "\(room) has no floor; give it one here")
            for use in uses where !use.hasPrefix("C") || use == "Cryptography" {
                let below = try #require(floor(of: use), "\(use) has no floor")
                let isNeighbour = ImportFenceTests.neighbours[room]?[use] != nil
                #expect(below < own || isNeighbour, "\(room) may not use \(use)")
                let allowed = ImportFenceTests.reserved[use]
                #expect(allowed?.contains(room) ?? true, "\(use) is not for \(room)")
            }
        }
    }

    @Test("Every file imports only what its room names in Package.swift")
    func imports() {
        for file in Tree.sources where file.room != "System" && file.room != "frontdesk" {
            let named = ImportFenceTests.rooms[file.room] ?? []
            for module in ImportFenceTests.imports(of: file) {
                #expect(
                    named.contains(module) || ImportFenceTests.system.contains(module),
                    "\(file.path) imports \(module), which \(file.room) does not name")
            }
        }
    }

    @Test("Domain imports only Base and Foundation")
    func domain() {
        for file in Tree.sources where file.room == "Domain" {
            for module in ImportFenceTests.imports(of: file) {
                #expect(["Base", "Foundation"].contains(module), "\(file.path): \(module)")
            }
        }
    }

    @Test("Live services are put together only in frontdesk")
    func compositionRoot() {
        for file in Tree.sources where file.room != "frontdesk" {
            let imported = ImportFenceTests.imports(of: file)
            #expect(!imported.contains("Providers"), "\(file.path)")
            #expect(!imported.contains("HTTPClient"), "\(file.path)")
            #expect(!imported.contains("HTTPServer"), "\(file.path)")
        }
    }

    private func floor(of room: String) -> Int? {
        ImportFenceTests.floors.firstIndex { $0.contains(room) }
    }

    /// `import X`, `package import X`, `@testable import X`, `import struct X.Y`.
    static func imports(of file: Tree.File) -> [String] {
        file.lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
                words[..<index].allSatisfy({ $0 == "package" || $0.hasPrefix("@") })
            else { return nil }
            let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "var"]
            let at = kinds.contains(words[index + 1]) ? index + 2 : index + 1
            return at < words.count ? String(words[at].prefix { $0 != "." }) : nil
        }
    }

    /// Rooms and what they use, read from `room("Name", "Use", …)`.
    static let rooms: [String: [String]] = {
        let text = Tree.package.lines.joined(separator: "\n")
        var rooms: [String: [String]] = [:]
        for call in text.components(separatedBy: " room(").dropFirst() {
            let inside = call.prefix { $0 != ")" }
            let names = (inside.components(separatedBy: "[").first ?? "")
                .split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }.map { String($0.element) }
            guard let room = names.first else { continue }
            rooms[room] = Array(names.dropFirst())
        }
        return rooms
    }()
}
