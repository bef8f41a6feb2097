import Base
import Desk
import Domain
import Encoder
import Foundation

/// `frontdesk intents`: trains the classifier of intents for the built-in model and keeps it beside
/// what set-up fetched, so that no first start has to. One that is there already is left alone.
enum IntentsCommand {
    static func run(_ words: [String]) async throws {
        let arguments = try Arguments(words, values: ["--folder"])
        let folder = URL(
            fileURLWithPath: try arguments.values["--folder"] ?? BundledFiles.vendor("intents"))
        // Loaded only when there is something to embed.
        let encoder = Lock<TextEncoder?>(nil)
        let model = URL(fileURLWithPath: try BundledFiles.vendor("minilm"))
        let embedder = EmbedderPort(
            embed: { texts, _ in
                let encoder = try encoder.withLock { encoder in
                    let loaded = try encoder ?? TextEncoder(modelFolder: model)
                    encoder = loaded
                    return loaded
                }
                return encoder.vectors(of: texts)
            }, modelID: { TextEncoder.modelID })
        let config = try Config.read(ProcessInfo.processInfo.environment)
        let provider = IntentClassifierProvider(
            embedder: embedder, folder: folder,
            logger: .standardError(minimum: config.logLevel, now: World.live.now))
        if try await provider.isKept() { return }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw OperatorError("\(folder.path) cannot be made: \(error.localizedDescription)")
        }
        _ = try await provider.model()
        guard try await provider.isKept() else {
            throw OperatorError("The classifier of intents could not be written to \(folder.path).")
        }
        Terminal.say("The classifier of intents is trained.")
    }
}
