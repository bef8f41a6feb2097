import Base
import Domain
import Glibc
import HTTP
import TestKit
import Testing

@testable import WebCore

/// What no client library would send, written to the socket byte by byte.
@Suite("Hostile requests to a live server")
struct HostileTests {
    /// Sends text and gives what comes back until the server closes.
    private func exchange(_ text: String, port: Int) -> String {
        let descriptor = connectedSocket(port: port)
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 600, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let bytes = Array(text.utf8)
        send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }

    static let smuggled = [
        "Content-Length: 2\r\nContent-Length: 40",
        "Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Content-Length: 2, 2", "Content-Length: -2",
    ]

    @Test("A body of two lengths is refused, closed, and never acted on", arguments: smuggled)
    func lengths(framing: String) async throws {
        try await SiteFixture.run(.socket) { site in
            let owner = try await site.fixture.openWorkspace()
            let token = try await site.token(of: owner)
            let port = try #require(site.url?.split(separator: ":").last.flatMap { Int($0) })
            let request =
                "PUT /api/v1/profile/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n"
                + "Content-Type: application/json\r\n\(framing)\r\n\r\n{}"
            let answer = exchange(request, port: port)
            #expect(answer.hasPrefix("HTTP/1.1 4") || answer.isEmpty, "\(answer)")
            #expect(!answer.contains("time_zone"))
        }
    }

    static let targets = ["/api/v1/a%00b", "/api/%zz", "/api/../health", "/%ff", "/health?a=%80"]

    @Test("Addresses that no honest client sends are refused as problems", arguments: targets)
    func addresses(target: String) async throws {
        try await SiteFixture.run(.socket) { site in
            let port = try #require(site.url?.split(separator: ":").last.flatMap { Int($0) })
            let answer = exchange(
                "GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", port: port)
            #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
            #expect(answer.contains("application/problem+json"))
        }
    }
}
