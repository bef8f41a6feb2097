import Foundation
import TestKit

/// The files of the repository, read once.
enum Tree {
    struct File: Sendable {
        /// From the root of the repository.
        let path: String
        let lines: [String]

        var parts: [String] { path.split(separator: "/").map(String.init) }
        var name: String { parts.last ?? "" }
        /// The room, for a file in `Sources`.
        var room: String { parts.count > 1 ? parts[1] : "" }

        /// Lines with their numbers, without those that are only a comment.
        var code: [(number: Int, text: String)] {
            lines.enumerated().compactMap { index, line in
                line.drop { $0 == " " }.hasPrefix("//") ? nil : (index + 1, line)
            }
        }
    }

    static let sources = swift(in: "Sources")
    static let tests = swift(in: "Tests")
    static let benchmarks = swift(in: "Benchmarks")
    static let everything = sources + tests + benchmarks
    static let package = read("Package.swift")
    static let migrations = files(in: "Sources/Store/Migrations").filter { $0.hasSuffix(".sql") }

    static func read(_ path: String) -> File {
        let data = FileManager.default.contents(atPath: Clone.file(path)) ?? Data()
        let text = String(decoding: data, as: UTF8.self)
        return File(
            path: path,
            lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }

    static func files(in folder: String) -> [String] {
        let root = Clone.file(folder)
        let found = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String }
        return (found ?? []).sorted().map { "\(folder)/\($0)" }
    }

    private static func swift(in folder: String) -> [File] {
        files(in: folder).filter { $0.hasSuffix(".swift") }.map(read)
    }

    /// The room's whole words of code, without comments and without what stands in quotes.
    static func words(_ line: String) -> [Substring] {
        var outside = line[...]
        if let comment = line.range(of: "//") { outside = line[..<comment.lowerBound] }
        let unquoted = outside.split(separator: "\"", omittingEmptySubsequences: false)
            .enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        return unquoted.flatMap { piece in
            piece.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        }
    }
}
