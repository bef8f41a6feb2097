import Base
import Foundation
import Testing

@testable import Processes

@Suite("Exchanging folders")
struct FolderSwapTests {
    private struct Killed: Error {}

    /// A place with the old, a swap with the new, and its plan.
    private func begun(_ hasCard: Bool) throws -> (TestFolder, FolderSwap) {
        let folder = try TestFolder()
        let swap = FolderSwap(in: folder.path, name: "restore")
        try swap.prepare()
        for (place, word) in [(folder.path, "old"), (swap.staging, "new")] {
            for name in ["blobs", "keys"] {
                try FileManager.default.createDirectory(
                    atPath: "\(place)/\(name)", withIntermediateDirectories: true)
                try Data(word.utf8).write(to: URL(fileURLWithPath: "\(place)/\(name)/file"))
            }
        }
        try Data("old".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/card"))
        if hasCard { try Data("new".utf8).write(to: URL(fileURLWithPath: "\(swap.staging)/card")) }
        try swap.plan(
            .init(
                id: "7", brought: ["blobs", "keys"] + (hasCard ? ["card"] : []),
                removed: hasCard ? [] : ["card"]))
        return (folder, swap)
    }

    private func state(_ folder: TestFolder) throws -> [String: String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return names.reduce(into: [:]) { files, name in
            // Nil for a folder.
            files[name] = FileManager.default.contents(atPath: "\(folder.path)/\(name)")
                .map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private static let old = ["blobs/file": "old", "keys/file": "old", "card": "old"]

    @Test("Killed before any step, the next start finishes it", arguments: [true, false])
    func everyStep(hasCard: Bool) throws {
        var new = ["blobs/file": "new", "keys/file": "new"]
        if hasCard { new["card"] = "new" }
        var steps = 0
        for failing in 1... {
            let (folder, swap) = try begun(hasCard)
            var count = 0
            do {
                try swap.finish {
                    count += 1
                    if count == failing { throw Killed() }
                }
            } catch is Killed {
                // What every start does first: folders that are missing are made.
                for name in ["blobs", "keys"] {
                    try Files.ensureFolder("\(folder.path)/\(name)", mode: 0o700)
                }
                let again = FolderSwap(in: folder.path, name: "restore")
                #expect(try again.pending?.id == "7", "step \(failing)")
                try again.finish()
            }
            #expect(try state(folder) == new, "step \(failing)")
            #expect(try swap.pending == nil && !swap.isThere)
            steps = failing
            if count < failing { break }
        }
        #expect(steps > 5)
    }

    @Test("Taken back, everything is as it was; without a plan only leavings are removed")
    func takenBack() throws {
        let (folder, swap) = try begun(true)
        #expect(throws: ProcessFault.self) { try swap.prepare() }
        try swap.takeBack()
        #expect(try state(folder) == Self.old)
        try swap.prepare()
        try Data("half".utf8).write(to: URL(fileURLWithPath: "\(swap.staging)/blobs"))
        #expect(try swap.pending == nil && swap.isThere)
        try swap.prepare()
        #expect(try FileManager.default.contentsOfDirectory(atPath: swap.staging).isEmpty)
        try swap.discard()
        #expect(try state(folder) == Self.old)
    }
}
