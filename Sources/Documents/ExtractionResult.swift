import Base
package import Foundation

/// What the `extract` process says about a document: its text, or why there is none.
///
/// The process is confined because it reads hostile bytes, so what it writes is hostile as well:
/// `read` bounds and checks it, and recomputes every offset.
package enum ExtractionResult: Sendable, Hashable {
    case text(DocumentText)
    case refused(ExtractionRefusal)

    /// Bytes of JSON that a parent reads at most from an `extract` process.
    package static let maxOutputBytes = 64 << 20
    /// Scalars of text that a document may have; about 8,000 full pages.
    package static let maxScalars = 16_000_000
    /// Blocks that a document may have.
    package static let maxBlocks = 400_000

    /// The one line that the process writes to its standard output.
    package func json() throws -> Data {
        switch self {
        case .text(let document): try JSONCoding.encode(Reply(document: document))
        case .refused(let refusal): try JSONCoding.encode(Reply(refusal: refusal.rawValue))
        }
    }

    /// What a finished process means.
    ///
    /// A process killed for its limits, one that crashed and one that wrote nonsense all give a
    /// refusal: the document is at fault, and trying again would end the same.
    /// - Parameters:
    ///   - output: what it wrote to standard output.
    ///   - timedOut: whether the parent ended it for taking too long.
    ///   - signal: the signal that ended it, if one did; SIGXCPU (24) means its CPU limit.
    package static func read(
        output: Data, timedOut: Bool = false, signal: Int32? = nil
    ) -> ExtractionResult {
        if timedOut || signal == 24 { return .refused(.tooSlow) }
        if signal != nil { return .refused(.tooComplex) }
        guard output.count <= maxOutputBytes else { return .refused(.tooComplex) }
        // What cannot be decoded was not written by a healthy process; the reason adds nothing.
        guard let reply = try? JSONCoding.decode(Reply.self, from: output) else {
            return .refused(.tooComplex)
        }
        if let code = reply.refusal {
            return .refused(ExtractionRefusal(rawValue: code) ?? .damaged)
        }
        guard let document = reply.document, !document.isEmpty else { return .refused(.noText) }
        guard document.blocks.count <= maxBlocks,
            document.blocks.allSatisfy({ ($0.page ?? 1) >= 1 && (1...6).contains($0.levelOrOne) })
        else { return .refused(.tooComplex) }
        return .text(document)
    }

    private struct Reply: Codable {
        var document: DocumentText?
        var refusal: String?
    }
}

extension Block {
    fileprivate var levelOrOne: Int { headingLevel ?? 1 }
}
