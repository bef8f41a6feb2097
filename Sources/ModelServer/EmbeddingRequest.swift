import Encoder
import Foundation
import HTTP

/// One text to embed.
package enum EmbeddingInput: Sendable, Hashable {
    case text(String)
    /// Tokens of this model's vocabulary; start and end are added.
    case tokens([Int32])

    /// A guess at the number of tokens, for filling groups before texts are read.
    var estimatedTokens: Int {
        switch self {
        case .text(let text): min(TextEncoder.tokenLimit, 2 + text.utf8.count / 4)
        case .tokens(let tokens): min(TextEncoder.tokenLimit, 2 + tokens.count)
        }
    }

    var bytes: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .tokens(let tokens): tokens.count * 4
        }
    }
}

/// The body of `POST /v1/embeddings`, read and checked.
struct EmbeddingRequest: Sendable, Hashable {
    enum Format: String { case float, base64 }

    static let inputLimit = 2_048
    /// Each token of a text is answered with a vector: some hundred kilobytes a text.
    static let tokenInputLimit = 64
    static let bodyLimitBytes = 16 << 20

    /// Whether a caller means the model by a name: with or without its publisher.
    static func isName(_ name: String, of model: String) -> Bool {
        name == model || name == "sentence-transformers/" + model
    }

    let inputs: [EmbeddingInput]
    let format: Format

    init(
        _ bytes: [UInt8], model known: String = TextEncoder.modelID, limit: Int = inputLimit
    ) throws(EmbeddingRefusal) {
        let body: Body
        do {
            body = try JSONDecoder().decode(Body.self, from: Data(bytes))
        } catch let refusal as EmbeddingRefusal {
            throw refusal
        } catch DecodingError.dataCorrupted {
            // Broken JSON, or a string in it that is no text.
            throw .notJSON
        } catch {
            throw EmbeddingRequest.refusal(for: error)
        }
        guard let model = body.model else {
            throw .field("model", "You must provide a model, as text.")
        }
        guard EmbeddingRequest.isName(model, of: known) else { throw .unknownModel(model) }
        guard let input = body.input else {
            throw .field("input", "You must provide an input.")
        }
        guard let format = Format(rawValue: body.format ?? "float") else {
            throw .field("encoding_format", "encoding_format must be 'float' or 'base64'.")
        }
        if let dimensions = body.dimensions, dimensions != TextEncoder.dimensions {
            throw .field(
                "dimensions",
                "This model does not support specifying dimensions; it has"
                    + " \(TextEncoder.dimensions).")
        }
        try EmbeddingRequest.check(input.values, limit: limit)
        inputs = input.values
        self.format = format
    }

    private static func refusal(for error: any Error) -> EmbeddingRefusal {
        guard let error = error as? DecodingError else { return .notJSON }
        let path =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context),
                .dataCorrupted(let context):
                context.codingPath
            case .keyNotFound(let key, let context): context.codingPath + [key]
            @unknown default: [any CodingKey]()
            }
        guard let name = path.first?.stringValue else { return .notJSON }
        return .field(name, "\(name) has a value of the wrong type.")
    }

    private static func check(
        _ inputs: [EmbeddingInput], limit: Int
    ) throws(EmbeddingRefusal) {
        guard !inputs.isEmpty else { throw .field("input", "input must not be an empty list.") }
        guard inputs.count <= limit else {
            throw .field(
                "input", "input has \(inputs.count) entries; at most \(limit) are taken.")
        }
        for (index, input) in inputs.enumerated() {
            switch input {
            case .text(let text):
                guard !text.isEmpty else {
                    throw .field("input", "input \(index) is an empty string.")
                }
            case .tokens(let tokens):
                guard !tokens.isEmpty else {
                    throw .field("input", "input \(index) has no tokens.")
                }
                guard tokens.allSatisfy({ (0..<TextEncoder.vocabularyCount).contains(Int($0)) })
                else { throw .field("input", "input \(index) has a token that does not exist.") }
            }
        }
    }

    private struct Body: Decodable {
        let input: Input?
        let model: String?
        let format: String?
        let dimensions: Int?

        enum CodingKeys: String, CodingKey {
            case input, model, dimensions
            case format = "encoding_format"
        }
    }

    /// A string, strings, tokens, or lists of tokens.
    private struct Input: Decodable {
        let values: [EmbeddingInput]

        init(from decoder: any Decoder) throws {
            // Each shape is tried in turn; a string that is no text (a lone surrogate) is thrown.
            do {
                values = [.text(try decoder.singleValueContainer().decode(String.self))]
                return
            } catch DecodingError.typeMismatch {
            } catch DecodingError.valueNotFound {
            }
            var list: any UnkeyedDecodingContainer
            do {
                list = try decoder.unkeyedContainer()
            } catch {
                throw EmbeddingRefusal.field(
                    "input", "input must be a string, a list of strings, or a list of tokens.")
            }
            var values: [EmbeddingInput] = []
            var tokens: [Int32] = []
            while !list.isAtEnd {
                // A shape that does not fit leaves the list where it was, and the next is tried.
                if let text = try? list.decode(String.self) {
                    values.append(.text(text))
                } else if let token = try? list.decode(Int32.self) {
                    tokens.append(token)
                } else if let inner = try? list.decode([Int32].self) {
                    values.append(.tokens(inner))
                } else {
                    throw EmbeddingRefusal.field(
                        "input", "input \(list.currentIndex) is neither text nor tokens.")
                }
                guard values.count <= EmbeddingRequest.inputLimit else {
                    throw EmbeddingRefusal.field(
                        "input", "At most \(EmbeddingRequest.inputLimit) inputs are taken.")
                }
            }
            guard tokens.isEmpty || values.isEmpty else {
                throw EmbeddingRefusal.field("input", "input mixes single tokens with texts.")
            }
            self.values = tokens.isEmpty ? values : [.tokens(tokens)]
        }
    }
}
