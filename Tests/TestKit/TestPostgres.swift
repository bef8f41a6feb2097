import Base
import Foundation
import Processes

/// The database server that all tests of a run share.
///
/// It starts with the first test that asks, takes a second or two, and ends with the process.
/// It knows nothing of migrations: it only gives connections.
package enum TestPostgres {
    private static let server = Once {
        try await ThrowAwayPostgres.start(installation: Clone.vendor("postgres"))
    }

    /// The running server.
    package static func shared() async throws -> ThrowAwayPostgres {
        try await server.value()
    }
}
