import Base
import Foundation
import HTTP
import HTTPClient
import Processes
import TestKit
import Testing

/// What a restore does with backups that are not what they should be, and when it is killed.
@Suite("Restoring", .timeLimit(.minutes(5)))
struct RestoreTests {
    private static let password = "a long enough password"

    /// An installation with one business of this name and one document.
    private func installation(_ business: String) async throws -> Installation {
        let place = try Installation()
        let made = try await place.run(
            [
                "owner", "create", "--email", "o@\(business).example", "--name", "Olga",
                "--business", business,
            ], input: Self.password + "\n")
        #expect(made.code == 0, "\(made)")
        let server = try await place.start()
        let token = try await server.token("o@\(business).example", Self.password)
        let text = "Parking is free behind \(business)."
        _ = try await server.upload("\(business).txt", Array(text.utf8), token: token)
        #expect(await server.child.stop(grace: Patience.limit) == .exited(code: 0))
        return place
    }

    private func backup(_ place: Installation) async throws -> String {
        let file = "\(place.folder.path)/all.backup"
        let saved = try await place.run(["backup", file])
        #expect(saved.code == 0, "\(saved)")
        return file
    }

    /// Which business and which documents are there, by what a server answers.
    private func state(_ place: Installation, _ businesses: [String]) async throws -> [String] {
        let server = try await place.start()
        var found: [String] = []
        for business in businesses {
            let answer = try await server.post(
                "/api/v1/auth/login",
                #"{"email":"o@\#(business).example","password":"\#(Self.password)"}"#)
            guard answer.status == .ok else { continue }
            let token = answer.json.text("access_token") ?? ""
            let list = try await server.get("/api/v1/knowledge-base/documents/", token: token)
            found += list.json.list("documents").compactMap { $0.text("title") }
        }
        let doctor = try await place.run(["doctor"])
        #expect(!doctor.text.contains("bytes"), "\(doctor.text)")
        #expect(await server.child.stop(grace: Patience.limit) == .exited(code: 0))
        return found
    }

    /// A changed copy of a backup, its hashes made to fit again.
    private func changed(_ file: String, _ script: String) async throws -> String {
        let folder = "\(file).inner"
        let out = "\(file).changed"
        let shell = """
            rm -rf \(folder) && mkdir \(folder) && cd \(folder) && tar -xzf \(file) && \(script) &&
            sum=$(sha256sum database.sql | cut -c1-64) &&
            sed -i "s/\\"database_sha256\\":\\"[0-9a-f]*\\"/\\"database_sha256\\":\\"$sum\\"/" manifest.json &&
            tar -czf \(out) *
            """
        _ = try await Program("/bin/sh", ["-c", shell]).check(timeout: Patience.limit)
        return out
    }

    @Test("A backup that somebody made up runs nothing, and one of a newer schema touches nothing")
    func hostile() async throws {
        let place = try await installation("alpha")
        let file = try await backup(place)
        // Where the account of the database may write.
        let mark = "/tmp/was-here\(place.folder.path.replacing("/", with: "-"))"
        let evil = try await changed(
            file,
            """
            { echo '\\! touch \(mark)'; echo "COPY public.account (email) FROM PROGRAM 'touch \(mark)';"
              cat database.sql; } > d && mv d database.sql
            """)
        let restored = try await place.run(["restore", evil, "--force"])
        #expect(restored.code == 0, "the rows are a backup's all the same: \(restored)")
        #expect(!FileManager.default.fileExists(atPath: mark))

        let refused: [(String, String, String)] = [
            (
                "a newer schema", "newer version",
                "sed -i '/^COPY public.schema_migration/a 1\\tx\\ty\\t2026-11-20' database.sql &&"
                    + " sed -i 's/^1\\tx\\ty/999\\tx\\ty/' database.sql"
            ),
            (
                "another history", "another history",
                "sed -i '/^COPY public.schema_migration/,/^\\\\\\./ s/^\\(2\\t[a-z_]*\\t\\)[0-9a-f]/\\1x/' database.sql"
            ),
            ("no bytes", "bytes of 1 documents", "rm -r blobs"),
            (
                "a dump cut short", "not whole",
                "head -c 20000 database.sql > d && mv d database.sql"
            ),
            ("a name outside", "none of ours", "mkdir x && echo x > x/y"),
            ("a key with a strange name", "none of ours", "echo x > keys/../keys/.ssh"),
            (
                "rows that the schema forbids", "does not fit",
                "sed -i 's/@alpha.example/@ALPHA.example/' database.sql"
            ),
        ]
        for (name, words, script) in refused {
            let bad = try await changed(file, script)
            let result = try await place.run(["restore", bad, "--force"])
            #expect(result.code == 69 && result.text.contains(words), "\(name): \(result)")
        }
        let climbing = "\(file).climbing"
        let shell = """
            cd \(file).inner && echo x > ../outside &&
            tar -P -czf \(climbing) manifest.json ../outside
            """
        _ = try await Program("/bin/sh", ["-c", shell]).check(timeout: Patience.limit)
        let outside = try await place.run(["restore", climbing, "--force"])
        #expect(outside.code == 69 && outside.text.contains("../outside"), "\(outside)")
        let left = try FileManager.default.contentsOfDirectory(atPath: place.data)
        #expect(!left.contains("restore"), "\(left)")
        #expect(try await state(place, ["alpha"]) == ["Alpha"])
    }

    /// Kills at random moments are a measurement of their own (`bench restore`).
    @Test("Killed between database and folders, the next start finishes it, or takes it back")
    func killedBetween() async throws {
        let alpha = try await installation("alpha")
        let beta = try await installation("beta")
        let old = try alpha.blobs()
        let new = try beta.blobs()
        let file = try await backup(beta)
        let restore = try await Child.start(alpha.program(["restore", file, "--force"]))
        let planFile = "\(alpha.data)/restore/plan.json"
        #expect(
            await eventually {
                FileManager.default.fileExists(atPath: planFile) || restore.termination != nil
            })
        restore.send(.kill)
        _ = await restore.wait()
        // Whether the kill came before or after the database changed, what is there is one of both.
        let found = try await state(alpha, ["alpha", "beta"])
        #expect(found == ["Alpha"] || found == ["Beta"], "\(found)")
        #expect(!FileManager.default.fileExists(atPath: "\(alpha.data)/restore"))
        #expect(try alpha.blobs() == (found == ["Alpha"] ? old : new))

        let restored = try await alpha.run(["restore", file, "--force"])
        #expect(restored.code == 0, "\(restored)")
        let id = try await lastRestore(alpha)

        // The folders as they were when the database had just become the new one.
        let files = FileManager.default
        let staging = "\(alpha.data)/restore/new"
        try files.createDirectory(atPath: staging, withIntermediateDirectories: true)
        try files.createDirectory(
            atPath: "\(alpha.data)/restore/old", withIntermediateDirectories: true)
        for name in ["blobs", "keys"] {
            try files.moveItem(atPath: "\(alpha.data)/\(name)", toPath: "\(staging)/\(name)")
        }
        for (name, bytes) in old {
            let path = "\(alpha.data)/blobs/\(name)"
            try files.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try bytes.write(to: URL(fileURLWithPath: path))
        }
        let plan = #"{"brought":["blobs","keys"],"id":"\#(id)","removed":["demo.json"]}"#
        try Data(plan.utf8).write(to: URL(fileURLWithPath: planFile))

        let doctor = try await alpha.run(["doctor"])
        #expect(doctor.text.contains("restore was interrupted"), "\(doctor.text)")
        #expect(try await state(alpha, ["alpha", "beta"]) == ["Beta"])
        #expect(try alpha.blobs() == new)
        #expect(!files.fileExists(atPath: "\(alpha.data)/restore"))

        // The same plan with an id that the database does not know: nothing had happened.
        try files.createDirectory(atPath: staging, withIntermediateDirectories: true)
        try Data(plan.replacing(id, with: "another").utf8)
            .write(to: URL(fileURLWithPath: planFile))
        #expect(try await state(alpha, ["alpha", "beta"]) == ["Beta"])
        #expect(try alpha.blobs() == new)
        #expect(!files.fileExists(atPath: "\(alpha.data)/restore"))
    }

