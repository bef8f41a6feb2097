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
    /// Our own embedding server: what customers mean is always read with it.
    let models: ModelsChild
    /// For passages and what is searched for in them: our own, or the configured one.
    let embedder: EmbedderPort
    /// The built-in model, whatever is configured for passages: heads belong to it, and sentences
    /// that only one question is held against are not worth a call that costs.
    let builtIn: EmbedderPort
    /// The classifier of intents, trained for the built-in model.
    let intents: IntentClassifierProvider
    let config: Config
    let data: DataFolder

    init(_ config: Config, _ data: DataFolder) {
        self.config = config
        self.data = data
        logger = .standardError(minimum: config.logLevel, now: World.live.now)
        let fetch = client.fetch
        let shared = logger
        let child = ModelsChild(threads: config.modelThreads, fetch: fetch)
        models = child
        builtIn = EmbeddingCache().caching(
            EmbeddingsEndpoint.own({ child.address }, fetch, world).port)
        embedder =
            config.embeddingsURL.map { url in
                EmbeddingCache().caching(
                    EmbeddingsEndpoint.given(url, config, fetch, .live, shared).port)
            } ?? builtIn
        intents = IntentClassifierProvider(
            embedder: builtIn,
            // Without what set-up made it is trained at the start.
            prepared: (try? BundledFiles.vendor("intents")).map { URL(fileURLWithPath: $0) },
            folder: URL(fileURLWithPath: data.snapshots), logger: logger)
    }

    func desk(on database: Database) throws -> FrontDesk {
        let pg = config.databaseURL == nil ? [data.postgres] : []
        let blobs = DiskBlobs(folder: data.blobs, companions: pg)
        blobs.removeAbandoned(before: world.now() - DiskBlobs.abandonedAfter)
        return FrontDesk(
            world: world, database: database,
            ports: DeskPorts(
                embedder: embedder,
                messageEmbedder: config.embeddingsURL == nil ? nil : builtIn, blobs: blobs.port,
                extractor: .live(program: BundledFiles.program), channels: [],
                understander: intents.understander,
                answerer: LocalAnswerer(embedder: builtIn).answerer),
            codeKey: try KeyFile.read("codes", in: data.keys, world),
            uploadLimit: config.uploadLimitBytes, limits: config.limits, logger: logger,
            metrics: metrics,
            indexFolder: data.snapshots,
            storage: StoragePolicy(
                reserveBytes: config.diskReserveBytes, quotaBytes: config.workspaceQuotaBytes))
    }
}

extension EmbeddingsEndpoint {
    /// The one that somebody else runs (`EMBEDDINGS_URL`).
    static func given(
        _ url: String, _ config: Config, _ fetch: Fetch, _ world: World,
        _ logger: Logger = .silent
    ) -> EmbeddingsEndpoint {
        EmbeddingsEndpoint(
            address: { url }, key: config.embeddingsKey, keyHeader: config.embeddingsKeyHeader,
            model: config.embeddingsModel, fetch: fetch, world: world, logger: logger)
    }

    /// Our own child, whom the supervisor brings back within a second: the attempts of a call last
    /// longer than that, while a breaker opened by the first moments of a start would turn the
    /// first message away for seconds.
    static func own(
        _ address: @escaping @Sendable () -> String, _ fetch: Fetch, _ world: World
    ) -> EmbeddingsEndpoint {
        var limits = Limits()
        limits.provider.breaker.failures = .max
        return EmbeddingsEndpoint(
            address: address, asBytes: true, fetch: fetch, world: world, limits: limits)
    }
}
