import Base
import Desk
import Domain
import Foundation
import HTTP
import HTTPClient
import Processes
import Providers
import Store

/// The live parts of one process, put together from settings.
struct DeskParts: Sendable {
    let world = World.live
    let logger: Logger
    let metrics = Metrics()
    /// Keeps the connections of outgoing requests.
    let client = CurlClient()
    let models: ModelsChild?
    let embeddings: EmbeddingsEndpoint
    /// What turns ask: the same sentences again and again.
    let embedder: EmbedderPort
    /// The classifier of intents, trained with the configured embeddings.
    let intents: IntentKeeper
    let config: Config
    let data: DataFolder

    init(_ config: Config, _ data: DataFolder) {
        self.config = config
        self.data = data
        logger = .standardError(minimum: config.logLevel, now: World.live.now)
        let fetch = client.fetch
        if let url = config.embeddingsURL {
            models = nil
            embeddings = .given(url, config, fetch, world)
        } else {
            let child = ModelsChild(threads: config.modelThreads, fetch: fetch)
            models = child
            embeddings = EmbeddingsEndpoint(
                address: { child.address }, asBytes: true, fetch: fetch, world: world)
        }
        embedder = VectorMemory().remembering(embeddings.port)
        intents = IntentKeeper(
            embedder: embedder, folder: URL(fileURLWithPath: data.snapshots),
            logger: logger)
    }

    func desk(on database: Database) throws -> FrontDesk {
        let blobs = DiskBlobs(folder: data.blobs)
        blobs.removeAbandoned(before: world.now() - DiskBlobs.abandonedAfter)
        return FrontDesk(
            world: world, database: database,
            ports: DeskPorts(
                embedder: embedder, blobs: blobs.port,
                extractor: .live(program: Beside.program), messages: nil,
                understander: intents.understander,
                answerer: LocalAnswerer(embedder: embedder).answerer),
            codeKey: try KeyFile.read("codes", in: data.keys, world),
            uploadLimit: config.uploadLimitBytes, logger: logger, metrics: metrics)
    }
}

extension EmbeddingsEndpoint {
    /// The one that somebody else runs (`EMBEDDINGS_URL`).
    static func given(
        _ url: String, _ config: Config, _ fetch: Fetch, _ world: World
    ) -> EmbeddingsEndpoint {
        EmbeddingsEndpoint(
            address: { url }, key: config.embeddingsKey, model: config.embeddingsModel,
            fetch: fetch, world: world)
    }
}