    @Test("Backups beside uploads and deletions succeed every time, and can be restored")
    func beside() async throws {
        let place = try await installation("alpha")
        let server = try await place.start()
        let token = try await server.token("o@alpha.example", Self.password)
        let rounds = 3
        let done = Lock(false)
        try await withThrowingTaskGroup { group in
            for lane in 0..<2 {
                group.addTask {
                    var number = 0
                    while !done.withLock({ $0 }) {
                        number += 1
                        let text = "Number \(number) of lane \(lane)."
                        let sent = try await server.upload(
                            "\(lane)-\(number).txt", Array(text.utf8), token: token)
                        // Too many uploads in a minute are refused, which is no matter here.
                        guard let id = sent.json.text("id") else {
                            try await Task.sleep(for: .milliseconds(50))
                            continue
                        }
                        if number % 3 > 0 {
                            _ = try await place.client.fetch(
                                FetchRequest(
                                    .delete, "\(server.url)/api/v1/knowledge-base/documents/\(id)/",
                                    headers: ["Authorization": "Bearer \(token)"]))
                        }
                    }
                }
            }
            for round in 0..<rounds {
                let file = "\(place.folder.path)/\(round).backup"
                let saved = try await place.run(["backup", file])
                #expect(saved.code == 0 && !saved.text.contains("were gone"), "\(saved)")
            }
            done.withLock { $0 = true }
            try await group.waitForAll()
        }
        await server.child.stop(grace: Patience.limit)
        let other = try Installation()
        let last = "\(place.folder.path)/\(rounds - 1).backup"
        let restored = try await other.run(["restore", last])
        #expect(restored.code == 0, "\(restored)")

        // Bytes that are gone already are no reason to be without a backup, and nobody is silent.
        let blobs = DataFolder(existing: other.data).blobs
        let lost = try #require(try other.blobs().keys.first)
        try FileManager.default.removeItem(atPath: "\(blobs)/\(lost)")
        let poor = "\(place.folder.path)/poor.backup"
        let saved = try await other.run(["backup", poor])
        #expect(
            saved.code == 0 && saved.text.contains("bytes of 1 documents were gone"), "\(saved)")
        let again = try await other.run(["restore", poor, "--force"])
        #expect(again.code == 0, "\(again)")
        let started = try await other.start()
        #expect(
            await eventually { started.child.lastLines.contains("bytes of documents are gone") })
        await started.child.stop(grace: Patience.limit)
    }

    /// What the database of an installation without a server says of its last restore.
    private func lastRestore(_ place: Installation) async throws -> String {
        let server = try await place.start()
        let postgres = try await EmbeddedPostgres.attach(
            installation: Clone.vendor("postgres"), cluster: "\(place.data)/pg")
        let tool = postgres.tool(
            "psql",
            [
                "-X", "-A", "-t", "-q", "-c",
                "select value from installation where fact = 'restore'",
                "--dbname=\(postgres.connection())",
            ])
        let output = try await tool.check(timeout: Patience.limit)
        await server.child.stop(grace: Patience.limit)
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
