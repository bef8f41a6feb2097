import HTTP
import HTTPServer

/// Runs a server on a free port around `body`, and stops it.
func withServer(_ responder: @escaping Responder, _ body: (Server) async throws -> Void)
    async throws
{
    var configuration = ServerConfiguration()
    configuration.watchInterval = .milliseconds(20)
    configuration.maximumBodyBytes = { _, _ in 300 << 20 }
    let server = try Server(configuration, responder: responder)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        try await body(server)
        group.cancelAll()
        try await group.waitForAll()
    }
}

/// Waits until `condition` holds; false when it does not within ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<1_000 {
        if condition() { return true }
        // A cancelled sleep only makes the next look come sooner.
        try? await Task.sleep(for: .milliseconds(10))
    }
    return condition()
}
