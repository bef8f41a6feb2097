import Encoder
import Foundation
import HTTP

/// The body that answers `POST /v1/embeddings`.
///
/// Written by hand: a generic encoder would take longer than the model on large batches.
enum EmbeddingAnswer {
    static func response(
        _ embeddings: [Embedding], as format: EmbeddingRequest.Format, precision: String
    ) -> HTTPResponse {
        var bytes: [UInt8] = []
        let each = format == .base64 ? 2_200 : 5_000
        bytes.reserveCapacity(embeddings.count * each + 256)
        bytes += Array(#"{"object":"list","data":["#.utf8)
        for (index, embedding) in embeddings.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += Array(#"{"object":"embedding","index":\#(index),"embedding":"#.utf8)
            switch format {
            case .float: append(embedding.vector, to: &bytes)
            case .base64:
                bytes.append(UInt8(ascii: "\""))
                bytes += embedding.vector.withUnsafeBytes { Data($0) }.base64EncodedData()
                bytes.append(UInt8(ascii: "\""))
            }
            bytes.append(UInt8(ascii: "}"))
        }
        let tokens = embeddings.reduce(0) { $0 + $1.tokenCount }
        let tail =
            #"],"model":"\#(TextEncoder.modelID)","precision":"\#(precision)","#
            + #""usage":{"prompt_tokens":\#(tokens),"total_tokens":\#(tokens)}}"#
        bytes += Array(tail.utf8)
        return HTTPResponse(.ok, .json, bytes)
    }

    /// The shortest digits that read back as the same numbers.
    private static func append(_ vector: [Float], to bytes: inout [UInt8]) {
        var separator = UInt8(ascii: "[")
        for number in vector {
            bytes.append(separator)
            bytes += number.description.utf8
            separator = UInt8(ascii: ",")
        }
        bytes.append(UInt8(ascii: "]"))
    }
}
