package import Base
package import Domain
package import HTTP

/// Vectors from an OpenAI-compatible `/v1/embeddings`.
///
/// Texts go in batches, a few at a time, each through `ProviderClient` inside one deadline. Number, order, length and model of what comes back are checked: a vector
/// that is not what it says would be wrong for ever once it is stored.
package struct EmbeddingsEndpoint: Sendable {
    package struct Limits: Sendable {
        package var batchTexts = 64
        /// Estimated, and rather too high: endpoints refuse a request over their own limit.
        package var batchTokens = 32_768
        /// Batches of one call that are under way at once.
        package var concurrency = 2
        package var provider = ProviderClient.Limits()
        /// From the call to the last vector.
        package var queryDeadline = Duration.seconds(10)
        package var passageDeadline = Duration.seconds(120)
        /// For the question whether anybody is there.
        package var checkDeadline = Duration.seconds(2)

        package init() {}
    }

    private let address: @Sendable () -> String
    private let key: Secret?
    private let keyHeader: String?
    private let model: String?
    /// Our own server answers vectors as bytes, which costs far less than numbers in text.
    private let asBytes: Bool
    private let client: ProviderClient
    private let world: World
    private let limits: Limits
    private let known = Lock(Known())

    private struct Known {
        var model: EmbeddingsModel?
        /// Where it was asked; another address may be another server.
        var address = ""
        var dimension: Int?
    }

    /// - Parameters:
    ///   - address: the base, with or without `/v1`; asked before each request, since a server
    ///     that was started again has another port.
    ///   - keyHeader: carries the key as it is; nil sends `Authorization: Bearer`.
    ///   - model: nil takes the only one that the endpoint lists.
    package init(
        address: @escaping @Sendable () -> String, key: Secret? = nil, keyHeader: String? = nil,
        model: String? = nil, asBytes: Bool = false, fetch: Fetch, world: World,
        logger: Logger = .silent, limits: Limits = Limits()
    ) {
        self.address = address
        self.key = key
        self.keyHeader = keyHeader
        self.model = model
        self.asBytes = asBytes
        client = ProviderClient(
            name: "embeddings", fetch: fetch, world: world, logger: logger, limits: limits.provider)
        self.world = world
        self.limits = limits
    }

    /// What the desk is given.
    package var port: EmbedderPort {
        EmbedderPort(
            embed: { texts, purpose in try await embed(texts, purpose) },
            modelID: { try await knownModel().id },
            forget: { known.withLock { $0.dimension = nil } },
            check: { try await check() })
    }

    /// One question, without another try and without the circuit breaker: what counts is now.
    private func check() async throws {
        var request = FetchRequest(.get, "\(base)/models", headers: headers)
        request.deadline = limits.checkDeadline
        let response: FetchResponse
        do { response = try await client.ask("look whether it is there", request) } catch {
            throw EmbeddingsFault(error)
        }
        // Many endpoints have no list, and refusing it they are there all the same.
        guard response.status.code < 500 else {
            throw EmbeddingsFault.refused(status: response.status.code)
        }
    }

    // MARK: Model

    private func knownModel() async throws -> EmbeddingsModel {
        let address = address()
        let found = known.withLock { $0.address == address ? $0.model : nil }
        if let found { return found }
        let deadline = world.uptime() + limits.queryDeadline
        let model = try await askModel(by: deadline)
        known.withLock { known in
            if known.model?.id != model.id { known.dimension = nil }
            known.model = model
            known.address = address
        }
        return model
    }

    private func askModel(by deadline: Duration) async throws -> EmbeddingsModel {
        // Many endpoints have no list; a configured name is all there is to know.
        if let model { return EmbeddingsModel(id: model) }
        let response = try await send("list models", by: deadline) { base in
            FetchRequest(.get, "\(base)/models", headers: headers)
        }
        let list = try? response.decodeJSON(EmbeddingsModel.List.self)
        guard let only = list?.data.first, list?.data.count == 1 else {
            throw EmbeddingsFault.modelNotChosen
        }
        return EmbeddingsModel(id: only.id)
    }

    // MARK: Vectors

    private func embed(_ texts: [String], _ purpose: EmbedderPort.Purpose) async throws -> [[Float]]
    {
        guard !texts.isEmpty else { return [] }
        let model = try await knownModel()
        let wait = purpose == .query ? limits.queryDeadline : limits.passageDeadline
        let deadline = world.uptime() + wait
        let batches = EmbeddingsBatch.cut(texts, limits)
        if batches.count == 1 { return try await vectors(of: batches[0], model, by: deadline) }
        return try await withThrowingTaskGroup(of: (Int, [[Float]]).self) { group in
            var results = [[[Float]]](repeating: [], count: batches.count)
            for number in batches.indices {
                if number >= limits.concurrency, let (done, vectors) = try await group.next() {
                    results[done] = vectors
                }
                group.addTask {
                    (number, try await vectors(of: batches[number], model, by: deadline))
                }
            }
            while let (done, vectors) = try await group.next() { results[done] = vectors }
            return results.flatMap { $0 }
        }
    }

    private func vectors(
        of texts: [String], _ model: EmbeddingsModel, by deadline: Duration
    ) async throws -> [[Float]] {
        let body = Array(
            try JSONCoding.encode(
                EmbeddingsBatch(
                    model: model.id, input: texts, encodingFormat: asBytes ? "base64" : "float")))
        let response = try await send("embed", by: deadline) { base in
            var request = FetchRequest(
                .post, "\(base)/embeddings", headers: headers, body: body,
                maximumResponseBytes: EmbeddingsReply.limitBytes)
            request.headers.setDefault("Content-Type", "application/json")
            return request
        }
        let reply = try EmbeddingsReply(response)
        let vectors = try reply.vectors(count: texts.count)
        try check(reply, vectors, model)
        return vectors
    }

    private func check(
        _ reply: EmbeddingsReply, _ vectors: [[Float]], _ model: EmbeddingsModel
    ) throws(EmbeddingsFault) {
        guard model.isMaker(of: reply) else {
            // Another model is there now: the next call asks which.
            known.withLock { known in
                known.address = ""
                known.dimension = nil
            }
            throw .wrongModel
        }
        let lengths = Set(vectors.map(\.count))
        let expected = known.withLock { known in
            if known.dimension == nil, lengths.count == 1 { known.dimension = lengths.first }
            return known.dimension
        }
        guard let expected, lengths == [expected] else {
            // Which of the two was wrong is not known here: the next answer begins anew.
            known.withLock { $0.dimension = nil }
            throw .wrongDimension(expected: expected ?? 0, found: lengths.sorted())
        }
    }

    // MARK: Sending

    private var headers: HTTPHeaders {
        guard let key else { return [:] }
        if let keyHeader { return [keyHeader: key.revealed()] }
        return ["Authorization": "Bearer \(key.revealed())"]
    }

    private var base: String {
        var base = address()
        while base.hasSuffix("/") { base.removeLast() }
        if base.hasSuffix("/embeddings") { base.removeLast("/embeddings".count) }
        return base.hasSuffix("/v1") ? base : base + "/v1"
    }

    /// Calculating vectors twice does no harm.
    private func send(
        _ operation: StaticString, by deadline: Duration, _ make: (_ base: String) -> FetchRequest
    ) async throws -> FetchResponse {
        do {
            return try await client.send(
                operation, .harmless, by: deadline,
                // What comes back there may be something else.
                lost: { known.withLock { $0.address = "" } }, { make(base) })
        } catch let fault as ProviderFault {
            throw EmbeddingsFault(fault)
        }
    }
}
