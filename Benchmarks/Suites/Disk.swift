import Base
import Foundation
import Glibc
import HTTP
import HTTPClient
import Processes

/// What happens when the disk fills: by uploads, up to the reserve, and by others, beyond it.
///
/// A small file system of its own is mounted for it. Throughout, the server and its database must
/// go on, documents can be deleted, and once there is room uploads are taken again without a hand.
enum DiskSuite {
    private static let sizeMegabytes = 600
    private static let reserveMegabytes = 128
    private static let fileBytes = 10 << 20
    /// What is left free when somebody else fills the disk.
    private static let leftBytes = 4 << 20

    static func run() async throws -> Report {
        let folder = try Installation.makeFolder()
        defer { Installation.remove(folder) }
        let mount = Program(
            "/bin/mount",
            ["-t", "tmpfs", "-o", "size=\(sizeMegabytes)m,mode=711", "frontdesk-bench", folder])
        do { _ = try await mount.check(timeout: .seconds(30)) } catch {
            var report = Report("disk")
            report.note("Not measured: a small file system cannot be mounted here (\(error)).")
            return report
        }
        do {
            let report = try await drill(in: folder)
            try await unmount(folder)
            return report
        } catch {
            try await unmount(folder)
            throw error
        }
    }

    private static func unmount(_ folder: String) async throws {
        _ = try await Program("/bin/umount", ["--lazy", folder]).check(timeout: .seconds(60))
    }

    private static func drill(in folder: String) async throws -> Report {
        let fetch = CurlClient().fetch
        let place = try await Installation.start(
            in: folder, fetch: fetch,
            settings: [
                "DISK_RESERVE_MB": "\(reserveMegabytes)", "WORKSPACE_QUOTA_MB": "100000",
            ])
        do {
            let staff = try await Staff.signIn(place, fetch: fetch)
            try await staff.waitForDocuments()
            let report = try await fill(place, staff, fetch, folder)
            await place.stop()
            return report
        } catch {
            Output.complain(place.child.lastLines)
            await place.stop()
            throw error
        }
    }

    private static func fill(
        _ place: Installation, _ staff: Staff, _ fetch: Fetch, _ folder: String
    ) async throws -> Report {
        var report = Report("disk")
        var ids: [String] = []
        while true {
            let answer = try await upload(ids.count, staff)
            if answer.status.code == 507 { break }
            guard answer.status == .accepted else {
                throw BenchFailure("upload: \(answer.status.code) \(answer.text.prefix(300))")
            }
            ids.append(try answer.decodeJSON(JSONValue.self)["id"]?.text ?? "")
        }
        report.add(
            "uploads of 10 MB taken before the first 507", value: Double(ids.count), unit: "")
        report.add(
            "free at the 507", value: Double(free(folder)) / 1_048_576, unit: "MB",
            aim: "\(reserveMegabytes) MB or more")
        guard free(folder) >= reserveMegabytes << 20 else {
            throw BenchFailure("the reserve was used: \(free(folder) >> 20) MB are free")
        }
        report.add("signing in at the reserve", try await signIns(place, fetch))

        let filler = "\(folder)/filler"
        try Data(count: 0).write(to: URL(fileURLWithPath: filler))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: filler))
        let piece = Data(count: 1 << 20)
        while free(folder) > leftBytes + piece.count { try file.write(contentsOf: piece) }
        try file.close()
        let refused = try await upload(ids.count, staff)
        guard refused.status.code == 507 else { throw BenchFailure("taken on a full disk") }
        report.add("signing in with 4 MB free", try await signIns(place, fetch))
        var times: [Double] = []
        let before = free(folder)
        for id in ids.prefix(5) {
            let begun = ContinuousClock.now
            try await staff.api.call(.delete, "/api/v1/knowledge-base/documents/\(id)/")
            times.append((ContinuousClock.now - begun) / .milliseconds(1))
        }
        report.add("deleting a document with 4 MB free", times)
        let end = ContinuousClock.now + Installation.patience
        while free(folder) < before + 5 * fileBytes - (4 << 20) {
            guard ContinuousClock.now < end else { throw BenchFailure("nothing was given back") }
            try await Task.sleep(for: .milliseconds(50))
        }

        unlink(filler)
        let begun = ContinuousClock.now
        while try await upload(ids.count, staff).status != .accepted {
            guard ContinuousClock.now < end else { throw BenchFailure("it does not recover") }
            try await Task.sleep(for: .milliseconds(50))
        }
        report.add(
            "room made → an upload is taken",
            value: (ContinuousClock.now - begun) / .milliseconds(1),
            unit: "ms", aim: "by itself")
        guard place.child.termination == nil else { throw BenchFailure("the server ended") }
        return report
    }

    private static func signIns(_ place: Installation, _ fetch: Fetch) async throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<10 {
            let begun = ContinuousClock.now
            _ = try await Staff.signIn(place, fetch: fetch)
            times.append((ContinuousClock.now - begun) / .milliseconds(1))
        }
        return times
    }

    private static func free(_ folder: String) -> Int {
        var space = statvfs()
        guard statvfs(folder, &space) == 0 else { return 0 }
        return Int(clamping: UInt64(space.f_bavail) * UInt64(space.f_frsize))
    }

    /// A file that is kept and that nobody can read, so that only its bytes count.
    private static func upload(_ number: Int, _ staff: Staff) async throws -> FetchResponse {
        var generator = SeededRandom(seed: UInt64(number + 1))
        var bytes = Array("%PDF-1.7\n".utf8)
        while bytes.count < fileBytes {
            withUnsafeBytes(of: UInt64.random(in: 0 ... .max, using: &generator)) { bytes += $0 }
        }
        return try await staff.api.send(
            UploadSuite.form(bytes, named: "\(number).pdf", to: staff.api.url))
    }
}
