import Glibc

/// An account of the machine.
package struct SystemUser: Sendable, Hashable {
    package let name: String
    package let id: UInt32
    package let group: UInt32

    /// Whether this process may do everything.
    package static var isRoot: Bool { geteuid() == 0 }

    /// The account of that name, or nil.
    package static func named(_ name: String) -> SystemUser? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            return nil
        }
        return SystemUser(name: name, id: entry.pw_uid, group: entry.pw_gid)
    }

    /// The account of that name, made as a system account without a shell if it is missing.
    ///
    /// Only root can make one. PostgreSQL refuses to run as root, and wants an account with a name.
    package static func ensure(_ name: String) async throws(ProcessFault) -> SystemUser {
        if let user = named(name) { return user }
        let program = Program(
            "/usr/sbin/useradd",
            ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name])
        // Several processes may try at once: useradd locks the list of accounts, and the ones that
        // come late find the account made. Hence the look after each failure.
        var lastLines = ""
        for _ in 0..<attempts {
            let result = try await program.run(timeout: .seconds(30))
            if let user = named(name) { return user }
            lastLines = result.errors
        }
        throw .place(path: "/etc/passwd", problem: "cannot make the account \(name). \(lastLines)")
    }

    private static let attempts = 5
}
