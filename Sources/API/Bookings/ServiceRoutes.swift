import Base
import Desk
import Domain
import HTTP
import WebCore

/// What can be booked.
func serviceRoutes(_ context: SiteContext) -> [Route<Visitor>] {
    CatalogueRoutes<ServiceSubject, ServiceChange, ServiceResponse>(
        context: context,
        kind: .init(
            root: "/api/v1/services/", member: "services", noun: "Service", nouns: "Services",
            words: "a service", shape: ServiceResponse.schema, new: ServiceChange.new,
            change: ServiceChange.schema,
            problems: ["booking.unknown_staff"], unknown: .unknownService,
            all: { catalogue in
                catalogue.services.map {
                    .init(id: $0.id, version: $0.version, view: ServiceResponse($0, catalogue))
                }
            },
            add: { desk, change, id, staff, receipt in
                try await desk.save(try change.service(id: id), by: staff, receipt: receipt)
            },
            edit: { desk, change, id, versions, staff, receipt in
                try await desk.change(
                    service: id, from: versions, by: staff, receipt: receipt, change.apply)
            },
            retire: { desk, id, versions, staff, receipt in
                try await desk.retire(service: id, from: versions, by: staff, receipt: receipt)
            },
            restore: { desk, id, staff, receipt in
                try await desk.restore(service: id, by: staff, receipt: receipt)
            })
    ).all
}
