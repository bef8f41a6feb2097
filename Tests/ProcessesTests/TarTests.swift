import Base
import Foundation
import Glibc
import Testing

@testable import Processes

@Suite("Archives", .timeLimit(.minutes(2)))
struct TarTests {
    private static let tar = "/bin/tar"

    private func shell(_ script: String) async throws {
        _ = try await Program("/bin/sh", ["-c", script]).check(timeout: .seconds(60))
    }

    private func read(_ path: String) throws -> [String: [UInt8]] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        let reader = TarReader(descriptor)
        var files: [String: [UInt8]] = [:]
        while let entry = try reader.next() {
            guard !entry.isFolder else { continue }
            var bytes: [UInt8] = []
            while true {
                let piece = try reader.piece()
                if piece.isEmpty { break }
                bytes += piece
            }
            #expect(bytes.count == entry.size)
            files[entry.name] = bytes
        }
        return files
    }

    @Test("What we write, tar reads; what tar writes, we read")
    func bothWays() async throws {
        let folder = try TestFolder()
        let contents: [String: [UInt8]] = [
            "empty": [], "a/b/short": Array("hello".utf8),
            "a/long": (0..<700_000).map { UInt8($0 % 251) },
            "whole": [UInt8](repeating: 1, count: 512),
        ]
        let ours = "\(folder.path)/ours.tar"
        let descriptor = open(ours, O_WRONLY | O_CREAT, 0o600)
        let writer = TarWriter(descriptor)
        for (name, bytes) in contents.sorted(by: { $0.key < $1.key }) {
            try writer.begin(name, size: bytes.count, seconds: 1_795_000_000)
            try writer.add(bytes)
        }
        try writer.finish()
        close(descriptor)
        #expect(try read(ours) == contents)
        let theirs = "\(folder.path)/theirs"
        try await shell("mkdir \(theirs) && tar -xf \(ours) -C \(theirs)")
        for (name, bytes) in contents {
            let found = FileManager.default.contents(atPath: "\(theirs)/\(name)")
            #expect(found.map { Array($0) } == bytes, "\(name)")
        }
        try await shell("cd \(theirs) && tar -cf ../again.tar empty a whole")
        #expect(try read("\(folder.path)/again.tar") == contents)
    }

    @Test("Links and devices are refused by name, whatever they lead to")
    func links() async throws {
        let folder = try TestFolder()
        try await shell(
            """
            cd \(folder.path) && echo x > file && ln -s /etc/passwd soft && ln file hard
            mkfifo pipe && tar -cf soft.tar soft && tar -cf hard.tar file hard
            tar -cf pipe.tar pipe
            """)
        for (archive, name) in [("soft", "soft"), ("hard", "hard"), ("pipe", "pipe")] {
            #expect(throws: TarFault.notAFile(name)) { try read("\(folder.path)/\(archive).tar") }
        }
    }

    @Test("An archive that is cut, changed or made up is damaged, and nothing is read for ever")
    func damaged() async throws {
        let folder = try TestFolder()
        let whole = "\(folder.path)/whole.tar"
        try await shell(
            "cd \(folder.path) && head -c 3000 /dev/zero > file && tar -cf whole.tar file")
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: whole)))
        let bad = "\(folder.path)/bad.tar"
        func write(_ bytes: [UInt8]) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: bad))
        }
        for length in [0, 1, 511, 512, 1_000, 3_000, 3_584] {
            try write(Array(bytes.prefix(length)))
            #expect(throws: TarFault.damaged, "\(length)") { try read(bad) }
        }
        for place in [0, 100, 124, 130, 148, 156, 257] {
            var changed = bytes
            changed[place] ^= 0x55
            try write(changed)
            #expect(throws: TarFault.self, "\(place)") { try read(bad) }
        }
        // A size of nearly everything that a number can be.
        var huge = bytes
        huge.replaceSubrange(
            124..<136, with: [0x80, 0, 0, 0, 0x7F] + [UInt8](repeating: 0xFF, count: 7))
        let sum = TarBlock.sum(Array(huge[0..<512]))
        let digits = String(sum, radix: 8)
        huge.replaceSubrange(
            148..<154, with: Array((String(repeating: "0", count: 6 - digits.count) + digits).utf8))
        try write(huge)
        #expect(throws: TarFault.damaged) { try read(bad) }
    }

    @Test("A program is fed and read through a pipe, and its failure is told")
    func piping() async throws {
        let folder = try TestFolder()
        let packed = "\(folder.path)/packed.gz"
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await Program("/bin/gzip", ["-c"]).checkWriting(
            to: packed, timeout: .seconds(60)
        ) { descriptor in
            let writer = TarWriter(descriptor)
            try writer.begin("all", size: bytes.count, seconds: 0)
            try writer.add(bytes)
            try writer.finish()
        }
        let found = Lock<[UInt8]>([])
        let unzip = Program("/bin/gzip", ["-dc"])
        try await unzip.checkReading(from: packed, timeout: .seconds(60)) { descriptor in
            let reader = TarReader(descriptor)
            #expect(try reader.next()?.size == bytes.count)
            while true {
                let piece = try reader.piece()
                if piece.isEmpty { break }
                found.withLock { $0 += piece }
            }
            #expect(try reader.next() == nil)
        }
        #expect(found.withLock { $0 } == bytes)
        try Data("no archive".utf8).write(to: URL(fileURLWithPath: packed))
        await #expect(throws: ProcessFault.self) {
            try await unzip.checkReading(from: packed, timeout: .seconds(60)) { descriptor in
                var byte: UInt8 = 0
                while Glibc.read(descriptor, &byte, 1) > 0 {}
            }
        }
        await #expect(throws: (any Error).self) {
            try await Program("/bin/false").checkWriting(
                to: packed, timeout: .seconds(60)
            ) { descriptor in
                let writer = TarWriter(descriptor)
                try writer.begin("all", size: bytes.count, seconds: 0)
                try writer.add(bytes)
            }
        }
    }
}
