import Base
import Desk
import Domain
import HTTP
import Store

/// What can be booked.
struct ServiceRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(ServiceRoutes.list, listServices), api(ServiceRoutes.read, readService),
            api(ServiceRoutes.add, addService), api(ServiceRoutes.change, changeService),
            api(ServiceRoutes.retire, retireService),
        ]
    }

    private static let list = RouteDescription(
        .get, "/api/v1/services/", operation: "listServices", summary: "All services",
        tag: "services", authentication: .either,
        response: .init(.list("services", of: ServiceView.schema)))

    private struct List: Encodable {
        let services: [ServiceView]
    }

    private func listServices(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let catalogue = try await catalogue(visitor)
        return .json(List(services: catalogue.services.map { ServiceView($0, catalogue) }))
    }

    private static let read = RouteDescription(
        .get, "/api/v1/services/{id}/", operation: "readService", summary: "One service",
        tag: "services", authentication: .either, response: .init(ServiceView.schema),
        problems: ["booking.unknown_service"])

    private func readService(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let id: ServiceID = try request.id(orThrow: BookingRefusal.unknownService)
        return try await answer(id, visitor)
    }

    private static let add = RouteDescription(
        .post, "/api/v1/services/", operation: "addService", summary: "Add a service",
        tag: "services", authentication: .staff, request: .init(ServiceChange.schema),
        success: .created, response: .init(ServiceView.schema),
        problems: ["account.not_allowed", "account.invalid", "booking.unknown_staff"])

    private func addService(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let body = try await request.decodeJSON(ServiceChange.self)
        let service = body.service(id: context.desk.world.id())
        try await context.desk.catalogue.save(service, by: staff)
        return try await answer(service.id, visitor, .created)
    }

    private static let change = RouteDescription(
        .put, "/api/v1/services/{id}/", operation: "changeService", summary: "Replace a service",
        tag: "services", authentication: .staff, request: .init(ServiceChange.schema),
        response: .init(ServiceView.schema),
        problems: [
            "account.not_allowed", "account.invalid", "booking.unknown_service",
            "booking.unknown_staff",
        ])

    private func changeService(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        try staff.require(.manageCatalogue)
        let id: ServiceID = try request.id(orThrow: BookingRefusal.unknownService)
        let body = try await request.decodeJSON(ServiceChange.self)
        guard try await catalogue(visitor).service(id) != nil else {
            throw BookingRefusal.unknownService
        }
        try await context.desk.catalogue.save(body.service(id: id), by: staff)
        return try await answer(id, visitor)
    }

    private static let retire = RouteDescription(
        .delete, "/api/v1/services/{id}/", operation: "retireService",
        summary: "Take a service out of the catalogue; its appointments stay", tag: "services",
        authentication: .staff, success: .noContent,
        problems: ["account.not_allowed", "booking.unknown_service"])

    private func retireService(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let id: ServiceID = try request.id(orThrow: BookingRefusal.unknownService)
        try await context.desk.catalogue.retire(service: id, by: staff)
        return HTTPResponse(.noContent)
    }

    private func catalogue(_ visitor: Visitor) async throws -> Catalogue {
        try await context.desk.reading.read(try visitor.requireWorkspace()) {
            try CatalogueStore.find($0)
        }
    }

    private func answer(
        _ id: ServiceID, _ visitor: Visitor, _ status: HTTPStatus = .ok
    ) async throws -> HTTPResponse {
        let catalogue = try await catalogue(visitor)
        guard let service = catalogue.service(id) else { throw BookingRefusal.unknownService }
        return .json(ServiceView(service, catalogue), status)
    }
}
