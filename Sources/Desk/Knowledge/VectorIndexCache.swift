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
/// it is, and what is not linked yet is found by a scan. Changes of one workspace are applied in
/// order; workspaces do not wait for each other, because everything that takes long runs on threads
/// of its own and linking is done a slice at a time, round the workspaces that need it.
package actor VectorIndexCache: Service {
    package nonisolated let name = "vector index cache"
    nonisolated let threads = BlockingThreads(
        name: "vector index", limit: VectorIndexCache.threadLimit)
    private nonisolated let loaded = Lock(Loaded())
    /// Workspaces to load, and to link and save.
    private nonisolated let requests: AsyncStream<WorkspaceID>
    private nonisolated let request: AsyncStream<WorkspaceID>.Continuation
    private let linkRequests: AsyncStream<WorkspaceID>
    private let linkRequest: AsyncStream<WorkspaceID>.Continuation
    private let database: Database
    private let embedder: EmbedderPort
    private let logger: Logger
    /// Nil where nothing is to be kept on disk.
    private let files: IndexFiles?
    /// Workspaces whose entry is being read or changed, with the documents to read again after it:
    /// every reading is applied before the next begins, so an older one never undoes a newer.
    private var busy: [WorkspaceID: Set<DocumentID>] = [:]
    /// Workspaces that stand in `linkRequests`; each stands there once.
    private var toLink: Set<WorkspaceID> = []

    /// Workspaces kept in memory at once.
    package static let workspaceLimit = 1_000
    /// From so many vectors on a graph is built; below, exact search is faster.
    package static let graphThreshold = 2_000
    /// Workspaces whose memory or files are changed at the same time.
    static let threadLimit = 4
    /// Vectors that are linked before it is another workspace's turn: a fraction of a second.
    static let linkedTogether = 512

    private struct Loaded {
        var entries: [WorkspaceID: Entry] = [:]
        /// Whose files turned out to be damaged while they were searched.
        var damaged: Set<WorkspaceID> = []
    }

    final class Entry: Sendable {
        let model: String
        let collection: VectorCollection
        /// Which keys each document has, for replacing them.
        let keys: Lock<[DocumentID: [Int64]]>
        /// Vectors that were added or removed since the file was written.
        let unsaved = Lock((added: 0, removed: 0))

        init(model: String, collection: VectorCollection) {
            self.model = model
            self.collection = collection
            keys = Lock([:])
        }

        func note(added: Int = 0, removed: Int = 0) {
            unsaved.withLock { $0 = ($0.added + added, $0.removed + removed) }
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
        (linkRequests, linkRequest) = AsyncStream.makeStream()
    }

    /// Loads every workspace, then whatever is asked for while it is not loaded; links beside it.
    package nonisolated func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepLoaded() }
            group.addTask { await self.keepLinked() }
        }
    }

    private nonisolated func keepLoaded() async {
        do {
            for workspace in try await database.beforeTenant({ try $0.allWorkspaces() }) {
                await load(workspace)
            }
        } catch {
            logger.warning(
                "workspaces are loaded when they are asked for", ["cause": .failure(error)])
        }
        for await workspace in requests {
            if await isWanted(workspace) { await load(workspace) }
        }
    }

    private func keepLinked() async {
        for await workspace in linkRequests { await linkAndSave(workspace) }
    }

    /// Whether the workspace is not loaded, or was loaded for another model than the present one.
    private func isWanted(_ workspace: WorkspaceID) async -> Bool {
        guard let entry = entry(workspace) else { return true }
        // An embedder that is away says nothing about what is in memory.
        guard let model = try? await embedder.modelID() else { return false }
        return entry.model != model
    }

    private nonisolated func entry(_ workspace: WorkspaceID) -> Entry? {
        loaded.withLock { $0.entries[workspace] }
    }

    // MARK: Searching

    /// Nil while the workspace is not loaded, or holds vectors of another model.
    nonisolated func nearest(
        to vector: [Float], model: String, limit: Int, in workspace: WorkspaceID
    ) -> [(key: Int64, similarity: Double)]? {
        guard let entry = entry(workspace), entry.model == model else {
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
                loaded.withLock { loaded in
                    loaded.entries[workspace] = nil
                    loaded.damaged.insert(workspace)
                }
                request.yield(workspace)
            }
            return nil
        }
    }

    /// The cosine similarity of one stored vector; nil when it is not in memory.
    nonisolated func similarity(
        of key: Int64, to vector: [Float], in workspace: WorkspaceID
    ) -> Double? {
        guard let stored = entry(workspace)?.collection.vector(key), stored.count == vector.count
        else { return nil }
        return UnitVectors.cosine(stored, vector)
    }

    // MARK: Changing

    /// Takes in a generation that is about to become live; what is not live is never shown.
    package func prepare(
        _ document: DocumentID, generation: GenerationID, model: String, in workspace: WorkspaceID
    ) async {
        guard let entry = entry(workspace), entry.model == model, busy[workspace] == nil
        else { return }
        await change(workspace) {
            let fresh = try await self.database.read(workspace) { reader in
                try PassageStore.indexEntries(of: document, generation: generation, reader)
            }
            entry.keys.withLock { $0[document, default: []] += fresh.map(\.key) }
            try await self.threads.run {
                try entry.collection.load(fresh.map { ($0.key, $0.embedding) })
            }
            entry.note(added: fresh.count)
        }
    }

    /// Reads one document's vectors again, after it was made, replaced or deleted.
    package func refresh(_ document: DocumentID, in workspace: WorkspaceID) async {
        if busy[workspace] != nil {
            // Whoever is at work reads it again before ending.
            busy[workspace]?.insert(document)
            return
        }
        guard entry(workspace) != nil else {
            request.yield(workspace)
            return
        }
        await change(workspace) { try await self.reread(document, in: workspace) }
    }

    /// Works on a workspace alone, then on what was asked for meanwhile.
    private func change(
        _ workspace: WorkspaceID, _ body: () async throws -> Void
    ) async {
        busy[workspace] = []
        do {
            try await body()
            while let document = busy[workspace]?.popFirst() {
                try await reread(document, in: workspace)
            }
        } catch {
            // Forgotten is safe: the workspace is answered exactly until it is loaded again.
            logger.warning("a workspace is answered exactly for now", ["cause": .failure(error)])
            // What could not be loaded at all waits for the next search to ask for it.
            if loaded.withLock({ $0.entries.removeValue(forKey: workspace) }) != nil {
                request.yield(workspace)
            }
        }
        busy[workspace] = nil
        askToLink(workspace)
    }

    private func reread(_ document: DocumentID, in workspace: WorkspaceID) async throws {
        guard let entry = entry(workspace) else { return }
        let model = entry.model
        let fresh = try await database.read(workspace) { reader in
            try PassageStore.indexEntries(of: document, model: model, reader)
        }
        let old = entry.keys.withLock { keys in
            let old = keys[document] ?? []
            keys[document] = fresh.isEmpty ? nil : fresh.map(\.key)
            return old
        }
        let present = Set(fresh.map(\.key))
        let absent = old.filter { !present.contains($0) }
        try await threads.run {
            try entry.collection.load(fresh.map { ($0.key, $0.embedding) })
            entry.collection.remove(absent)
        }
        entry.note(added: fresh.count, removed: absent.count)
    }

    /// Drops a workspace from memory; the next search loads it again.
    package nonisolated func forget(_ workspace: WorkspaceID) {
        loaded.withLock { $0.entries[workspace] = nil }
    }
}

