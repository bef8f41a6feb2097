import Base
import Cryptography
import Foundation
import Glibc
import Processes
import Store

/// The keys that open stored credentials: from the environment, or from a file of this installation.
///
///     master.key    one key a line in base64; the first is in use, the others were before
///
/// The file lies beside the data and not among what a backup holds: a backup without it opens no
/// credential, so it is kept apart from backups, by the operator.
struct MasterKeys: Sendable {
    /// Keys given in `FRONTDESK_KEY` and `FRONTDESK_KEY_PREVIOUS`; then there is no file.
    private let given: Keyring?
    let path: String
    private let world: World

    init(_ config: Config, _ data: DataFolder, _ world: World) {
        let keys = config.masterKeys.compactMap { SymmetricKey($0.decodedKey ?? []) }
        given = keys.first.map { Keyring(current: $0, earlier: Array(keys.dropFirst())) }
        path = data.masterKey
        self.world = world
    }

    var isGiven: Bool { given != nil }

    var port: CredentialStore.KeyPort {
        CredentialStore.KeyPort(read: read, make: make)
    }

    /// Where the keys are, for people.
    var place: String { given == nil ? path : "FRONTDESK_KEY" }

    @Sendable func read() throws -> Keyring? {
        if let given { return given }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw OperatorError("\(path) cannot be read. It holds the key of stored credentials.")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & 0o077 == 0 else {
            throw OperatorError("\(path) can be read by others. Say: chmod 600 \(path)")
        }
        guard let data = try handle.read(upToCount: 1 << 16), data.count < 1 << 16 else {
            throw OperatorError(
                "\(path) is not a file of keys. Bring it back from where you keep it.")
        }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
        let keys = lines.compactMap { line in
            SymmetricKey([UInt8](Data(base64Encoded: String(line)) ?? Data()))
        }
        guard let first = keys.first, keys.count == lines.count else {
            throw OperatorError("\(path) is damaged. Bring it back from where you keep it.")
        }
        return Keyring(current: first, earlier: Array(keys.dropFirst()))
    }

    @Sendable func make() throws -> Keyring {
        if let given { return given }
        let partial = "\(path).\(getpid()).partial"
        try PrivateFile.write(MasterKeys.text([SymmetricKey.make(world)]), to: partial)
        defer { unlink(partial) }
        // A second name and not a new place: whoever is a moment later takes what is there.
        guard link(partial, path) == 0 || errno == EEXIST else {
            throw OperatorError("\(path) cannot be written. Is the disk full?")
        }
        try force()
        guard let ring = try read() else { throw OperatorError("\(path) was removed. Try again.") }
        return ring
    }

    /// For an exchange of keys, which one process does at a time.
    func lockIfFree() throws(ProcessFault) -> FileLock? { try FileLock("\(path).lock") }

    /// Puts a new key in front; the ones that were there stay until nothing needs them.
    func exchange() throws -> Keyring {
        guard !isGiven else {
            throw OperatorError(
                "The key is given in FRONTDESK_KEY. Put the new one there and the old one into"
                    + " FRONTDESK_KEY_PREVIOUS, for every process, and say this again.")
        }
        let old = try read()?.keys ?? []
        let keys = [SymmetricKey.make(world)] + old
        try PrivateFile.write(MasterKeys.text(keys), to: path)
        try force()
        return Keyring(current: keys[0], earlier: old)
    }

    /// Takes keys out of the file that nothing needs any more.
    @Sendable func retire(_ keys: [SymmetricKey]) throws {
        guard !isGiven, let ring = try read() else { return }
        let left = ring.keys.filter { $0 == ring.current || !keys.contains($0) }
        guard left.count < ring.keys.count else { return }
        try PrivateFile.write(MasterKeys.text(left), to: path)
        try force()
    }

    private static func text(_ keys: [SymmetricKey]) -> Data {
        Data(keys.map { Data($0.bytes).base64EncodedString() + "\n" }.joined().utf8)
    }

    /// The name must outlive a power cut: what is sealed with a key that is lost is lost too.
    private func force() throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard descriptor >= 0 else { throw OperatorError("\(folder) cannot be opened.") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw OperatorError("\(folder) cannot be written.") }
    }
}
