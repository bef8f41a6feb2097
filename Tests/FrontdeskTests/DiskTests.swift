import Base
import Foundation
import HTTP
import Processes
import TestKit
import Testing

/// A real server on a disk that has less free than it is told to keep; filling a small disk for
/// real is a measurement (`bench disk`).
@Suite("A disk without room", .timeLimit(.minutes(5)))
struct DiskTests {
    @Test("Uploads and backups are refused with what to do, and log and doctor say why")
    func reserve() async throws {
        let place = try Installation(["DISK_RESERVE_MB": "1000000"])
        let made = try await place.run(
            [
                "owner", "create", "--email", "o@shop.example", "--name", "Olga", "--business",
                "Shop",
            ], input: "a long enough password\n")
        #expect(made.code == 0, "\(made)")
        let server = try await place.start()
        let token = try await server.token("o@shop.example", "a long enough password")
        let sent = try await server.upload("a.txt", Array("Dogs.".utf8), token: token)
        #expect(sent.status.code == 507, "\(sent.text)")
        #expect(sent.text.contains("knowledge.disk_full") && sent.text.contains("make room"))
        #expect(await eventually { server.child.lastLines.contains("the disk is nearly full") })
        let file = "\(place.folder.path)/all.backup"
        let saved = try await place.run(["backup", file])
        #expect(saved.code == 69 && saved.text.contains("on another disk"), "\(saved)")
        let left = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
        #expect(!left.contains { $0.contains("backup") }, "\(left)")
        let doctor = try await place.run(["doctor"])
        #expect(
            doctor.code == 1 && doctor.text.contains("or set DISK_RESERVE_MB"), "\(doctor.text)")
        #expect(await server.child.stop(grace: Patience.limit) == .exited(code: 0))
    }
}
