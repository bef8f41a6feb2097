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