// MARK: Loading

extension VectorIndexCache {
    func load(_ workspace: WorkspaceID) async {
        guard busy[workspace] == nil else { return }
        await change(workspace) {
            let model = try await self.embedder.modelID()
            let keys = try await self.database.read(workspace) { reader in
                try PassageStore.indexKeysByDocument(model: model, reader)
            }
            let restored = try await self.restored(workspace, model: model, keys: keys.map(\.key))
            let missing = keys.map(\.key).filter { restored?.contains($0) != true }
            let read = try await self.database.read(workspace) { reader in
                try restored == nil
                    ? PassageStore.indexEntriesByDocument(model: model, reader).map(\.entry)
                    : PassageStore.indexEntries(keys: missing, model: model, reader)
            }
            // An empty workspace is not loaded: its dimension is not known yet.
            guard let dimension = restored?.dimension ?? read.first?.embedding.count else {
                await self.discardFile(of: workspace)
                return self.forget(workspace)
            }
            let collection =
                try restored ?? VectorCollection(dimension: dimension, model: model)
            let fitting = read.filter { $0.embedding.count == dimension }
            let present = Set(keys.map(\.key))
            let entry = Entry(model: model, collection: collection)
            try await self.threads.run {
                let removed = collection.remove(collection.ids.filter { !present.contains($0) })
                try collection.load(fitting.map { ($0.key, $0.embedding) })
                entry.note(added: fitting.count, removed: removed)
            }
            entry.keys.withLock { held in
                for item in keys where collection.contains(item.key) {
                    held[item.document, default: []].append(item.key)
                }
            }
            self.publish(entry, of: workspace)
        }
    }

