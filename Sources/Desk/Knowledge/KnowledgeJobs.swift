import Base
import Domain
import Jobs
import Store

/// Work on documents: making them searchable, and removing the bytes of deleted ones.
struct KnowledgeJobs: Sendable {
    let world: World
    let database: Database
    let blobs: BlobPort
    let ingestion: DocumentProcessing
    let logger: Logger

    /// Makes a document searchable. A model may be away for hours: what was accepted is tried until it
    /// is back.
    static let ingest = JobKind<IngestJob>(
        "ingest", title: "Read a document",
        lane: Lane("ingest", concurrency: 2, lease: .minutes(2)), version: 2,
        attempts: 500, backoff: Backoff(longest: .minutes(2)),
        serial: { $0.document.description },
        earlier: { _, stored in
            let first: FirstPayload<FirstValue<DocumentID>> = try stored.value()
            return IngestJob(document: first.content.value)
        })

    /// Removes the bytes of a deleted document if nothing else uses them.
    static let removeBlob = JobKind<RemoveBlobJob>(
        "remove_blob", title: "Remove a deleted document's file",
        lane: Lane("upkeep", concurrency: 1), version: 2, serial: { $0.sha256 },
        earlier: { _, stored in
            let first: FirstPayload<RemoveBlobJob> = try stored.value()
            return first.content
        })

    var handlers: [JobHandler] {
        [
            Self.ingest.handler { try await ingest($0.document, $1, $2) },
            Self.removeBlob.handler { payload, _, _ in try await remove(payload.sha256) },
        ]
    }

    /// How long a document waits for room before the disk is asked again.
    static let diskPause = Duration.seconds(30)
    /// How long the removal of bytes waits while a backup copies them.
    static let backupPause = Duration.seconds(10)

    /// A document that waits says why; one whose last attempt failed says how to go on.
    private func ingest(_ document: DocumentID, _ job: Job, _ lease: Lease) async throws {
        let workspace = WorkspaceID(job.workspace)
        let guardian = LeaseGuard(
            check: { try lease.hold($0) }, finish: { try lease.finish($0) })
        do {
            try await ingestion.run(document, in: workspace, lease: guardian)
        } catch {
            let retryable = (error as? any Fault)?.retryable ?? !(error is any Refusal)
            if error is LeaseLost || error is CancellationError { throw error }
            let isDiskFull = error as? KnowledgeFault == .diskFull
            if !isDiskFull, job.attempts >= KnowledgeJobs.ingest.attempts || !retryable {
                // The document tells what happened, so the job is done with.
                logger.warning("a document was given up", ["cause": .failure(error)])
                return try await ingestion.giveUp(
                    document, in: workspace, after: error, lease: guardian)
            }
            // Words that cannot be stored now are stored with the next attempt.
            try? await ingestion.explainDelay(
                of: document, in: workspace, after: error, lease: guardian)
            if isDiskFull {
                // Somebody has to make room, however long that takes: no attempt is used up.
                throw RetryLater(at: world.now() + KnowledgeJobs.diskPause)
            }
            throw error
        }
    }

    private func remove(_ sha256: String) async throws {
        let blobs = blobs
        do {
            try await database.beforeTenant { directory in
                try directory.ifUnused(blob: sha256) { try blobs.delete(sha256) }
            }
        } catch StoreFault.documentsHeld {
            // A backup copies what the database named when it began, however long that takes.
            throw RetryLater(at: world.now() + KnowledgeJobs.backupPause)
        }
    }
}

/// What is stored for a document that is to be read.
struct IngestJob: Codable, Sendable {
    let document: DocumentID

    /// Lets one job in for each version of a document.
    static func key(_ document: DocumentID, version: Int) -> String {
        "ingest-\(document)-\(version)"
    }
}

/// What is stored for bytes that are to be removed.
struct RemoveBlobJob: Codable, Sendable {
    let sha256: String
}
