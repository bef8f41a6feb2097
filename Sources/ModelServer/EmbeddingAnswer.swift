import Encoder
import Foundation
import HTTP

/// The bodies that answer `POST /v1/embeddings` and `/v1/token-embeddings`.
///
/// Written by hand: a generic encoder would take longer than the model on large batches.
struct EmbeddingAnswer {
    private let encoder: TextEncoder

    init(_ encoder: TextEncoder) {
        self.encoder = encoder
    }

    func embeddings(
        _ embeddings: [Embedding], as format: EmbeddingRequest.Format
    ) -> HTTPResponse {
        response(to: embeddings, format) { bytes, index, embedding in
            bytes += #"{"object":"embedding","index":\#(index),"embedding":"#.utf8
            append(embedding.vector[...], as: format, to: &bytes)
        }
    }

    /// For each text its tokens, where each stands in the text (in Unicode scalars), and a vector
    /// for each: a list of lists, or as base64 all of them behind each other.
    func tokenEmbeddings(
        _ embeddings: [Embedding], as format: EmbeddingRequest.Format
    ) -> HTTPResponse {
        response(to: embeddings, format) { bytes, index, embedding in
            bytes += #"{"object":"token_embeddings","index":\#(index),"tokens":["#.utf8
            bytes += embedding.tokens.map { "\($0.id)" }.joined(separator: ",").utf8
            bytes += #"],"offsets":["#.utf8
            let places = embedding.tokens.map { "[\($0.range.lowerBound),\($0.range.upperBound)]" }
            bytes += places.joined(separator: ",").utf8
            bytes += #"],"embeddings":"#.utf8
            guard format == .float else {
                return append(embedding.vector[...], as: format, to: &bytes)
            }
            bytes.append(UInt8(ascii: "["))
            for token in embedding.tokens.indices {
                if token > 0 { bytes.append(UInt8(ascii: ",")) }
                let first = token * TextEncoder.dimensions
                append(
                    embedding.vector[first..<first + TextEncoder.dimensions], as: format,
                    to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
    }

    private func response(
        to embeddings: [Embedding], _ format: EmbeddingRequest.Format,
        _ appendItem: (_ bytes: inout [UInt8], _ index: Int, _ embedding: Embedding) -> Void
    ) -> HTTPResponse {
        var bytes: [UInt8] = []
        let numbers = embeddings.reduce(0) { $0 + $1.vector.count }
        bytes.reserveCapacity(numbers * (format == .base64 ? 6 : 13) + embeddings.count * 64 + 256)
        bytes += #"{"object":"list","data":["#.utf8
        for (index, embedding) in embeddings.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            appendItem(&bytes, index, embedding)
            bytes.append(UInt8(ascii: "}"))
        }
        let tokens = embeddings.reduce(0) { $0 + $1.tokenCount }
        bytes +=
            (#"],"model":"\#(encoder.modelID)","precision":"\#(encoder.precision)","#
            + #""usage":{"prompt_tokens":\#(tokens),"total_tokens":\#(tokens)}}"#).utf8
        return HTTPResponse(.ok, .json, bytes)
    }

    private func append(
        _ vector: ArraySlice<Float>, as format: EmbeddingRequest.Format, to bytes: inout [UInt8]
    ) {
        switch format {
        case .float:
            var separator = UInt8(ascii: "[")
            if vector.isEmpty { bytes.append(separator) }
            for number in vector {
                bytes.append(separator)
                FloatText.append(number, to: &bytes)
                separator = UInt8(ascii: ",")
            }
            bytes.append(UInt8(ascii: "]"))
        case .base64:
            bytes.append(UInt8(ascii: "\""))
            bytes += vector.withUnsafeBytes { Data($0) }.base64EncodedData()
            bytes.append(UInt8(ascii: "\""))
        }
    }
}
