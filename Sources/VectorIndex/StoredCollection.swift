import Base
import Foundation

/// When a change has reached the disk itself and not only the system.
///
/// The end of this process loses nothing under either.
package enum SyncPolicy: Sendable, Hashable {
    /// Every change is synced before it is acknowledged: a power cut loses nothing.
    case everyChange
    /// Changes are synced by `flush` and `compact`: a power cut loses what came since, from the end.
    case whenAsked
}

/// A collection that outlives the process: a snapshot, and a log of the changes since.
///
///     PATH        the snapshot of generation g; none for g = 0
///     PATH.log    the changes since generation g, replayed when it is opened
///     PATH.lock   held while it is open
///
/// A change is checked, then logged, then made, so what was acknowledged is found again. `compact`
/// writes snapshot g + 1, then an empty log g + 1: a crash in between leaves a log of generation g,
/// which is known to be contained and is dropped. Search in `collection`; change it only through here.
package final class StoredCollection: Sendable {
    package let collection: VectorCollection
    private let path: String
    private let policy: SyncPolicy
    private let watch: DiskWatch
    private let writing: Lock<Writing>
    private let claim: PathClaim

    private struct Writing {
        var generation: UInt64
        /// Nil when the log of this generation could not be made yet.
        var log: AppendLog?
    }

    /// The log is worth a new snapshot from this size on, or a quarter of the snapshot's.
    package static let logBytesKept = 16 * 1_024 * 1_024

    /// Opens what is there, or begins an empty one with these settings.
    ///
    /// Refuses damage, another model, metric or dimension, and a path that is open already. Expected
    /// milliseconds, and the log's length; vectors from the log are pending until `link`.
    package static func open(
        path: String, dimension: Int, metric: Metric = .cosine, model: String,
        settings: HNSWSettings = HNSWSettings(), policy: SyncPolicy = .whenAsked
    ) throws(VectorRefusal) -> StoredCollection {
        try StoredCollection(
            path: path, dimension: dimension, metric: metric, model: model, settings: settings,
            policy: policy, watch: .none)
    }

    init(
        path: String, dimension: Int, metric: Metric, model: String, settings: HNSWSettings,
        policy: SyncPolicy, watch: DiskWatch
    ) throws(VectorRefusal) {
        self.path = path
        self.policy = policy
        self.watch = watch
        claim = try PathClaim(path + ".lock")
        var generation: UInt64 = 0
        if DiskFile.exists(path) {
            let source = try SnapshotSource(path)
            collection = try VectorCollection.open(
                source, dimension: dimension, metric: metric, model: model)
            generation = source.header.generation
        } else {
            collection = try VectorCollection(
                dimension: dimension, metric: metric, model: model, settings: settings)
        }
        let collection = collection
        let log = try AppendLog.open(
            path + ".log", dimension: dimension, generation: generation, model: Array(model.utf8),
            watch: watch
        ) { record throws(VectorRefusal) in
            switch record {
            case .insert(let items): try collection.load(items)
            case .remove(let ids): collection.remove(ids)
            }
        }
        writing = Lock(Writing(generation: generation, log: log))
    }

    /// Stores vectors and links them; see `VectorCollection.insert`.
    package func insert(_ items: [(id: Int64, vector: [Float])], threads: Int = 1)
        throws(VectorRefusal)
    {
        try load(items)
        collection.link(threads: threads)
    }

    /// Stores vectors without linking. All are checked before any is stored.
    ///
    /// When the disk fails, what is stored is a beginning of them, whole shares of some 64 MB.
    package func load(_ items: [(id: Int64, vector: [Float])]) throws(VectorRefusal) {
        try collection.check(items)
        let share = AppendLog.itemsTogether(dimension: collection.dimension)
        try writing.withLock { writing throws(VectorRefusal) in
            var start = 0
            while start < items.count {
                let some = Array(items[start..<min(start + share, items.count)])
                try append(.insert(some), &writing)
                try collection.load(some)
                start += share
            }
        }
    }

    /// Removes ids; unknown ones are ignored. Returns how many were there.
    @discardableResult
    package func remove(_ ids: [Int64], threads: Int = 1) throws(VectorRefusal) -> Int {
        try writing.withLock { writing throws(VectorRefusal) in
            let known = ids.filter { collection.contains($0) }
            guard !known.isEmpty else { return 0 }
            let share = AppendLog.payloadBytesMaximum / 8
            for start in stride(from: 0, to: known.count, by: share) {
                let some = Array(known[start..<min(start + share, known.count)])
                try append(.remove(some), &writing)
                collection.remove(some, threads: threads)
            }
            return known.count
        }
    }

    /// Links what is pending; it is not logged, for the links follow from the vectors.
    package func link(threads: Int = 1) { collection.link(threads: threads) }

    /// Returns when every change so far survives a power cut.
    package func flush() throws(VectorRefusal) {
        try writing.withLock { writing throws(VectorRefusal) in try writing.log?.sync() }
    }

    /// Writes a new snapshot and begins an empty log; when it fails, the old ones go on.
    ///
    /// O(n · dimension); changes wait, searches do not.
    package func compact() throws(VectorRefusal) {
        try writing.withLock { writing throws(VectorRefusal) in
            let next = writing.generation + 1
            try collection.save(to: path, generation: next, watch: watch)
            // From here on the old log is history: nothing may be added to it.
            writing = Writing(generation: next, log: nil)
            try makeLog(&writing)
        }
    }

    /// Compacts when the log has grown large beside the snapshot; whether it did.
    @discardableResult
    package func compactIfGrown() throws(VectorRefusal) -> Bool {
        var status = stat()
        let snapshot = stat(path, &status) == 0 ? Int(status.st_size) : 0
        guard logBytes > max(Self.logBytesKept, snapshot / 4) else { return false }
        try compact()
        return true
    }

    /// Bytes that opening would replay.
    package var logBytes: Int { writing.withLock { $0.log?.byteCount ?? 0 } }

    private func append(_ record: LogRecord, _ writing: inout Writing) throws(VectorRefusal) {
        try makeLog(&writing)
        try writing.log?.append(record, synced: policy == .everyChange)
    }

    private func makeLog(_ writing: inout Writing) throws(VectorRefusal) {
        guard writing.log == nil else { return }
        writing.log = try AppendLog.create(
            path + ".log", dimension: collection.dimension, generation: writing.generation,
            model: Array(collection.model.utf8), watch: watch)
    }
}

/// Holds a path for one opener at a time, as long as it lives; a killed process lets go.
private final class PathClaim: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws(VectorRefusal) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .snapshotUnreadable(.cannotWrite) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .snapshotUnreadable(.inUse)
        }
    }

    deinit { close(descriptor) }
}
