import Base
import Foundation
import HTTPServer
import ModelServer

/// `frontdesk models`: the embedding server alone, on loopback.
enum ModelsCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, values: ["--port", "--threads", "--folder"])
        let port = try arguments.number("--port", in: 0...65_535) ?? 8_081
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let threads = try arguments.number("--threads", in: 1...256) ?? cores
        let folder = try arguments.values["--folder"] ?? Beside.vendor("minilm")
        let stop = StopSignal()
        let world = World.live
        let metrics = Metrics()
        let service = try EmbeddingService(
            modelFolder: URL(fileURLWithPath: folder), threads: threads, world: world,
            metrics: metrics)
        var configuration = ServerConfiguration()
        configuration.port = port
        configuration.maximumBodyBytes = service.maximumBodyBytes
        let server = try Server(configuration, responder: service.responder)
        Terminal.say("models at \(server.url)/v1")
        try await runTogether([service, server], until: stop)
    }
}

/// Runs services until the signal comes or one of them fails; all have ended afterwards.
func runTogether(_ services: [any Service], until stop: StopSignal) async throws {
    do {
        try await withThrowingDiscardingTaskGroup { group in
            for service in services { group.addTask { try await service.run() } }
            group.addTask {
                await stop.wait()
                throw Stopped()
            }
        }
    } catch is Stopped {}
}
