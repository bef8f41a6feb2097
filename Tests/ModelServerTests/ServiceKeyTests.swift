import Base
import Foundation
import HTTP
import ModelServer
import TestKit
import Testing

@Suite("The key of the embedding server")
struct ServiceKeyTests {
    static let service = Result {
        try EmbeddingService(
            modelFolder: ServiceFixture.folder, threads: 1, key: Secret("sk-right"))
    }

    private func status(_ path: String, _ key: String?) async throws -> HTTPResponse {
        let method: HTTPMethod = path.hasSuffix("embeddings") ? .post : .get
        let body = Array(#"{"model":"all-MiniLM-L6-v2","input":"a"}"#.utf8)
        let request = try ServiceFixture.request(
            method, path, method == .post ? body : [], key: key)
        return await (try Self.service.get()).responder(request)
    }

    @Test("Only who brings it is answered; whether the server is well may be asked by anybody")
    func asked() async throws {
        let paths = [
            "/v1/embeddings", "/v1/token-embeddings", "/v1/models", "/metrics", "/nothing",
        ]
        for path in paths {
            for key in [
                nil, "", "sk-right", "Bearer", "Bearer ", "Bearer sk-wrong", "Bearer sk-righ",
                "Bearer sk-right ", "Basic sk-right", "Bearer sk-right\0",
            ] {
                let response = try await status(path, key)
                #expect(response.status == .unauthorized, "\(path) with \(key ?? "none")")
                #expect(response.headers["WWW-Authenticate"] == "Bearer")
                let body = String(
                    decoding: try await response.collectBody(upTo: 1 << 20), as: UTF8.self)
                #expect(body.contains(#""code":"invalid_api_key""#))
                #expect(!body.contains("sk-right"))
            }
            let response = try await status(path, "bearer  sk-right")
            #expect(response.status != .unauthorized, "\(path)")
        }
        #expect(try await status("/v1/embeddings", "Bearer sk-right").status == .ok)
        #expect(try await status("/health", nil).status == .ok)
    }
}
