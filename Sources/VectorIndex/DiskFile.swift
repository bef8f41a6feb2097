import Foundation

/// What a watcher of the disk decides about one operation.
enum DiskVerdict: Sendable {
    case proceed
    /// Only so many bytes of a write arrive, then it fails as on a full disk.
    case cut(Int)
}

/// Sees every operation that changes a file before it happens; tests fail or die at the n-th.
struct DiskWatch: Sendable {
    enum Operation: Sendable, Equatable {
        case create
        case write(bytes: Int)
        case sync
        case rename
    }

    var before: @Sendable (Operation) -> DiskVerdict

    /// Looks away.
    static let none = DiskWatch { _ in .proceed }
}

/// A file that we change: positions are ours, every failure is a refusal, nothing is half believed.
final class DiskFile: @unchecked Sendable {
    let path: String
    let descriptor: Int32
    private let watch: DiskWatch

    /// Opens for reading and writing; what was there is gone.
    init(_ path: String, watch: DiskWatch) throws(VectorRefusal) {
        self.path = path
        self.watch = watch
        guard case .proceed = watch.before(.create) else { throw DiskFile.failure }
        descriptor = open(
            path, O_RDWR | O_CREAT | O_CLOEXEC | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw DiskFile.failure }
    }

    deinit { close(descriptor) }

    static let failure = VectorRefusal.snapshotUnreadable(.cannotWrite)

    /// Writes all of it at a place, or refuses; what arrived of a refused write is unknown.
    func write(_ bytes: UnsafeRawBufferPointer, at place: Int) throws(VectorRefusal) {
        var end = bytes.count
        var isCut = false
        if case .cut(let kept) = watch.before(.write(bytes: bytes.count)) {
            end = min(kept, bytes.count)
            isCut = true
        }
        var start = 0
        while start < end {
            let written = pwrite(
                descriptor, bytes.baseAddress! + start, end - start, off_t(place + start))
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw DiskFile.failure }
            start += written
        }
        if isCut { throw DiskFile.failure }
    }

    func write(_ bytes: [UInt8], at place: Int) throws(VectorRefusal) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(VectorRefusal) in
            try write(UnsafeRawBufferPointer(bytes), at: place)
        }
    }

    /// Reads as many bytes as there are from a place on.
    static func read(_ descriptor: Int32, _ count: Int, at place: Int) throws(VectorRefusal)
        -> [UInt8]
    {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let found = pread(
                    descriptor, buffer.baseAddress! + filled, count - filled,
                    off_t(place + filled))
                if found < 0, errno == EINTR { continue }
                failed = found < 0
                guard found > 0 else { break }
                filled += found
            }
        }
        guard !failed else { throw .snapshotUnreadable(.cannotRead) }
        return bytes
    }

    /// Returns when what was written survives a power cut.
    func sync() throws(VectorRefusal) {
        guard case .proceed = watch.before(.sync), fdatasync(descriptor) == 0 else {
            throw DiskFile.failure
        }
    }

    /// Puts this file in the place of another, whole and lastingly; it must be synced already.
    func takePlace(of target: String) throws(VectorRefusal) {
        guard case .proceed = watch.before(.rename), rename(path, target) == 0 else {
            throw DiskFile.failure
        }
        try DiskFile.syncFolder(of: target, watch: watch)
    }

    private static func syncFolder(of path: String, watch: DiskWatch) throws(VectorRefusal) {
        guard case .proceed = watch.before(.sync) else { throw failure }
        let parent = (path as NSString).deletingLastPathComponent
        let folder = open(parent.isEmpty ? "." : parent, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { throw failure }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure }
    }
}
