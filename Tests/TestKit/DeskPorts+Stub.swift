package import Desk
import Documents
import Domain
import Foundation
import Processes
import Providers

extension DeskPorts {
    /// Real files and the real extract process; a hashing embedder; nobody who understands.
    ///
    /// The understander hands every message to a person, the answerer knows nothing: replace them
    /// where a test is about them.
    package static func stub(blobFolder: String) -> DeskPorts {
        var blobs = DiskBlobs(folder: blobFolder).port
        // How full the disk of the test machine is, is no matter of any test.
        blobs.freeBytes = { nil }
        return DeskPorts(
            embedder: HashingEmbedder.port, blobs: blobs,
            extractor: .built, channels: [],
            understander: UnderstandingPort { _, _ in
                Understanding(
                    intent: .fallback, confidence: 0, commands: [.handOff(reason: "a stub")])
            },
            answerer: AnswerPort { _ in .none })
    }
}

extension ExtractorPort {
    /// The `frontdesk extract` of this build; run the tests after a whole build.
    package static let built = built()

    /// The same under a limit of time from outside.
    package static func built(processorSeconds: Int? = nil) -> ExtractorPort {
        program(Clone.builtProgram, processorSeconds: processorSeconds)
    }

    /// The `extract` command of this program.
    package static func program(
        _ executable: String, processorSeconds: Int? = nil
    ) -> ExtractorPort {
        ExtractorPort { path, _, name in
            let program = Program(
                executable, ["extract", "--name", name, path],
                limits: Program.Limits(processorSeconds: processorSeconds))
            let result = try await program.run(
                outputLimitBytes: ExtractionResult.maxOutputBytes, timeout: Patience.limit)
            if case .signalled(let signal) = result.termination {
                return ExtractionResult.read(output: Data(), signal: signal)
            }
            return ExtractionResult.read(output: Data(result.output))
        }
    }
}
