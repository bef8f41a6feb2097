import Base
package import Foundation

/// The labelled utterances that ship with the program and that it learns from.
package enum LabelledUtterances {
    package static func all() throws -> [Utterance] {
        guard
            let file = Bundle.module.url(
                forResource: "utterances", withExtension: "jsonl", subdirectory: "Utterances")
        else { throw UnderstandingFault.missingUtterances }
        return try read(try Data(contentsOf: file))
    }

    /// One JSON object a line, with `text` and `intent`.
    package static func read(_ data: Data) throws -> [Utterance] {
        try data.split(separator: UInt8(ascii: "\n")).map { line in
            try JSONCoding.decode(Utterance.self, from: Data(line))
        }
    }
}

/// Understanding cannot work at all.
package enum UnderstandingFault: Fault, Equatable {
    /// The installation is incomplete.
    case missingUtterances
    /// The embedder gave something else than one vector for each utterance.
    case wrongVectors

    package var retryable: Bool { self == .wrongVectors }
}
