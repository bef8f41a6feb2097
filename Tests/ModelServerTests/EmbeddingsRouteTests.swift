import Base
import Encoder
import Foundation
import HTTP
import ModelServer
import Testing

struct EmbeddingsRouteTests {
    private func body(_ input: String, _ more: String = "") -> String {
        #"{"model":"all-MiniLM-L6-v2","input":\#(input)\#(more)}"#
    }

    @Test("A string is answered with its vector and the tokens it took")
    func oneString() async throws {
        let (status, answer) = try await ServiceFixture.embeddings(body(#""Hello, world!""#))
        #expect(status == 200)
        #expect(answer.object == "list")
        #expect(answer.model == "all-MiniLM-L6-v2")
        #expect(["f32", "int16"].contains(answer.precision))
        #expect(answer.usage == .init(promptTokens: 6, totalTokens: 6))
        let item = try #require(answer.data?.first)
        #expect(item.object == "embedding")
        #expect(item.embedding.numbers.count == 384)
        let expected = try ServiceFixture.service.get().encoder.vectors(of: ["Hello, world!"])
        #expect(item.embedding.numbers == expected[0])
    }

    @Test("Strings keep their order, in both formats, with the same numbers")
    func formats() async throws {
        let texts = (0..<40).map { "text number \($0), " + String(repeating: "more ", count: $0) }
        let list = String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
        let (_, floats) = try await ServiceFixture.embeddings(
            body(list, #","encoding_format":"float""#))
        let (_, base64) = try await ServiceFixture.embeddings(
            body(list, #","encoding_format":"base64""#))
        #expect(floats.data?.map(\.index) == Array(0..<40))
        #expect(floats.vectors == base64.vectors)
        let alone = try ServiceFixture.service.get().encoder.vectors(of: [texts[17]])[0]
        let product = zip(floats.vectors[17], alone).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(product > 0.999999)
    }

    @Test("Token arrays are embedded as the text that they came from")
    func tokens() async throws {
        let tokens = try ServiceFixture.service.get().encoder.tokenizer.tokens(of: "a hot towel")
        let inner = tokens.dropFirst().dropLast().map(String.init).joined(separator: ",")
        let (_, text) = try await ServiceFixture.embeddings(body(#""a hot towel""#))
        let (_, single) = try await ServiceFixture.embeddings(body("[\(inner)]"))
        let (_, double) = try await ServiceFixture.embeddings(body("[[\(inner)],[\(inner)]]"))
        #expect(single.vectors == text.vectors)
        #expect(double.vectors == text.vectors + text.vectors)
        #expect(single.usage == text.usage)
    }

    @Test("A long text is cut off, NUL and odd scalars are no trouble")
    func oddTexts() async throws {
        let long = String(repeating: "é word ", count: 140_000)
        #expect(long.utf8.count > 1 << 20)
        let (status, answer) = try await ServiceFixture.embeddings(body("\"\(long)\""))
        #expect(status == 200)
        #expect(answer.usage?.promptTokens == 256)
        let (_, plain) = try await ServiceFixture.embeddings(body(#""ab""#))
        let (_, odd) = try await ServiceFixture.embeddings(body(#""a\u0000b\u200b\ufffd""#))
        #expect(odd.vectors == plain.vectors)
    }

    @Test(
        "What cannot be answered is refused with the field and the reason",
        arguments: [
            (#""""#, "", "input"), (#"["a",""]"#, "", "input"), ("[]", "", "input"),
            ("[[]]", "", "input"), ("null", "", "input"), ("7", "", "input"),
            ("{}", "", "input"), ("true", "", "input"), ("[1.5]", "", "input"),
            (#"["a",1]"#, "", "input"), ("[[1],\"a\",[true]]", "", "input"),
            ("[30522]", "", "input"), ("[-1]", "", "input"), ("[99999999999]", "", "input"),
            (#""a""#, #","dimensions":256"#, "dimensions"),
            (#""a""#, #","dimensions":"384""#, "dimensions"),
            (#""a""#, #","encoding_format":"int8""#, "encoding_format"),
            (#""a""#, #","encoding_format":3"#, "encoding_format"),
        ])
    func refusedFields(input: String, more: String, field: String) async throws {
        let (status, answer) = try await ServiceFixture.embeddings(body(input, more))
        #expect(status == 400)
        let failure = try #require(answer.error)
        #expect(failure.param == field)
        #expect(failure.type == "invalid_request_error")
        #expect(!failure.message.isEmpty)
    }

    @Test(
        "What is not the JSON of a request is refused",
        arguments: [
            "", "{", "[]", "null", "\"a\"", "{\"input\":\"\u{0}\"}", #"{"input":"\ud800"}"#,
            "nonsense",
            String(repeating: "[", count: 100_000),
        ])
    func refusedBodies(text: String) async throws {
        let (status, answer) = try await ServiceFixture.embeddings(text)
        #expect(status == 400)
        #expect(answer.error?.param == nil)
        #expect(answer.error?.code == "invalid_json")
    }

    @Test("Bytes that are not UTF-8 are refused")
    func notUTF8() async throws {
        let bytes =
            Array(#"{"model":"all-MiniLM-L6-v2","input":""#.utf8) + [0xFF, 0xFE]
            + Array(#""}"#.utf8)
        let answer = try await ServiceFixture.answer(.post, "/v1/embeddings", bytes)
        #expect(answer.status == 400)
    }

    @Test("2,048 inputs are taken and one more is not")
    func inputLimit() async throws {
        let many = "[" + Array(repeating: "\"a\"", count: 2_049).joined(separator: ",") + "]"
        let (refused, answer) = try await ServiceFixture.embeddings(body(many))
        #expect(refused == 400)
        #expect(answer.error?.param == "input")
        let most = "[" + Array(repeating: "\"a\"", count: 2_048).joined(separator: ",") + "]"
        let (taken, full) = try await ServiceFixture.embeddings(
            body(most, #","encoding_format":"base64","dimensions":384"#))
        #expect(taken == 200)
        #expect(full.data?.count == 2_048)
    }

    @Test("A missing or unknown model is refused")
    func models() async throws {
        let (none, missing) = try await ServiceFixture.embeddings(#"{"input":"a"}"#)
        #expect(none == 400)
        #expect(missing.error?.param == "model")
        let (status, unknown) = try await ServiceFixture.embeddings(
            #"{"input":"a","model":"text-embedding-3-small"}"#)
        #expect(status == 404)
        #expect(unknown.error?.code == "model_not_found")
    }

    @Test("A body over the limit is refused")
    func bodyLimit() async throws {
        let text = String(repeating: "a", count: 17 << 20)
        let (status, answer) = try await ServiceFixture.embeddings(body("\"\(text)\""))
        #expect(status == 413)
        #expect(answer.error?.code == "request_too_large")
    }

    @Test("Models, health and metrics are told; other addresses are not found")
    func others() async throws {
        let list = try await ServiceFixture.answer(.get, "/v1/models")
        #expect(String(decoding: list.body, as: UTF8.self).contains(#""id":"all-MiniLM-L6-v2""#))
        #expect(String(decoding: list.body, as: UTF8.self).contains(#""precision":""#))
        let one = try await ServiceFixture.answer(.get, "/v1/models/all-MiniLM-L6-v2")
        #expect(one.status == 200)
        #expect(try await ServiceFixture.answer(.get, "/v1/models/gpt-4").status == 404)
        #expect(try await ServiceFixture.answer(.get, "/health").status == 200)
        _ = try await ServiceFixture.embeddings(body(#""count me""#))
        let metrics = try await ServiceFixture.answer(.get, "/metrics")
        #expect(
            String(decoding: metrics.body, as: UTF8.self)
                .contains("frontdesk_embedding_tokens_total"))
        for name in [
            "frontdesk_embedding_waiting_inputs", "frontdesk_embedding_group_inputs_bucket",
            "frontdesk_embedding_group_seconds_count",
            #"frontdesk_models_request_seconds_bucket{le="0.05",route="/v1/embeddings""#,
        ] {
            #expect(String(decoding: metrics.body, as: UTF8.self).contains(name), "\(name)")
        }
        #expect(try await ServiceFixture.answer(.get, "/v1/nothing").status == 404)
        #expect(try await ServiceFixture.answer(.get, "/v1/embeddings").status == 405)
    }
}
