/// How much uploaded documents may take: of the disk together, and of it for each workspace.
///
/// The database writes to the same disk. Without free space it can neither answer nor delete, so
/// uploads and the reading of documents stop while there is still room for it.
package struct StoragePolicy: Sendable, Equatable {
    /// Bytes that stay free for the database, whatever is uploaded.
    package var reserveBytes: Int
    /// Bytes that the documents of one workspace may have together.
    package var quotaBytes: Int

    package init(reserveBytes: Int = 1 << 30, quotaBytes: Int = 2 << 30) {
        self.reserveBytes = reserveBytes
        self.quotaBytes = quotaBytes
    }

    /// Whether so many further bytes leave the reserve alone; a place that cannot tell has room.
    package func hasRoom(free: Int?, for bytes: Int = 0) -> Bool {
        guard let free else { return true }
        return free - bytes >= reserveBytes
    }

    /// Whether a workspace that holds so much may have so many further bytes.
    package func isWithinQuota(used: Int, adding bytes: Int) -> Bool {
        used + bytes <= quotaBytes
    }
}

/// What the owner of a workspace should know of the room for documents.
package struct StorageState: Sendable, Equatable {
    package let usedBytes: Int
    package let quotaBytes: Int
    /// Whether no document is taken from anybody, because the disk is nearly full.
    package let isDiskFull: Bool

    package init(usedBytes: Int, quotaBytes: Int, isDiskFull: Bool) {
        self.usedBytes = usedBytes
        self.quotaBytes = quotaBytes
        self.isDiskFull = isDiskFull
    }

    /// Why nothing can be uploaded now; nil when something can.
    package var refusal: KnowledgeRefusal? {
        if isDiskFull { return .diskFull }
        return usedBytes >= quotaBytes ? .quotaReached(limitBytes: quotaBytes) : nil
    }
}
