import Foundation
import Glibc

/// What this room needs of the file system beyond Foundation.
enum Files {
    /// Makes the folder if it is missing, with this owner and mode; refuses what is not a folder
    /// of ours, so that nobody can lay one in wait in a shared place.
    static func ensureFolder(_ path: String, mode: mode_t, owner: SystemUser? = nil)
        throws(ProcessFault)
    {
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw .place(path: path, problem: "the folder cannot be made: \(reason())")
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .place(path: path, problem: "is not a folder")
        }
        let wanted = owner?.id ?? geteuid()
        guard status.st_uid == wanted || status.st_uid == geteuid() else {
            throw .place(
                path: path, problem: "belongs to user \(status.st_uid), not to \(wanted)")
        }
        if let owner, status.st_uid != owner.id, chown(path, owner.id, owner.group) != 0 {
            throw .place(path: path, problem: "its owner cannot be changed: \(reason())")
        }
        if status.st_mode & 0o7777 != mode, chmod(path, mode) != 0 {
            throw .place(path: path, problem: "its permissions cannot be changed: \(reason())")
        }
    }

    /// Whether that account can enter every folder down to `path`, by owner and mode alone.
    static func canEnter(_ path: String, _ user: SystemUser) -> Bool {
        guard let real = realPath(path) else { return false }
        var folder = ""
        for part in [""] + real.split(separator: "/").map({ "/\($0)" }) {
            folder += part
            var status = stat()
            guard stat(folder.isEmpty ? "/" : folder, &status) == 0 else { return false }
            let bit: mode_t =
                status.st_uid == user.id ? 0o100 : status.st_gid == user.group ? 0o010 : 0o001
            if status.st_mode & S_IFMT == S_IFDIR, status.st_mode & bit == 0 { return false }
        }
        return true
    }

    /// The path without links and dots, or nil if it leads nowhere.
    static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// A new folder of our own, `prefix` and six letters, mode 0700.
    static func makeUnique(_ prefix: String) throws(ProcessFault) -> String {
        var template = Array((prefix + "XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .place(path: prefix, problem: "no folder can be made here: \(reason())")
        }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes folders with all that is in them, without blocking the cooperative pool.
    static func removeTree(_ paths: [String]) async throws(ProcessFault) {
        let remove = Program("/bin/rm", ["-rf", "--"] + paths)
        _ = try await remove.check(timeout: longestWork)
    }

    /// Copies a folder with all that is in it, without blocking the cooperative pool.
    static func copyTree(_ from: String, to path: String) async throws(ProcessFault) {
        let copy = Program("/bin/cp", ["-a", "--", from, path])
        _ = try await copy.check(timeout: longestWork)
    }

    private static let longestWork = Duration.seconds(300)

    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    static func rename(_ from: String, _ to: String) throws(ProcessFault) {
        guard Glibc.rename(from, to) == 0 else {
            throw .place(path: to, problem: "cannot be put in place: \(reason())")
        }
    }

    /// The words for the last error of the system.
    static func reason() -> String { String(cString: strerror(errno)) }

    /// FNV-1a in hexadecimal: a short name for a long path, the same at every start.
    static func shortName(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }
}
