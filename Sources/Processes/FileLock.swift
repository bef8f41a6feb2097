import Glibc

/// A lock held by this process, given back when the owner goes or the process dies.
package final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock on the file, or returns nil when somebody else has it.
    package init?(_ path: String) throws(ProcessFault) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .place(path: path, problem: "the lock cannot be opened: \(Files.reason())")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        // For people who look; the lock itself is what counts.
        ftruncate(descriptor, 0)
        let text = "\(getpid())\n"
        _ = write(descriptor, text, text.utf8.count)
    }

    deinit {
        // Closing alone would not do while a child that is just being started has a copy.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
