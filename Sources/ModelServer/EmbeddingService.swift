package import Base
package import Encoder
package import Foundation
package import HTTP

/// `frontdesk models`: the loaded model, its threads, and the routes over them.
package final class EmbeddingService: Service {
    package let name = "models"
    /// Answers `/v1/embeddings`, `/v1/models`, `/health` and `/metrics`.
    package let responder: Responder
    /// The largest body for a request, for `ServerConfiguration`.
    package let maximumBodyBytes: @Sendable (HTTPMethod, HTTPTarget) -> Int
    package let encoder: TextEncoder
    package let queue: EmbeddingQueue
    private let sleep: @Sendable (Duration) async throws -> Void

    /// Loads and checks the model (about 0.15 s) and starts its threads.
    ///
    /// With a key every request but `/health` must carry it as `Authorization: Bearer`.
    package init(
        modelFolder: URL, threads: Int, options: EncoderOptions = EncoderOptions(),
        limits: EmbeddingQueue.Limits = .init(), key: Secret? = nil, world: World = .live,
        metrics: Metrics = Metrics()
    ) throws(EncoderFault) {
        let encoder = try TextEncoder(modelFolder: modelFolder, options: options)
        let queue = EmbeddingQueue(
            encoder, threads: max(1, threads), limits: limits, metrics: metrics, now: world.now)
        let routes = EmbeddingRoutes(encoder: encoder, queue: queue, metrics: metrics)
        let table = Router(routes.all)
        self.encoder = encoder
        self.queue = queue
        sleep = world.sleep
        maximumBodyBytes = { table.maximumBodyBytes($0, $1) }
        responder = table.responder(
            middleware: [
                { request, next in
                    let start = world.now()
                    let response = await next(request)
                    let labels = [
                        "route": request.route?.pattern ?? "other",
                        "status": response.status.description,
                    ]
                    metrics.observe("models_request_seconds", world.now() - start, labels)
                    return response
                },
                { [door = key.map(KeyedDoor.init)] request, next in
                    guard let door, request.route?.pattern != "/health" else {
                        return await next(request)
                    }
                    guard door.admits(request) else { return EmbeddingRefusal.wrongKey.response }
                    return await next(request)
                },
            ], failure: { error, request in EmbeddingRoutes.answer(to: error, request) })
    }

    /// Waits until it is cancelled, then ends the threads; what waits is answered with 503.
    package func run() async throws {
        defer { queue.stop() }
        do {
            while true { try await sleep(.hours(1)) }
        } catch is CancellationError {
            return
        }
    }
}
