import Base
import Desk
import Domain
import HTTP

/// What can be booked.
func serviceRoutes(_ context: SiteContext) -> [Route<Visitor>] {
    CatalogueRoutes<ServiceSubject, ServiceChange, ServiceView>(
        context: context,
        kind: .init(
            root: "/api/v1/services/", member: "services", noun: "Service", nouns: "Services",
            words: "a service", shape: ServiceView.schema, change: ServiceChange.schema,
            problems: ["booking.unknown_staff"], unknown: .unknownService,
            all: { catalogue in
                catalogue.services.map { (id: $0.id, view: ServiceView($0, catalogue)) }
            },
            save: { desk, change, id, staff in
                try await desk.save(change.service(id: id), by: staff)
            },
            retire: { desk, id, staff in try await desk.retire(service: id, by: staff) },
            restore: { desk, id, staff in try await desk.restore(service: id, by: staff) })
    ).all
}
