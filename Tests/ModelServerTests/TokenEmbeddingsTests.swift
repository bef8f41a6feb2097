import Base
import Encoder
import Foundation
import HTTP
import ModelServer
import Testing

@Suite("Token embeddings")
struct TokenEmbeddingsTests {
    private struct Answer: Decodable {
        struct Item: Decodable {
            let object: String
            let index: Int
            let tokens: [Int32]
            let offsets: [[Int]]
            let embeddings: Vectors
        }

        struct Vectors: Decodable {
            let numbers: [Float]

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                do {
                    numbers = try container.decode([[Float]].self).flatMap { $0 }
                } catch {
                    let data = try #require(Data(base64Encoded: try container.decode(String.self)))
                    numbers = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
                }
            }
        }

        let data: [Item]
        let model: String
    }

    private func answer(_ body: String) async throws -> (status: Int, body: [UInt8]) {
        let found = try await ServiceFixture.answer(
            .post, "/v1/token-embeddings", Array(body.utf8))
        return (found.status, found.body)
    }

    @Test("Each token has its place in the text and a vector, in both formats the same")
    func places() async throws {
        let text = "Café at 7:30, please — Zoë"
        let body = #"{"model":"all-MiniLM-L6-v2","input":["\#(text)"," "]"#
        let (status, floats) = try await answer(body + "}")
        #expect(status == 200)
        let found = try JSONDecoder().decode(Answer.self, from: Data(floats))
        let item = try #require(found.data.first)
        #expect(item.object == "token_embeddings")
        #expect(item.tokens.count == item.offsets.count)
        #expect(item.embeddings.numbers.count == item.tokens.count * 384)
        let scalars = Array(text.unicodeScalars)
        let parts = item.offsets.map { place in
            String(String.UnicodeScalarView(scalars[place[0]..<place[1]]))
        }
        #expect(parts == ["Café", "at", "7", ":", "30", ",", "please", "—", "Zoë"])
        #expect(found.data[1].tokens.isEmpty && found.data[1].embeddings.numbers.isEmpty)
        let (_, bytes) = try await answer(body + #","encoding_format":"base64"}"#)
        let again = try JSONDecoder().decode(Answer.self, from: Data(bytes))
        #expect(again.data.map(\.embeddings.numbers) == found.data.map(\.embeddings.numbers))
    }

    @Test("The mean of all tokens, set to length 1, is near the text's own vector")
    func pooled() async throws {
        let text = "a hot towel and a shave"
        let (_, bytes) = try await answer(#"{"model":"all-MiniLM-L6-v2","input":"\#(text)"}"#)
        let item = try #require(
            try JSONDecoder().decode(Answer.self, from: Data(bytes)).data.first)
        var sums = [Float](repeating: 0, count: 384)
        for (index, number) in item.embeddings.numbers.enumerated() { sums[index % 384] += number }
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let whole = try ServiceFixture.service.get().encoder.vectors(of: [text])[0]
        // The text's own has the start and end token too.
        #expect(zip(sums, whole).reduce(0) { $0 + $1.0 / length * $1.1 } > 0.95)
    }

    @Test("More texts than may be asked for at once are refused, and so is what is no text")
    func refused() async throws {
        let many = Array(repeating: "\"a\"", count: 65).joined(separator: ",")
        for input in ["[\(many)]", "\"\"", "[]", "7", #""\ud800""#] {
            let (status, _) = try await answer(#"{"model":"all-MiniLM-L6-v2","input":\#(input)}"#)
            #expect(status == 400, "\(input.prefix(20))")
        }
        #expect(try await answer(#"{"model":"other","input":"a"}"#).status == 404)
    }
}
