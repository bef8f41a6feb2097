import Base
import Desk
import Domain
import HTTP
import Store

/// The routes of one kind of thing in the catalogue: list, read, add, replace, retire, restore.
///
/// Services and people differ in what they are and not in what is done with them.
struct CatalogueRoutes<Subject, Change: Decodable & Sendable, View: Encodable & Sendable>:
    Sendable
{
    /// What the kind is called, and how it is shown and stored.
    struct Kind: Sendable {
        /// "/api/v1/services/".
        let root: String
        /// The member of a list, "services".
        let member: String
        /// In the names of operations: "Service", and "Services" for the list.
        let noun: String
        let nouns: String
        /// In summaries: "a service".
        let words: String
        let shape: JSONSchema
        let change: JSONSchema
        let problems: [String]
        let unknown: BookingRefusal
        let all: @Sendable (Catalogue) -> [(id: ID<Subject>, view: View)]
        let save: @Sendable (CatalogueDesk, Change, ID<Subject>, Staff) async throws -> Void
        let retire: @Sendable (CatalogueDesk, ID<Subject>, Staff) async throws -> Void
        let restore: @Sendable (CatalogueDesk, ID<Subject>, Staff) async throws -> Void
    }

    let context: SiteContext
    let kind: Kind

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(listDescription, needs: .read, list), api(readDescription, needs: .read, read),
            api(addDescription, needs: .manageCatalogue, add),
            api(changeDescription, needs: .manageCatalogue, change),
            api(retireDescription, needs: .manageCatalogue, retire),
            api(restoreDescription, needs: .manageCatalogue, restore),
        ]
    }

    // MARK: Reading

    private var listDescription: RouteDescription {
        RouteDescription(
            .get, kind.root, operation: "list" + kind.nouns,
            summary: "All of the catalogue, in its order", tag: "services",
            authentication: .either, query: Paging.parameters(usual: Paging.largestLimit),
            response: .init(.list(kind.member, of: kind.shape)))
    }

    private func list(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let paging = try Paging(request, usual: Paging.largestLimit)
        let page = paging.page(of: kind.all(try await catalogue(visitor))) { $0.id.description }
        return .json(ListView(kind.member, page.items.map(\.view), next: page.next))
    }

    private var readDescription: RouteDescription {
        RouteDescription(
            .get, kind.root + "{id}/", operation: "read" + kind.noun,
            summary: "Read \(kind.words)", tag: "services", authentication: .either,
            response: .init(kind.shape), problems: [kind.unknown.code])
    }

    private func read(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        try await answer(try request.id(orThrow: kind.unknown), visitor)
    }

    // MARK: Changing

    private var addDescription: RouteDescription {
        RouteDescription(
            .post, kind.root, operation: "add" + kind.noun, summary: "Add \(kind.words)",
            tag: "services", authentication: .staff, request: .init(kind.change),
            success: .created, response: .init(kind.shape),
            problems: ["account.not_allowed", "account.invalid"] + kind.problems)
    }

    private func add(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let body = try await request.decodeJSON(Change.self)
        let id: ID<Subject> = context.desk.world.id()
        try await kind.save(context.desk.catalogue, body, id, staff)
        return try await answer(id, visitor, .created)
    }

    private var changeDescription: RouteDescription {
        RouteDescription(
            .put, kind.root + "{id}/", operation: "change" + kind.noun,
            summary: "Replace \(kind.words)", tag: "services", authentication: .staff,
            request: .init(kind.change), response: .init(kind.shape),
            problems: ["account.not_allowed", "account.invalid", kind.unknown.code]
                + kind.problems.filter { $0 != kind.unknown.code })
    }

    private func change(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        try staff.require(.manageCatalogue)
        let id: ID<Subject> = try request.id(orThrow: kind.unknown)
        let body = try await request.decodeJSON(Change.self)
        guard kind.all(try await catalogue(visitor)).contains(where: { $0.id == id }) else {
            throw kind.unknown
        }
        try await kind.save(context.desk.catalogue, body, id, staff)
        return try await answer(id, visitor)
    }

    private var retireDescription: RouteDescription {
        RouteDescription(
            .delete, kind.root + "{id}/", operation: "retire" + kind.noun,
            summary: "Take \(kind.words) out of the catalogue; appointments stay",
            tag: "services", authentication: .staff, success: .noContent,
            problems: ["account.not_allowed", kind.unknown.code])
    }

    private func retire(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        try await kind.retire(
            context.desk.catalogue, try request.id(orThrow: kind.unknown), staff)
        return HTTPResponse(.noContent)
    }

    private var restoreDescription: RouteDescription {
        RouteDescription(
            .post, kind.root + "{id}/restore/", operation: "restore" + kind.noun,
            summary: "Put \(kind.words) back into the catalogue", tag: "services",
            authentication: .staff, response: .init(kind.shape),
            problems: ["account.not_allowed", "account.invalid", kind.unknown.code])
    }

    private func restore(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let id: ID<Subject> = try request.id(orThrow: kind.unknown)
        try await kind.restore(context.desk.catalogue, id, staff)
        return try await answer(id, visitor)
    }

    private func catalogue(_ visitor: Visitor) async throws -> Catalogue {
        try await context.desk.reading.read(try visitor.requireWorkspace()) {
            try CatalogueStore.find($0)
        }
    }

    private func answer(
        _ id: ID<Subject>, _ visitor: Visitor, _ status: HTTPStatus = .ok
    ) async throws -> HTTPResponse {
        let catalogue = try await catalogue(visitor)
        guard let found = kind.all(catalogue).first(where: { $0.id == id }) else {
            throw kind.unknown
        }
        return .json(found.view, status)
    }
}
