import Base
import Encoder
import Foundation
import HTTP
import ModelServer
import TestKit
import Testing

/// One service for all tests, called without a socket.
enum ServiceFixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../.vendor/minilm").standardizedFileURL

    static let service = Result { try EmbeddingService(modelFolder: folder, threads: 2) }

    static func request(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8] = [], key: String? = nil
    ) throws -> HTTPRequest {
        var request = HTTPRequest(
            method: method, target: try #require(HTTPTarget(path)),
            headers: ["Content-Type": "application/json"], body: HTTPBody(body),
            remoteAddress: "127.0.0.1", id: World.live.id())
        if let key { request.headers["Authorization"] = key }
        return request
    }

    static func answer(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8] = []
    ) async throws -> (status: Int, headers: HTTPHeaders, body: [UInt8]) {
        let response = await (try service.get()).responder(try request(method, path, body))
        return (
            response.status.code, response.headers,
            try await response.collectBody(upTo: 64 << 20)
        )
    }

    static func embeddings(_ body: String) async throws -> (status: Int, Answer) {
        let answer = try await answer(.post, "/v1/embeddings", Array(body.utf8))
        return (
            answer.status, try JSONDecoder().decode(Answer.self, from: Data(answer.body))
        )
    }
}

/// What a client reads; every field may be missing.
struct Answer: Decodable {
    struct Item: Decodable {
        let object: String
        let index: Int
        let embedding: Vector
    }

    struct Usage: Decodable, Equatable {
        let promptTokens: Int
        let totalTokens: Int

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case totalTokens = "total_tokens"
        }
    }

    struct Failure: Decodable {
        let message: String
        let type: String
        let param: String?
        let code: String
    }

    /// Numbers, or base64 of little-endian floats, as the openai client reads them.
    struct Vector: Decodable {
        let numbers: [Float]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            do {
                numbers = try container.decode([Float].self)
            } catch {
                let data = try #require(
                    Data(base64Encoded: try container.decode(String.self)))
                numbers = data.withUnsafeBytes { bytes in
                    stride(from: 0, to: bytes.count, by: 4).map {
                        bytes.loadUnaligned(fromByteOffset: $0, as: Float.self)
                    }
                }
            }
        }
    }

    let object: String?
    let data: [Item]?
    let model: String?
    let precision: String?
    let usage: Usage?
    let error: Failure?

    var vectors: [[Float]] { data?.map(\.embedding.numbers) ?? [] }
}
