package import Base
package import Domain
import Postgres

/// Documents and where each stands on its way to being searchable.
package enum DocumentStore {
    package struct Listed: Sendable, Hashable {
        package let id: DocumentID
        package let title: String
        package let fileName: String
        package let fileType: String
        package let fileSize: Int
        package let sha256: String
        package let status: DocumentStatus
        package let reasonCode: String?
        package let reason: String?
        package let passagesDone: Int
        package let passagesTotal: Int
        package let liveGeneration: GenerationID?
        package let version: Int
        package let createdAt: Instant
        package let updatedAt: Instant
    }

    package struct NewDocument: Sendable {
        package var id: DocumentID
        package var title: String
        package var fileName: String
        package var fileType: String
        package var fileSize: Int
        package var sha256: String

        package init(
            id: DocumentID, title: String, fileName: String, fileType: String, fileSize: Int,
            sha256: String
        ) {
            self.id = id
            self.title = title
            self.fileName = fileName
            self.fileType = fileType
            self.fileSize = fileSize
            self.sha256 = sha256
        }
    }

    /// Waits until nobody else keeps or removes these bytes, in whatever workspace.
    package static func lockBlob(_ sha256: String, _ transaction: Transaction) throws {
        try transaction.connection.lockBlob(sha256)
    }

    /// Bytes of all documents that were not deleted.
    package static func usedBytes(_ reader: Reader) throws -> Int {
        try reader.connection.query(
            """
            select coalesce(sum(file_size), 0)::bigint as used from document
            where workspace_id = \(reader.workspace) and status <> 'deleted'
            """
        ).one().decode("used")
    }

    /// Waits until no other upload of this workspace counts its bytes.
    package static func lockUsage(_ transaction: Transaction) throws {
        let workspace = transaction.workspace.description
        _ = try transaction.connection.query(
            "select pg_advisory_xact_lock(hashtextextended(\(workspace), 4))")
    }

    package static func insert(
        _ document: NewDocument, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            insert into document
                (workspace_id, document_id, title, file_name, file_type, file_size, sha256, status,
                 passages_done, passages_total, version, created_at, updated_at)
            values (\(transaction.workspace), \(document.id), \(document.title),
                \(document.fileName), \(document.fileType), \(document.fileSize),
                \(document.sha256), 'received', 0, 0, 1, \(now), \(now))
            """)
        try transaction.record(
            DocumentEvents.received, of: document.id, ["sha256": .text(document.sha256)], at: now)
    }

    /// A document that was not deleted.
    package static func find(_ id: DocumentID, _ reader: Reader) throws -> Listed? {
        try reader.connection.query(
            """
            select * from document
            where workspace_id = \(reader.workspace) and document_id = \(id)
                and status <> 'deleted'
            """
        ).oneOrNone().map(listed)
    }

    /// Reads a document that was not deleted and keeps others from changing it meanwhile.
    package static func lock(_ id: DocumentID, _ transaction: Transaction) throws -> Listed? {
        try transaction.connection.query(
            """
            select * from document
            where workspace_id = \(transaction.workspace) and document_id = \(id)
                and status <> 'deleted' for update
            """
        ).oneOrNone().map(listed)
    }

    /// How many documents are on their way to being searchable, counted up to `limit`.
    package static func underWay(upTo limit: Int, _ reader: Reader) throws -> Int {
        try reader.connection.query(
            """
            select count(*) from (
                select from document where workspace_id = \(reader.workspace)
                    and status in ('received', 'extracting', 'embedding') limit \(limit)) d
            """
        ).one().decode(at: 0)
    }

    package static func page(
        after cursor: PageCursor?, limit: Int, _ reader: Reader
    ) throws -> Page<Listed> {
        let position: SQL =
            cursor.map { "and (created_at, document_id) < (\($0.at), \($0.id)::uuid)" } ?? ""
        let rows = try reader.connection.query(
            """
            select * from document
            where workspace_id = \(reader.workspace) and status <> 'deleted' \(position)
            order by created_at desc, document_id desc limit \(limit + 1)
            """)
        let items = try rows.prefix(limit).map(listed)
        let next =
            rows.count > limit
            ? items.last.map { PageCursor(at: $0.createdAt, id: $0.id.description).text } : nil
        return Page(items: items, next: next)
    }

    private static func listed(_ row: PostgresRow) throws -> Listed {
        Listed(
            id: try row.decode("document_id"), title: try row.decode("title"),
            fileName: try row.decode("file_name"), fileType: try row.decode("file_type"),
            fileSize: try row.decode("file_size"), sha256: try row.decode("sha256"),
            status: try row.decode("status"), reasonCode: try row.decode("reason_code"),
            reason: try row.decode("reason"),
            passagesDone: Int(try row.decode("passages_done", as: Int32.self)),
            passagesTotal: Int(try row.decode("passages_total", as: Int32.self)),
            liveGeneration: try row.decode("live_generation"),
            version: Int(try row.decode("version", as: Int32.self)),
            createdAt: try row.decode("created_at"), updatedAt: try row.decode("updated_at"))
    }

    /// Applies an event through the machine and stores the outcome; returns the new status.
    ///
    /// The row is locked, so two workers cannot both take a step.
    package static func apply(
        _ event: DocumentEvent, to id: DocumentID, at now: Instant, _ transaction: Transaction
    ) throws -> DocumentStatus {
        let current = try transaction.connection.query(
            """
            select status, sha256 from document
            where workspace_id = \(transaction.workspace) and document_id = \(id) for update
            """
        ).oneOrNone()
        guard let current else { throw KnowledgeRefusal.unknownDocument }
        let status = try DocumentMachine.next(current.decode("status"), event)
        var code: String?
        var reason: String?
        if case .failed(let failureCode, let failureReason) = event {
            (code, reason) = (failureCode, failureReason)
        }
        var total: Int32?
        if case .extracted(let passages) = event { total = Int32(passages) }
        _ = try transaction.connection.execute(
            """
            update document
            set status = \(status), reason_code = \(code), reason = \(reason),
                passages_total = coalesce(\(total), passages_total),
                passages_done = case when \(total)::int is null then passages_done else 0 end,
                version = version + 1, updated_at = \(now)
            where workspace_id = \(transaction.workspace) and document_id = \(id)
            """)
        if let (kind, payload) = event.recorded(sha256: try current.decode("sha256")) {
            try transaction.record(kind, of: id, payload, at: now)
        }
        return status
    }

    /// Says why a document that is under way waits; its next step takes the words away.
    package static func noteDelay(
        code: String, reason: String, of id: DocumentID, at now: Instant,
        _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update document set reason_code = \(code), reason = \(reason)
            where workspace_id = \(transaction.workspace) and document_id = \(id)
            """)
        try transaction.record(
            DocumentEvents.delayed, of: id, ["code": .text(code)], at: now)
    }

    package static func noteProgress(
        _ done: Int, of id: DocumentID, at now: Instant, _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update document set passages_done = \(Int32(done))
            where workspace_id = \(transaction.workspace) and document_id = \(id)
            """)
        try transaction.record(
            DocumentEvents.progressed, of: id, ["passages": .whole(done)], at: now)
    }
}

extension DocumentEvent {
    /// What the log tells of a step; nothing of the last one, which the swap of passages records.
    fileprivate func recorded(sha256: String) -> (EventKind, EventPayload)? {
        switch self {
        case .extractionStarted: (DocumentEvents.extracting, [:])
        case .extracted(let passages):
            (DocumentEvents.embedding, ["passages": .whole(passages)])
        case .embedded: nil
        case .failed(let code, _): (DocumentEvents.failed, ["code": .text(code)])
        case .retried: (DocumentEvents.retried, [:])
        case .deleted: (DocumentEvents.deleted, ["sha256": .text(sha256)])
        }
    }
}

extension PostgresConnection {
    /// Until the transaction ends. Uploads and removals of one hash come one after the other.
    func lockBlob(_ sha256: String) throws {
        _ = try query("select pg_advisory_xact_lock(hashtextextended(\(sha256), 3))")
    }
}
