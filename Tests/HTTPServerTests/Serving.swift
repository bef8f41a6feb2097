import Base
import HTTP
import HTTPServer

/// A server on a free port, for one test.
struct Serving {
    let configuration: ServerConfiguration
    let responder: Responder

    /// Runs the server around `body`, and stops it.
    func run(_ body: (Server) async throws -> Void) async throws {
        let server = try Server(configuration, responder: responder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await body(server)
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

func serving(
    _ adjust: (inout ServerConfiguration) -> Void = { _ in }, responder: @escaping Responder
) -> Serving {
    var configuration = ServerConfiguration()
    configuration.watchInterval = .milliseconds(20)
    adjust(&configuration)
    return Serving(configuration: configuration, responder: responder)
}
