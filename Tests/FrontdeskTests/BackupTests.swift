import Base
import Foundation
import HTTP
import Processes
import TestKit
import Testing

@Suite("Backups", .timeLimit(.minutes(5)))
struct BackupTests {
    private static let password = "a long enough password"
    private static let email = "o@new.example"

    /// An installation with an owner and two documents that nobody has read yet, and its backup.
    private struct Kept {
        let place: Installation
        let file: String

        init() async throws {
            place = try Installation()
            file = "\(place.folder.path)/all.backup"
            let made = try await place.run(
                [
                    "owner", "create", "--email", BackupTests.email, "--name", "Olga",
                    "--business", "New Shop", "--zone", "Europe/Dublin", "--currency", "EUR",
                ], input: BackupTests.password + "\n")
            #expect(made.code == 0 && made.text.contains("/portal/new-shop"), "\(made)")
            #expect(!made.text.contains(BackupTests.password))
        }

        func upload(_ documents: [String: String]) async throws {
            let server = try await place.start()
            let token = try await server.token(BackupTests.email, BackupTests.password)
            for (name, text) in documents {
                let sent = try await server.upload(name, Array(text.utf8), token: token)
                #expect(sent.status == .accepted, "\(sent.text)")
            }
            #expect(await server.child.stop(grace: Patience.limit) == .exited(code: 0))
        }
    }

    @Test("Everything comes back, byte for byte, into an empty folder and over another state")
    func restored() async throws {
        let kept = try await Kept()
        try await kept.upload([
            "parking.txt": "Parking is free behind the house.", "dogs.txt": "Dogs are welcome.",
        ])
        let documents = try kept.place.blobs()
        #expect(documents.count == 2)
        let saved = try await kept.place.run(["backup", kept.file])
        #expect(saved.code == 0, "\(saved)")
        let again = try await kept.place.run(["backup", kept.file])
        #expect(again.code == 69 && again.text.contains("there already"), "\(again)")

        let empty = try Installation()
        let restored = try await empty.run(["restore", kept.file])
        #expect(restored.code == 0 && restored.text.contains("2 documents"), "\(restored)")
        #expect(try empty.blobs() == documents)
        let key = { (data: String) in FileManager.default.contents(atPath: "\(data)/keys/codes") }
        #expect(key(kept.place.data) == key(empty.data) && key(empty.data)?.count == 32)
        let server = try await empty.start()
        #expect(try await titles(server) == ["Dogs", "Parking"])
        let doctor = try await empty.run(["doctor"])
        #expect(doctor.code == 0 && doctor.text.contains("1 workspaces"), "\(doctor)")
        let busy = try await empty.run(["restore", kept.file, "--force"])
        #expect(busy.code == 69 && busy.text.contains("Stop the server"), "\(busy)")
        await server.child.stop(grace: Patience.limit)

        // What came after the backup is replaced with force, and only with force.
        try await kept.upload(["later.txt": "This came later."])
        let refused = try await kept.place.run(["restore", kept.file])
        #expect(refused.code == 69 && refused.text.contains("--force"), "\(refused)")
        #expect(try kept.place.blobs().count == 3)
        let forced = try await kept.place.run(["restore", kept.file, "--force"])
        #expect(forced.code == 0, "\(forced)")
        #expect(try kept.place.blobs() == documents)
    }

    @Test("A damaged backup is refused, and nothing is lost or left behind")
    func damaged() async throws {
        let kept = try await Kept()
        let server = try await kept.place.start()
        let token = try await server.token(Self.email, Self.password)
        _ = try await server.upload("a.txt", Array("Parking is free.".utf8), token: token)
        // Beside the running server.
        #expect(try await kept.place.run(["backup", kept.file]).code == 0)
        await server.child.stop(grace: Patience.limit)
        let documents = try kept.place.blobs()
        let whole = try Data(contentsOf: URL(fileURLWithPath: kept.file))
        var flipped = whole
        flipped[whole.count / 2] ^= 0x10
        var files: [(String, Data)] = [
            ("no archive", Data("no archive".utf8)), ("empty", Data()),
            ("cut short", whole.prefix(whole.count * 2 / 3)), ("one bit", flipped),
        ]
        files.append(
            (
                "a document",
                try await repacked(kept.file) { folder in
                    "printf x >> \"$(find \(folder)/blobs -type f | head -n 1)\""
                }
            ))
        files.append(
            (
                "the database",
                try await repacked(kept.file) { folder in
                    "echo 'drop table account;' >> \(folder)/database.sql"
                }
            ))
        files.append(
            (
                "a link",
                try await repacked(kept.file) { folder in
                    "ln -s /etc/passwd \(folder)/keys/codes2"
                }
            ))
        files.append(
            (
                "the manifest",
                try await repacked(kept.file) { folder in
                    "sed -i 's/\"format\":1/\"format\":9/' \(folder)/manifest.json"
                }
            ))
        for (name, bytes) in files {
            let bad = "\(kept.place.folder.path)/bad"
            try bytes.write(to: URL(fileURLWithPath: bad))
            let result = try await kept.place.run(["restore", bad, "--force"])
            #expect(result.code == 69, "\(name): \(result)")
            #expect(result.text.contains("backup"), "\(name): \(result)")
        }
        #expect(try kept.place.blobs() == documents)
        let left = try FileManager.default.contentsOfDirectory(atPath: kept.place.data)
        #expect(!left.contains { $0.contains("partial") }, "\(left)")
        let after = try await kept.place.start()
        #expect(try await titles(after) == ["A"])
        await after.child.stop(grace: Patience.limit)
    }

    /// The backup with something in it changed by a line of shell.
    private func repacked(
        _ file: String, _ change: (_ folder: String) -> String
    ) async throws -> Data {
        let folder = try TestFolder()
        let inner = "\(folder.path)/inner"
        let script = """
            mkdir \(inner) && tar -xzf \(file) -C \(inner) && \(change(inner)) &&
            tar -czf \(folder.path)/out -C \(inner) $(ls \(inner))
            """
        _ = try await Program("/bin/sh", ["-c", script]).check(timeout: Patience.limit)
        return try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/out"))
    }

    private func titles(_ server: RunningServer) async throws -> [String] {
        let token = try await server.token(Self.email, Self.password)
        let list = try await server.get("/api/v1/knowledge-base/documents/", token: token)
        return list.json.list("documents").compactMap { $0.text("title") }.sorted()
    }
}
