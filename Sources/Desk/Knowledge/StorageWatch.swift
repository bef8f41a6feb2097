package import Base
package import Domain

/// Says in the log when the disk reaches its reserve, and when there is room again.
package struct StorageWatch: Service {
    package let name = "storage watch"
    private let world: World
    private let blobs: BlobPort
    private let policy: StoragePolicy
    private let logger: Logger
    private let metrics: Metrics
    private let wasFull = Lock(false)

    package static let interval = Duration.seconds(15)

    package init(
        world: World, blobs: BlobPort, policy: StoragePolicy, logger: Logger, metrics: Metrics
    ) {
        self.world = world
        self.blobs = blobs
        self.policy = policy
        self.logger = logger
        self.metrics = metrics
    }

    package func run() async throws {
        while !Task.isCancelled {
            look()
            try await world.sleep(StorageWatch.interval)
        }
    }

    /// One look; a line is written only when something has changed since the last.
    package func look() {
        guard let free = blobs.freeBytes() else { return }
        metrics.gauge("disk_free_bytes", Double(free))
        metrics.gauge("disk_reserve_bytes", Double(policy.reserveBytes))
        let isFull = !policy.hasRoom(free: free)
        let changed = wasFull.withLock { was in
            defer { was = isFull }
            return was != isFull
        }
        guard changed else { return }
        let values: [String: Logger.Value] = [
            "free_mb": .integer(free >> 20), "reserve_mb": .integer(policy.reserveBytes >> 20),
        ]
        if isFull {
            logger.error("the disk is nearly full: no document is taken or read", values)
        } else {
            logger.notice("the disk has room again: documents are taken and read", values)
        }
    }
}
