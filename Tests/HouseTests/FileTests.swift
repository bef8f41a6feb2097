import Foundation
import TestKit
import Testing

@Suite("Files")
struct FileTests {
    static let lineLimit = 400

    /// Files that may be longer, with the reason.
    static let longFiles: [String: String] = [:]

    @Test("No Swift file is longer than 400 lines")
    func length() {
        for file in Tree.everything where FileTests.longFiles[file.path] == nil {
            let count = file.lines.count - (file.lines.last == "" ? 1 : 0)
            #expect(
                count <= FileTests.lineLimit,
                "\(file.path) has \(count) lines: give it a second file")
        }
        for path in FileTests.longFiles.keys {
            #expect(
                Tree.read(path).lines.count > FileTests.lineLimit,
                "\(path) is short again: take the exception out")
        }
    }

    @Test("Every room has a front-door file that is only a comment")
    func frontDoors() {
        let rooms = Set(Tree.sources.map(\.room)).subtracting(["System", "frontdesk"])
        #expect(rooms.count >= 20)
        for room in rooms {
            let door = Tree.read("Sources/\(room)/\(room).swift")
            #expect(door.lines.first?.hasPrefix("//") == true, "Sources/\(room)/\(room).swift")
            let code = door.code.filter { !$0.text.isEmpty }
            #expect(code.isEmpty, "Sources/\(room)/\(room).swift holds more than its comment")
        }
    }

    @Test("No name says nothing: Manager, Helper, Utils, Impl, Types, Models")
    func names() {
        let empty = ["Manager", "Helper", "Helpers", "Util", "Utils", "Impl", "Types", "Models"]
        for file in Tree.everything where file.path != "Package.swift" {
            let stem = file.name.replacingOccurrences(of: ".swift", with: "")
            #expect(!empty.contains { stem.hasSuffix($0) }, "\(file.path)")
        }
    }

    @Test("Held-out questions and conversations are out of reach for everything that is shipped")
    func heldOut() {
        for file in Tree.sources {
            for (index, line) in file.lines.enumerated() {
                #expect(!line.contains("corpora/held"), "\(file.path):\(index + 1)")
            }
        }
    }

    @Test("Nothing looks like a secret")
    func secrets() {
        let signs = [
            "BEGIN RSA PRIVATE", "BEGIN PRIVATE", "BEGIN EC PRIVATE", "BEGIN OPENSSH", "AKIA",
            "sk_live_", "rk_live_", "sk-proj-", "ghp_", "xoxb-", "AIza",
        ]
        let folders = [".ci", "Sources/Pages/Public", "corpora/salon"].flatMap(Tree.files)
        let binary = ["pdf", "docx", "png", "jpg", "woff2", "svg"]
        let others =
            ["Makefile", "README.md"]
            + folders.filter { path in binary.allSatisfy { !path.hasSuffix($0) } }
        for file in Tree.everything + others.map(Tree.read) + Tree.migrations.map(Tree.read)
        where !file.path.hasPrefix("Tests/HouseTests/") {
            for (index, line) in file.lines.enumerated() {
                for sign in signs where line.contains(sign) {
                    Issue.record("\(file.path):\(index + 1) looks like a secret (\(sign)…)")
                }
            }
        }
    }
}
