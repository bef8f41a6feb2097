package import Base
package import Domain
import Postgres

/// Passages with their vectors. What is live is decided by the document's live generation.
package enum PassageStore {
    package struct NewPassage: Sendable {
        package var id: PassageID
        package var ordinal: Int
        package var page: Int?
        package var heading: String?
        package var text: String
        package var startOffset: Int
        package var endOffset: Int
        package var embeddedText: String
        package var embedding: [Float]

        package init(
            id: PassageID, ordinal: Int, page: Int?, heading: String?, text: String,
            startOffset: Int, endOffset: Int, embeddedText: String, embedding: [Float]
        ) {
            self.id = id
            self.ordinal = ordinal
            self.page = page
            self.heading = heading
            self.text = text
            self.startOffset = startOffset
            self.endOffset = endOffset
            self.embeddedText = embeddedText
            self.embedding = embedding
        }
    }

    /// Adds passages of a generation that is not live yet.
    package static func insert(
        _ passages: [NewPassage], document: DocumentID, generation: GenerationID, model: String,
        _ transaction: Transaction
    ) throws {
        for passage in passages {
            _ = try transaction.connection.execute(
                """
                insert into passage
                    (workspace_id, passage_id, document_id, generation_id, ordinal, page, heading,
                     text, start_offset, end_offset, embedded_text, model_id, embedding)
                values (\(transaction.workspace), \(passage.id), \(document), \(generation),
                    \(Int32(passage.ordinal)), \(passage.page.map(Int32.init)), \(passage.heading),
                    \(passage.text), \(Int32(passage.startOffset)), \(Int32(passage.endOffset)),
                    \(passage.embeddedText), \(model), \(SQLVector(passage.embedding)))
                """)
        }
    }

    /// How many passages of a generation are stored, for going on after an interruption.
    package static func count(
        generation: GenerationID, document: DocumentID, _ reader: Reader
    ) throws -> Int {
        try reader.connection.query(
            """
            select count(*) as count from passage
            where workspace_id = \(reader.workspace) and document_id = \(document)
                and generation_id = \(generation)
            """
        ).one().decode("count")
    }

    /// Makes one generation the one that answers, and removes the others of the document.
    package static func swap(
        to generation: GenerationID, document: DocumentID, at now: Instant,
        _ transaction: Transaction
    ) throws {
        _ = try transaction.connection.execute(
            """
            update document
            set live_generation = \(generation), passages_done = passages_total,
                version = version + 1, updated_at = \(now)
            where workspace_id = \(transaction.workspace) and document_id = \(document)
            """)
        _ = try transaction.connection.execute(
            """
            delete from passage
            where workspace_id = \(transaction.workspace) and document_id = \(document)
                and generation_id <> \(generation)
            """)
        let live = try transaction.connection.query(
            """
            select count(*) as count, coalesce(min(model_id), '') as model from passage
            where workspace_id = \(transaction.workspace) and document_id = \(document)
            """
        ).one()
        try transaction.record(
            DocumentEvents.ready, of: document,
            [
                "generation": .text(generation.description),
                "model": .text(try live.decode("model")),
                "passages": .whole(try live.decode("count")),
            ], at: now)
    }

    package static func removeAll(of document: DocumentID, _ transaction: Transaction) throws {
        _ = try transaction.connection.execute(
            """
            delete from passage
            where workspace_id = \(transaction.workspace) and document_id = \(document)
            """)
        _ = try transaction.connection.execute(
            """
            update document set live_generation = null
            where workspace_id = \(transaction.workspace) and document_id = \(document)
            """)
    }

    // MARK: Reading for the index

    package struct IndexEntry: Sendable {
        /// The key in the in-memory index.
        package let key: Int64
        package let embedding: [Float]
    }

    /// Every live vector of a workspace made with `model`, for building the index.
    package static func indexEntriesByDocument(
        model: String, _ reader: Reader
    ) throws -> [(document: DocumentID, entry: IndexEntry)] {
        try entries("p.model_id = \(model)", reader)
    }

    /// Which live vectors a workspace has, without the vectors: a hundredth of the bytes.
    package static func indexKeysByDocument(
        model: String, _ reader: Reader
    ) throws -> [(document: DocumentID, key: Int64)] {
        try reader.connection.query(
            """
            select p.document_id, p.index_key
            from passage p
            join document d on d.workspace_id = p.workspace_id and d.document_id = p.document_id
                and d.live_generation = p.generation_id and d.status <> 'deleted'
            where p.workspace_id = \(reader.workspace) and p.model_id = \(model)
            order by p.index_key
            """
        ).map { row in
            var cells = row.cells
            return (try cells.next(as: DocumentID.self), try cells.next())
        }
    }

    /// The vectors of these keys, as far as they are live and made with `model`.
    package static func indexEntries(
        keys: [Int64], model: String, _ reader: Reader
    ) throws -> [IndexEntry] {
        try entries("p.model_id = \(model) and p.index_key = any(\(keys))", reader).map(\.entry)
    }

    /// The live vectors of one document.
    package static func indexEntries(
        of document: DocumentID, model: String, _ reader: Reader
    ) throws -> [IndexEntry] {
        try entries("p.model_id = \(model) and p.document_id = \(document)", reader).map(\.entry)
    }

    /// The vectors of one generation, live or not yet.
    package static func indexEntries(
        of document: DocumentID, generation: GenerationID, _ reader: Reader
    ) throws -> [IndexEntry] {
        try reader.connection.query(
            """
            select index_key, embedding from passage
            where workspace_id = \(reader.workspace) and document_id = \(document)
                and generation_id = \(generation) order by index_key
            """
        ).map(entry)
    }

    private static func entry(_ row: PostgresRow) throws -> IndexEntry {
        IndexEntry(
            key: try row.decode("index_key"),
            embedding: try row.decode("embedding", as: SQLVector.self).values)
    }

    private static func entries(
        _ condition: SQL, _ reader: Reader
    ) throws -> [(document: DocumentID, entry: IndexEntry)] {
        try reader.connection.query(
            """
            select p.document_id, p.index_key, p.embedding
            from passage p
            join document d on d.workspace_id = p.workspace_id and d.document_id = p.document_id
                and d.live_generation = p.generation_id and d.status <> 'deleted'
            where p.workspace_id = \(reader.workspace) and \(condition)
            order by p.index_key
            """
        ).map { row in
            var cells = row.cells
            let document = try cells.next(as: DocumentID.self)
            let entry = IndexEntry(
                key: try cells.next(), embedding: try cells.next(as: SQLVector.self).values)
            return (document, entry)
        }
    }

    // MARK: Reading for answers

    package struct Found: Sendable, Hashable {
        package let key: Int64
        package let passage: PassageID
        package let document: DocumentID
        package let title: String
        package let page: Int?
        package let heading: String?
        package let text: String
        package let updatedAt: Instant
    }

    /// Live passages of these keys; what was deleted meanwhile is simply not there.
    package static func find(keys: [Int64], _ reader: Reader) throws -> [Found] {
        try found("p.index_key = any(\(keys))", reader)
    }

    package static func find(ids: [PassageID], _ reader: Reader) throws -> [Found] {
        try found("p.passage_id = any(\(ids))", reader)
    }

    /// All live passages of a document in order, for showing it with a passage marked.
    package static func ofDocument(_ document: DocumentID, _ reader: Reader) throws -> [Found] {
        try found("p.document_id = \(document) order by p.ordinal limit 5000", reader)
    }

    private static func found(_ condition: SQL, _ reader: Reader) throws -> [Found] {
        try reader.connection.query(
            """
            select p.index_key, p.passage_id, p.document_id, d.title, p.page, p.heading, p.text,
                d.updated_at
            from passage p
            join document d on d.workspace_id = p.workspace_id and d.document_id = p.document_id
                and d.live_generation = p.generation_id and d.status <> 'deleted'
            where p.workspace_id = \(reader.workspace) and \(condition)
            """
        ).map { row in
            Found(
                key: try row.decode("index_key"), passage: try row.decode("passage_id"),
                document: try row.decode("document_id"), title: try row.decode("title"),
                page: try row.decode("page", as: Int32?.self).map(Int.init),
                heading: try row.decode("heading"), text: try row.decode("text"),
                updatedAt: try row.decode("updated_at"))
        }
    }

    /// Exact nearest passages by pgvector: the same answer as the index, slower.
    package static func nearest(
        to query: [Float], model: String, limit: Int, _ reader: Reader
    ) throws -> [(key: Int64, similarity: Double)] {
        let vector = SQLVector(query)
        return try reader.connection.query(
            """
            select p.index_key, 1 - (p.embedding <=> \(vector)) as similarity
            from passage p
            join document d on d.workspace_id = p.workspace_id and d.document_id = p.document_id
                and d.live_generation = p.generation_id and d.status <> 'deleted'
            where p.workspace_id = \(reader.workspace) and p.model_id = \(model)
                and vector_dims(p.embedding) = \(Int32(query.count))
            order by p.embedding <=> \(vector), p.index_key limit \(limit)
            """
        ).map { (try $0.decode("index_key"), try $0.decode("similarity")) }
    }

    /// Whether vectors of this length can be compared with a live one of the model, or there is
    /// none at all.
    package static func fits(_ length: Int, model: String, _ reader: Reader) throws -> Bool {
        let live: SQL = """
            select from passage p
            join document d on d.workspace_id = p.workspace_id and d.document_id = p.document_id
                and d.live_generation = p.generation_id and d.status <> 'deleted'
            where p.workspace_id = \(reader.workspace) and p.model_id = \(model)
            """
        return try reader.connection.query(
            """
            select not exists (\(live)) or exists (
                \(live) and vector_dims(p.embedding) = \(Int32(length)))
            """
        ).one().decode(at: 0)
    }

    /// Searchable documents whose vectors are of another model than this.
    ///
    /// A generation is made with one model, so its first passage speaks for it. O(documents)
    package static func documents(
        notOf model: String, limit: Int, _ reader: Reader
    ) throws -> [DocumentID] {
        try reader.connection.query(
            """
            select d.document_id from document d
            where d.workspace_id = \(reader.workspace) and d.status = 'ready' and (
                select p.model_id from passage p
                where p.workspace_id = d.workspace_id and p.document_id = d.document_id
                    and p.generation_id = d.live_generation
                order by p.ordinal limit 1) <> \(model)
            order by d.created_at, d.document_id limit \(limit)
            """
        ).map { try $0.decode("document_id") }
    }

    /// The similarity of live passages of these keys; those of another model are left out.
    package static func similarities(
        of keys: [Int64], to query: [Float], model: String, _ reader: Reader
    ) throws -> [(key: Int64, similarity: Double)] {
        try reader.connection.query(
            """
            select p.index_key, 1 - (p.embedding <=> \(SQLVector(query))) as similarity
            from passage p
            where p.workspace_id = \(reader.workspace) and p.index_key = any(\(keys))
                and p.model_id = \(model) and vector_dims(p.embedding) = \(Int32(query.count))
            """
        ).map { (try $0.decode("index_key"), try $0.decode("similarity")) }
    }

    /// Passages that share words with the question, best first.
    package static func matching(
        _ question: String, limit: Int, _ reader: Reader
    ) throws -> [PassageID] {
        try reader.connection.query(
            "select passage_id from passages_matching(\(question), \(Int32(limit)))"
        ).map { try $0.decode("passage_id") }
    }
}
