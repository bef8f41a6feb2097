package import Base

package enum DocumentSubject {}
package enum PassageSubject {}
package enum GenerationSubject {}

package typealias DocumentID = ID<DocumentSubject>
package typealias PassageID = ID<PassageSubject>
/// One complete set of passages and vectors of a document, made with one embedding model.
package typealias GenerationID = ID<GenerationSubject>

/// Where a document stands on its way to being searchable.
package enum DocumentStatus: String, Sendable, Codable, CaseIterable, Hashable {
    /// Stored. Goes to extracting, deleted.
    case received
    /// Being read. Goes to embedding, failed, deleted; back to received when a worker was lost.
    case extracting
    /// Its passages are being embedded. Goes to ready, failed, deleted; back to received.
    case embedding
    /// Searchable. Goes to extracting (again), deleted.
    case ready
    /// Could not be read; the reason says what to do. Goes to extracting (again), deleted.
    case failed
    /// Gone from every answer.
    case deleted
}

package enum DocumentEvent: Sendable, Hashable {
    case extractionStarted
    case extracted(passages: Int)
    case embedded
    case failed(code: String, reason: String)
    /// The worker was lost, or somebody asked to try again.
    case retried
    case deleted

    package var name: String {
        switch self {
        case .extractionStarted: "extraction_started"
        case .extracted: "extracted"
        case .embedded: "embedded"
        case .failed: "failed"
        case .retried: "retried"
        case .deleted: "deleted"
        }
    }
}

/// The life of a document as a pure function of status and event.
package enum DocumentMachine {
    package static func next(
        _ status: DocumentStatus, _ event: DocumentEvent
    ) throws(KnowledgeRefusal) -> DocumentStatus {
        switch event {
        case .extractionStarted:
            switch status {
            case .received, .extracting, .embedding: return .extracting
            case .ready, .failed, .deleted: throw .notPossible(status, event.name)
            }
        case .extracted:
            switch status {
            case .extracting: return .embedding
            case .received, .embedding, .ready, .failed, .deleted:
                throw .notPossible(status, event.name)
            }
        case .embedded:
            switch status {
            case .embedding: return .ready
            case .received, .extracting, .ready, .failed, .deleted:
                throw .notPossible(status, event.name)
            }
        case .failed:
            switch status {
            case .received, .extracting, .embedding: return .failed
            case .ready, .failed, .deleted: throw .notPossible(status, event.name)
            }
        case .retried:
            switch status {
            case .received, .extracting, .embedding, .failed, .ready: return .received
            case .deleted: throw .notPossible(status, event.name)
            }
        case .deleted:
            switch status {
            case .received, .extracting, .embedding, .ready, .failed, .deleted: return .deleted
            }
        }
    }
}

/// A piece of a document that answers, with the place it came from.
package struct PassageHit: Sendable, Hashable {
    package var passage: PassageID
    package var document: DocumentID
    package var title: String
    package var page: Int?
    package var heading: String?
    package var text: String
    /// Cosine similarity to the question, -1 … 1.
    package var score: Double
    /// How well it fits by meaning and words together; orders hits, also of different questions.
    package var relevance: Double

    package init(
        passage: PassageID, document: DocumentID, title: String, page: Int?, heading: String?,
        text: String, score: Double, relevance: Double = 0
    ) {
        self.passage = passage
        self.document = document
        self.title = title
        self.page = page
        self.heading = heading
        self.text = text
        self.score = score
        self.relevance = relevance
    }
}