    /// What a file holds of a workspace; nil to begin anew.
    private func restored(
        _ workspace: WorkspaceID, model: String, keys: [Int64]
    ) async throws -> VectorCollection? {
        if loaded.withLock({ $0.damaged.remove(workspace) }) != nil {
            await discardFile(of: workspace)
        }
        guard let files, !keys.isEmpty, await threads.run({ files.has(workspace) }) else {
            return nil
        }
        let asked = IndexFiles.sample(of: keys)
        let sample = try await database.read(workspace) { reader in
            try PassageStore.indexEntries(keys: asked, model: model, reader)
        }
        do {
            return try await threads.run {
                try files.open(workspace, model: model, sample: sample)
            }
        } catch {
            logger.warning("an index file is made anew", ["cause": .failure(error)])
            return nil
        }
    }

    private func discardFile(of workspace: WorkspaceID) async {
        guard let files else { return }
        await threads.run { files.discard(workspace) }
    }

    private func publish(_ entry: Entry, of workspace: WorkspaceID) {
        loaded.withLock { loaded in
            if loaded.entries.count >= VectorIndexCache.workspaceLimit,
                let any = loaded.entries.keys.first
            {
                loaded.entries[any] = nil
            }
            loaded.entries[workspace] = entry
        }
    }
}

// MARK: Linking and saving

extension VectorIndexCache {
    private func askToLink(_ workspace: WorkspaceID) {
        if toLink.insert(workspace).inserted { linkRequest.yield(workspace) }
    }

    /// One turn of a workspace: links a slice of what is pending, or saves when nothing is.
    ///
    /// True when another turn is needed; it is asked for already.
    @discardableResult
    func linkAndSave(_ workspace: WorkspaceID) async -> Bool {
        toLink.remove(workspace)
        guard let entry = entry(workspace) else { return false }
        let collection = entry.collection
        if collection.count >= VectorIndexCache.graphThreshold {
            let isDone = await threads.run {
                collection.link(atMost: VectorIndexCache.linkedTogether)
            }
            if !isDone {
                askToLink(workspace)
                return true
            }
        }
        if let files {
            await threads.run { [logger] in
                VectorIndexCache.save(entry, of: workspace, in: files, logger)
            }
        }
        return false
    }

    private nonisolated static func save(
        _ entry: Entry, of workspace: WorkspaceID, in files: IndexFiles, _ logger: Logger
    ) {
        let count = entry.collection.count
        guard count >= files.smallest else { return files.discard(workspace) }
        let unsaved = entry.unsaved.withLock { $0 }
        // What was deleted must not stay on the disk until enough has changed.
        guard
            unsaved.removed > 0
                || unsaved.added + unsaved.removed > count / IndexFiles.unsavedShare
        else { return }
        guard files.hasRoom() else { return files.discard(workspace) }
        do throws(VectorRefusal) {
            try files.save(entry.collection, of: workspace)
            entry.note(added: -unsaved.added, removed: -unsaved.removed)
        } catch {
            logger.warning("an index could not be saved", ["cause": .failure(error)])
        }
    }
}
