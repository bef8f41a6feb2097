import Base
import Foundation
import Glibc

/// The files of a database server: made whole or not at all, and used by one server at a time.
package struct PostgresCluster {
    let path: String
    let user: SystemUser?
    let binaries: String

    private static let longestInit = Duration.seconds(120)
    /// How long an orphan may take for its fast end before it is killed.
    private static let orphanGrace = Duration.seconds(30)

    init(path: String, user: SystemUser?, binaries: String) throws(ProcessFault) {
        self.path = path
        self.user = user
        self.binaries = binaries
    }

    /// Makes the cluster if there is none, checks it, ends orphans; returns its real path.
    func ready(durable: Bool) async throws(ProcessFault) -> String {
        if !Files.exists(path) { try await make(durable: durable) }
        guard let real = Files.realPath(path) else {
            throw .place(
                path: path,
                problem: "is a link to a folder that is gone. Bring it back, or remove the link to"
                    + " begin anew.")
        }
        try checkVersion(real)
        try await Self.endOrphans(real)
        return real
    }

    private func checkVersion(_ real: String) throws(ProcessFault) {
        let file = "\(real)/PG_VERSION"
        // A file that cannot be read is reported as a cluster of no version.
        let found = (try? String(contentsOfFile: file, encoding: .utf8)) ?? "none"
        let version = found.trimmingCharacters(in: .whitespacesAndNewlines)
        guard version == EmbeddedPostgres.version else {
            throw .place(
                path: real,
                problem: "holds PostgreSQL version \(version); this needs"
                    + " \(EmbeddedPostgres.version)")
        }
    }

    /// Makes it beside its place and renames it, so that an interrupted start leaves no half.
    private func make(durable: Bool) async throws(ProcessFault) {
        let place = try placeToMake()
        let partial = "\(place).partial"
        try await Files.removeTree([partial])
        try Files.ensureFolder(partial, mode: 0o700, owner: user)
        let arguments = [
            "-D", partial, "-U", EmbeddedPostgres.owner, "-E", "UTF8", "--locale=C.UTF-8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=trust",
            "--auth-host=reject",
        ]
        let initdb = Program(
            "\(binaries)/initdb", arguments + (durable ? [] : ["--no-sync"]), user: user)
        _ = try await initdb.check(timeout: Self.longestInit)
        let single = Program(
            "\(binaries)/postgres",
            ["--single", "-D", partial] + (durable ? [] : ["-F"]) + ["template1"], user: user)
        _ = try await single.check(
            input: Array("create database \(EmbeddedPostgres.owner)\n".utf8),
            timeout: Self.longestInit)
        try Files.rename(partial, place)
        if place != path, symlink(place, path) != 0 {
            throw .place(path: path, problem: "the link cannot be made: \(Files.reason())")
        }
    }

    /// `path`, or for an account that cannot enter its folder a new place that it can, to which
    /// `path` becomes a link.
    private func placeToMake() throws(ProcessFault) -> String {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard let user, !Files.canEnter(parent, user) else { return path }
        try Files.ensureFolder(EmbeddedPostgres.sharedPlace, mode: 0o755)
        let folder = try Files.makeUnique("\(EmbeddedPostgres.sharedPlace)/data-")
        guard chmod(folder, 0o711) == 0 else {
            throw .place(path: folder, problem: "cannot be opened: \(Files.reason())")
        }
        return "\(folder)/pg"
    }

    /// Ends a server that a killed Frontdesk left on this cluster, and forgets a stale claim.
    ///
    /// Every process of a PostgreSQL works in the folder of its cluster, which tells ours from
    /// others and from an unrelated process that has the old number now.
    static func endOrphans(_ real: String) async throws(ProcessFault) {
        let end = ContinuousClock.now + orphanGrace
        let postmaster = PostmasterFile(cluster: real)?.processID
        var asked = false
        while true {
            let orphans = processes(workingIn: real)
            if orphans.isEmpty { break }
            if ContinuousClock.now >= end {
                for orphan in orphans { kill(orphan, SIGKILL) }
            } else if let postmaster, orphans.contains(postmaster), !asked {
                kill(postmaster, SIGINT)
                asked = true
            }
            do { try await Task.sleep(for: .milliseconds(20)) } catch {
                throw .cancelled(program: "postgres")
            }
        }
        if postmaster != nil { unlink(PostmasterFile.path(real)) }
    }

    package static func processes(workingIn folder: String) -> [Int32] {
        // Where /proc cannot be read there is nothing to find, and PostgreSQL has its own checks.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            Files.realPath("/proc/\(process)/cwd") == folder
                && Files.realPath("/proc/\(process)/exe")?.hasSuffix("/postgres") == true
        }
    }
}