package enum KnowledgeRefusal: Refusal, Equatable {
    case empty
    case tooLarge(limitBytes: Int)
    case unsupportedType(String)
    case unknownDocument
    case emptyQuery
    case queryTooLong(limit: Int)
    case notPossible(DocumentStatus, String)
    case tooManyWaiting(limit: Int)
    /// Taking more would use what the database needs to go on.
    case diskFull
    case quotaReached(limitBytes: Int)

    package var code: String {
        switch self {
        case .empty: "knowledge.empty_file"
        case .tooLarge: "knowledge.too_large"
        case .unsupportedType: "knowledge.unsupported_type"
        case .unknownDocument: "knowledge.unknown_document"
        case .emptyQuery: "knowledge.empty_query"
        case .queryTooLong: "knowledge.query_too_long"
        case .notPossible: "knowledge.not_possible"
        case .tooManyWaiting: "knowledge.too_many_waiting"
        case .diskFull: "knowledge.disk_full"
        case .quotaReached: "knowledge.quota_reached"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .empty, .emptyQuery, .queryTooLong: .invalid
        case .tooLarge: .tooLarge
        case .unsupportedType: .unsupported
        case .unknownDocument: .missing
        case .notPossible: .conflict
        case .tooManyWaiting: .limited
        case .diskFull, .quotaReached: .noRoom
        }
    }

    package var detail: String {
        switch self {
        case .empty: "The file is empty. Choose the document again."
        case .tooLarge(let limit):
            "The file is larger than \(limit / (1 << 20)) MB. Split it or save it smaller."
        case .unsupportedType(let what): what
        case .unknownDocument: "There is no such document."
        case .emptyQuery: "Type a question to search for."
        case .queryTooLong(let limit): "Search with at most \(limit) characters."
        case .notPossible(let status, let event):
            "A document that is \(status.rawValue) cannot be \(event)."
        case .tooManyWaiting(let limit):
            "\(limit) documents wait to be read already. Go on when some of them are ready."
        case .diskFull:
            "The disk of this server is nearly full, so no document is taken now. Delete documents"
                + " that are not needed any more, or ask whoever runs the server to make room;"
                + " then upload again."
        case .quotaReached(let limit):
            "The documents of this business may have \(limit / (1 << 20)) MB together. Delete"
                + " documents that are not needed any more, then upload again."
        }
    }
}

/// Turns texts into vectors; the live one speaks HTTP to `/v1/embeddings`.
package struct EmbedderPort: Sendable {
    /// What a text will be used for; queries go before bulk.
    package enum Purpose: Sendable { case query, passage }

    /// One unit vector a text, in order. Throws a `Fault`.
    package var embed: @Sendable (_ texts: [String], _ purpose: Purpose) async throws -> [[Float]]
    /// Names model and precision, so that vectors of different models are never mixed.
    package var modelID: @Sendable () async throws -> String
    /// Forgets what is remembered of its answers, because they have turned out to be wrong.
    package var forget: @Sendable () -> Void
    /// Asks the service itself whether it is there, from no memory; throws when it is not. Nil where
    /// `modelID` remembers nothing and asks as well.
    package var check: (@Sendable () async throws -> Void)?

    package init(
        embed: @escaping @Sendable ([String], Purpose) async throws -> [[Float]],
        modelID: @escaping @Sendable () async throws -> String,
        forget: @escaping @Sendable () -> Void = {},
        check: (@Sendable () async throws -> Void)? = nil
    ) {
        self.embed = embed
        self.modelID = modelID
        self.forget = forget
        self.check = check
    }
}

/// Keeps uploaded bytes under their SHA-256.
///
/// Keeping and deleting do not suspend: they run inside the transaction that holds the name's lock,
/// on a thread that may block.
package struct BlobPort: Sendable {
    /// Stores a finished temporary file, which stays where it is; the same content is stored once.
    package var keep: @Sendable (_ temporaryPath: String, _ sha256: String) throws -> Void
    /// A path from which the bytes can be read.
    package var path: @Sendable (_ sha256: String) -> String
    package var delete: @Sendable (_ sha256: String) throws -> Void
    /// A fresh path for an upload in progress, on the same file system as the store.
    package var temporaryPath: @Sendable () -> String
    /// Bytes that are still free where documents and their vectors go; nil when nobody can tell.
    package var freeBytes: @Sendable () -> Int?

    package init(
        keep: @escaping @Sendable (String, String) throws -> Void,
        path: @escaping @Sendable (String) -> String,
        delete: @escaping @Sendable (String) throws -> Void,
        temporaryPath: @escaping @Sendable () -> String,
        freeBytes: @escaping @Sendable () -> Int?
    ) {
        self.keep = keep
        self.path = path
        self.delete = delete
        self.temporaryPath = temporaryPath
        self.freeBytes = freeBytes
    }
}
