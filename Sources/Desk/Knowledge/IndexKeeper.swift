package import Base
package import Domain
package import Store
import VectorIndex

/// Keeps each workspace's vectors in memory. A cache: the tables are the truth, and what is here
/// can be thrown away at any moment, in memory and in files.
///
/// A large workspace is saved to a file; after a restart it is opened from there in milliseconds,
/// and only what the tables have newer is read and linked.
///
/// Searching never waits for building: a workspace that is not loaded is answered by pgvector until
/// it is. Changes of one workspace are applied in order on a thread of their own.
package actor IndexKeeper: Service {
    package nonisolated let name = "index keeper"
    private nonisolated let thread = ThreadExecutor(name: "index keeper")
    private nonisolated let shelf = Lock<[WorkspaceID: Entry]>([:])
    private nonisolated let requests: AsyncStream<WorkspaceID>
    private nonisolated let request: AsyncStream<WorkspaceID>.Continuation
    private let database: Database
    private let embedder: EmbedderPort
    private let logger: Logger
    /// Nil where nothing is to be kept on disk.
    private let files: IndexFiles?
    /// Workspaces whose entry is being read or changed, with the documents to read again after it:
    /// every reading is applied before the next begins, so an older one never undoes a newer.
    private var underWork: [WorkspaceID: Set<DocumentID>] = [:]

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    /// Workspaces kept in memory at once.
    package static let workspaceLimit = 1_000
    /// From so many vectors on a graph is built; below, exact search is faster.
    package static let graphThreshold = 2_000

    private final class Entry: Sendable {
        let model: String
        let collection: VectorCollection
        /// Which keys each document has, for replacing them.
        let keys: Lock<[DocumentID: [Int64]]>
        /// Vectors that came or went since the file was written.
        let unsaved = Lock(0)

        init(model: String, collection: VectorCollection) {
            self.model = model
            self.collection = collection
            keys = Lock([:])
        }
    }

    package init(
        database: Database, embedder: EmbedderPort, logger: Logger, files: IndexFiles? = nil
    ) {
        self.files = files
        self.database = database
        self.embedder = embedder
        self.logger = logger
        (requests, request) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(10_000))
    }

    deinit { thread.stop() }

    /// Loads every workspace, then whatever is asked for while cold.
    package nonisolated func run() async throws {
        do {
            for workspace in try await database.beforeTenant({ try $0.allWorkspaces() }) {
                await load(workspace)
            }
        } catch let fault as any Fault {
            logger.warning(
                "workspaces are loaded when they are asked for", ["cause": .failure(fault)])
        }
        for await workspace in requests {
            if await isWanted(workspace) { await load(workspace) }
        }
    }

    /// Whether the workspace is cold, or was loaded for another model than the present one.
    private func isWanted(_ workspace: WorkspaceID) async -> Bool {
        guard let entry = shelf.withLock({ $0[workspace] }) else { return true }
        // An embedder that is away says nothing about what is in memory.
        guard let model = try? await embedder.modelID() else { return false }
        return entry.model != model
    }

    // MARK: Searching

    /// Nil while the workspace is cold, or holds vectors of another model.
    nonisolated func nearest(
        to vector: [Float], model: String, limit: Int, in workspace: WorkspaceID
    ) -> [(key: Int64, similarity: Double)]? {
        guard let entry = shelf.withLock({ $0[workspace] }), entry.model == model else {
            request.yield(workspace)
            return nil
        }
        guard entry.collection.count > 0 else { return nil }
        do throws(VectorRefusal) {
            return try entry.collection.search(vector, k: limit).map {
                ($0.id, Double($0.similarity))
            }
        } catch {
            logger.warning("the index refused a query", ["cause": .failure(error)])
            if case .snapshotUnreadable = error {
                // The file that it was opened from turned out to be damaged.
                forget(workspace)
                files?.discard(workspace)
                request.yield(workspace)
            }
            return nil
        }
    }

    /// The cosine similarity of one stored vector; nil when it is not in memory.
    nonisolated func similarity(
        of key: Int64, to vector: [Float], in workspace: WorkspaceID
    ) -> Double? {
        guard let entry = shelf.withLock({ $0[workspace] }),
            let stored = entry.collection.vector(key), stored.count == vector.count
        else { return nil }
        return UnitVectors.cosine(stored, vector)
    }

    // MARK: Changing

    /// Takes in a generation that is about to become live; what is not live is never shown.
    package func prepare(
        _ document: DocumentID, generation: GenerationID, model: String, in workspace: WorkspaceID
    ) async {
        guard let entry = shelf.withLock({ $0[workspace] }), entry.model == model,
            underWork[workspace] == nil
        else { return }
        await change(workspace) {
            let fresh = try await self.database.read(workspace) { reader in
                try PassageStore.indexEntries(of: document, generation: generation, reader)
            }
            entry.keys.withLock { $0[document, default: []] += fresh.map(\.key) }
            try entry.collection.load(fresh.map { ($0.key, $0.embedding) })
            self.settle(entry, of: workspace, came: fresh.count)
        }
    }

    /// Reads one document's vectors again, after it was made, replaced or deleted.
    package func refresh(_ document: DocumentID, in workspace: WorkspaceID) async {
        if underWork[workspace] != nil {
            // Whoever is at work reads it again before ending.
            underWork[workspace]?.insert(document)
            return
        }
        guard shelf.withLock({ $0[workspace] }) != nil else {
            request.yield(workspace)
            return
        }
        await change(workspace) { try await self.reread(document, in: workspace) }
    }

    /// Works on a workspace alone, then on what was asked for meanwhile.
    private func change(
        _ workspace: WorkspaceID, _ body: () async throws -> Void
    ) async {
        underWork[workspace] = []
        do {
            try await body()
            while let document = underWork[workspace]?.popFirst() {
                try await reread(document, in: workspace)
            }
        } catch {
            // Forgotten is safe: the workspace is answered exactly until it is loaded again.
            logger.warning("a workspace is answered exactly for now", ["cause": .failure(error)])
            // What could not be loaded at all waits for the next search to ask for it.
            if shelf.withLock({ $0.removeValue(forKey: workspace) }) != nil {
                request.yield(workspace)
            }
        }
        underWork[workspace] = nil
    }

    private func reread(_ document: DocumentID, in workspace: WorkspaceID) async throws {
        guard let entry = shelf.withLock({ $0[workspace] }) else { return }
        let model = entry.model
        let fresh = try await database.read(workspace) { reader in
            try PassageStore.indexEntries(of: document, model: model, reader)
        }
        try replace(document, with: fresh, in: entry, of: workspace)
    }

    /// Drops a workspace from memory; the next search loads it again.
    package nonisolated func forget(_ workspace: WorkspaceID) {
        shelf.withLock { $0[workspace] = nil }
    }

    private func replace(
        _ document: DocumentID, with fresh: [PassageStore.IndexEntry], in entry: Entry,
        of workspace: WorkspaceID
    ) throws {
        let old = entry.keys.withLock { keys in
            let old = keys[document] ?? []
            keys[document] = fresh.isEmpty ? nil : fresh.map(\.key)
            return old
        }
        try entry.collection.load(fresh.map { ($0.key, $0.embedding) })
        let kept = Set(fresh.map(\.key))
        let gone = old.filter { !kept.contains($0) }
        entry.collection.remove(gone)
        settle(entry, of: workspace, came: fresh.count, gone: gone.count)
    }

    func load(_ workspace: WorkspaceID) async {
        guard underWork[workspace] == nil else { return }
        await change(workspace) {
            let model = try await self.embedder.modelID()
            let keys = try await self.database.read(workspace) { reader in
                try PassageStore.indexKeysByDocument(model: model, reader)
            }
            let kept = try await self.kept(workspace, model: model, keys: keys.map(\.key))
            let missing = keys.map(\.key).filter { kept?.contains($0) != true }
            let loaded = try await self.database.read(workspace) { reader in
                try kept == nil
                    ? PassageStore.indexEntriesByDocument(model: model, reader).map(\.entry)
                    : PassageStore.indexEntries(keys: missing, model: model, reader)
            }
            // An empty workspace is left cold: its dimension is not known yet.
            guard let dimension = kept?.dimension ?? loaded.first?.embedding.count else {
                self.files?.discard(workspace)
                return self.forget(workspace)
            }
            let collection =
                try kept ?? VectorCollection(dimension: dimension, model: model)
            let living = Set(keys.map(\.key))
            let gone = collection.remove(collection.ids.filter { !living.contains($0) })
            let fitting = loaded.filter { $0.embedding.count == dimension }
            try collection.load(fitting.map { ($0.key, $0.embedding) })
            let entry = Entry(model: model, collection: collection)
            entry.keys.withLock { held in
                for item in keys where collection.contains(item.key) {
                    held[item.document, default: []].append(item.key)
                }
            }
            self.shelve(entry, of: workspace)
            self.settle(entry, of: workspace, came: fitting.count, gone: gone)
        }
    }

    /// What a file has kept of a workspace; nil to begin anew.
    private func kept(_ workspace: WorkspaceID, model: String, keys: [Int64]) async throws
        -> VectorCollection?
    {
        guard let files, files.has(workspace), !keys.isEmpty else { return nil }
        let asked = IndexFiles.sample(of: keys)
        let sample = try await database.read(workspace) { reader in
            try PassageStore.indexEntries(keys: asked, model: model, reader)
        }
        do throws(VectorRefusal) {
            return try files.open(workspace, model: model, sample: sample)
        } catch {
            logger.warning("an index file is made anew", ["cause": .failure(error)])
            return nil
        }
    }

    private func shelve(_ entry: Entry, of workspace: WorkspaceID) {
        shelf.withLock { shelf in
            if shelf.count >= IndexKeeper.workspaceLimit, let any = shelf.keys.first {
                shelf[any] = nil
            }
            shelf[workspace] = entry
        }
    }

    /// Links and saves what has grown large.
    private func settle(
        _ entry: Entry, of workspace: WorkspaceID, came: Int, gone: Int = 0
    ) {
        let count = entry.collection.count
        let unsaved = entry.unsaved.withLock { unsaved in
            unsaved += came + gone
            return unsaved
        }
        if count >= IndexKeeper.graphThreshold { entry.collection.link() }
        guard let files else { return }
        guard count >= files.smallest else { return files.discard(workspace) }
        // What was deleted must not stay on the disk until enough has changed.
        guard gone > 0 || unsaved > count / IndexFiles.unsavedShare else { return }
        guard files.hasRoom() else { return files.discard(workspace) }
        do throws(VectorRefusal) {
            try files.save(entry.collection, of: workspace)
            entry.unsaved.withLock { $0 = 0 }
        } catch {
            logger.warning("an index could not be saved", ["cause": .failure(error)])
        }
    }
}
