import Desk
import Documents
import Foundation
import Processes

extension ExtractorPort {
    /// One `frontdesk extract` for each document, with bounds on time, memory and files from outside
    /// beside those that it sets itself.
    static func live(program executable: String) -> ExtractorPort {
        ExtractorPort { path, _, name in
            let program = Program(
                executable, ["extract", "--name", name, path],
                limits: Program.Limits(
                    processorSeconds: 30, addressSpaceBytes: 3 << 29, fileSizeBytes: 0,
                    openFiles: 256))
            do {
                let result = try await program.run(
                    outputLimitBytes: ExtractionResult.maxOutputBytes, timeout: .seconds(45))
                switch result.termination {
                case .signalled(let signal):
                    return ExtractionResult.read(output: Data(), signal: signal)
                case .exited(code: 0):
                    return ExtractionResult.read(output: Data(result.output))
                case .exited:
                    // It could not do its work at all: the document is not at fault.
                    throw KnowledgeFault.extractionUnavailable
                }
            } catch ProcessFault.timedOut {
                return ExtractionResult.read(output: Data(), timedOut: true)
            } catch ProcessFault.outputTooLarge {
                return .refused(.tooComplex)
            }
        }
    }
}
