import Base
import Encoder
import Foundation
import HTTPServer
import ModelServer

/// `frontdesk models`: the embedding server alone.
///
/// On loopback, unless `--bind` names another address; then callers must bring a key (MODELS_KEY).
enum ModelsCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try Arguments(
            words,
            values: ["--port", "--bind", "--threads", "--folder", "--precision", "--isa"])
        let port = try arguments.number("--port", in: 0...65_535) ?? 8_081
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let threads = try arguments.number("--threads", in: 1...256) ?? cores
        let folder = try arguments.values["--folder"] ?? BundledFiles.vendor("minilm")
        let options = EncoderOptions(
            precision: try arguments.choice("--precision") ?? .auto,
            isa: try arguments.choice("--isa") ?? .auto)
        let config = try Config.read(ProcessInfo.processInfo.environment)
        var configuration = ServerConfiguration()
        configuration.fit(openFiles: OpenFiles.raise())
        configuration.port = port
        configuration.address = arguments.values["--bind"] ?? configuration.address
        guard config.modelsKey != nil || configuration.isLoopback else {
            throw OperatorError(
                "Whoever reaches \(configuration.address) could use this server: set MODELS_KEY, or"
                    + " MODELS_KEY_FILE, to what callers must bring.")
        }
        let stop = StopSignal()
        let service = try EmbeddingService(
            modelFolder: URL(fileURLWithPath: folder), threads: threads, options: options,
            key: config.modelsKey)
        configuration.maximumBodyBytes = service.maximumBodyBytes
        let server = try Server(configuration, responder: service.responder)
        Terminal.say(
            "\(service.encoder.precision.rawValue) on \(service.encoder.instructions.rawValue),"
                + " models at \(server.url)/v1")
        try await runTogether([service, server], until: stop)
    }
}

extension ServerConfiguration {
    fileprivate var isLoopback: Bool { address.hasPrefix("127.") || address == "::1" }
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
