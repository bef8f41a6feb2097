import Base
import Postgres

/// A service for which nobody waits at a screen: the database may be silent under it for longer.
struct Patient: Service {
    let service: any Service

    var name: String { service.name }

    init(_ service: any Service) {
        self.service = service
    }

    func run() async throws {
        try await PostgresPool.patiently { try await service.run() }
    }
}
