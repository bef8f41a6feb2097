import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// The routes of one kind of thing in the catalogue: list, read, add, change, retire, restore.
///
/// Services and people differ in what they are and not in what is done with them.
struct CatalogueRoutes<Subject, Change: CatalogueChange, View: Encodable & Sendable>:
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
        /// What is sent for a new one, and for changing one.
        let new: JSONSchema
        let change: JSONSchema
        let problems: [String]
        let unknown: BookingRefusal
        let all: @Sendable (Catalogue) -> [Entry]
        let add:
            @Sendable (CatalogueDesk, Change, ID<Subject>, Staff, Receipt<Void>) async throws
                -> Void
        let edit:
            @Sendable (
                CatalogueDesk, Change, ID<Subject>, Set<Int>?, Staff, Receipt<Void>
            ) async throws -> Void
        let retire:
            @Sendable (CatalogueDesk, ID<Subject>, Set<Int>?, Staff, Receipt<Void>) async throws
                -> Void
        let restore:
            @Sendable (CatalogueDesk, ID<Subject>, Staff, Receipt<Void>) async throws -> Void
    }

    struct Entry {
        let id: ID<Subject>
        let version: Int
        let view: View
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
        return .json(ListResponse(kind.member, page.items.map(\.view), next: page.next))
    }

    private var readDescription: RouteDescription {
        RouteDescription(
            .get, kind.root + "{id}/", operation: "read" + kind.noun,
            summary: "Read \(kind.words)", tag: "services", authentication: .either,
            response: .init(kind.shape), problems: [kind.unknown.code])
    }

    private func read(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let id: ID<Subject> = try request.id(orThrow: kind.unknown)
        let kind = kind
        return try await context.desk.reading.read(try visitor.requireWorkspace()) {
            try kind.answer(id, $0)
        }
    }

    // MARK: Changing

    private var addDescription: RouteDescription {
        RouteDescription(
            .post, kind.root, operation: "add" + kind.noun, summary: "Add \(kind.words)",
            tag: "services", authentication: .staff, request: .init(kind.new),
            success: .created, response: .init(kind.shape),
            problems: ["account.not_allowed", "account.invalid"] + kind.problems)
    }

    private func add(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let body = try await request.decodeJSON(Change.self)
        let id: ID<Subject> = context.desk.world.id()
        return try await answer(keyed, id, .created) { receipt in
            try await kind.add(context.desk.catalogue, body, id, staff, receipt)
        }
    }

    private var changeDescription: RouteDescription {
        RouteDescription(
            .put, kind.root + "{id}/", operation: "change" + kind.noun,
            summary: "Change \(kind.words); what is left out stays, and null empties it",
            tag: "services", authentication: .staff, request: .init(kind.change),
            response: .init(kind.shape),
            problems: [
                "account.not_allowed", "account.invalid", "edit.changed_meanwhile",
                "request.precondition_failed", kind.unknown.code,
            ] + kind.problems.filter { $0 != kind.unknown.code },
            headers: [SeenVersion.parameter])
    }

    private func change(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        try staff.require(.manageCatalogue)
        let id: ID<Subject> = try request.id(orThrow: kind.unknown)
        let body = try await request.decodeJSON(Change.self)
        let seen = SeenVersion(request, body: body.version)
        return try await answer(keyed, id) { receipt in
            try await seen.refusing {
                try await kind.edit(
                    context.desk.catalogue, body, id, seen.versions, staff, receipt)
            }
        }
    }

    private var retireDescription: RouteDescription {
        RouteDescription(
            .delete, kind.root + "{id}/", operation: "retire" + kind.noun,
            summary: "Take \(kind.words) out of the catalogue; appointments stay",
            tag: "services", authentication: .staff, success: .noContent,
            problems: ["account.not_allowed", "request.precondition_failed", kind.unknown.code],
            headers: [SeenVersion.parameter])
    }

    private func retire(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ID<Subject> = try request.id(orThrow: kind.unknown)
        let seen = SeenVersion(request)
        return try await keyed.answer { (_: Void, _: Reader) in
            HTTPResponse(.noContent)
        } after: { receipt in
            try await seen.refusing {
                try await kind.retire(
                    context.desk.catalogue, id, seen.versions, staff, receipt)
            }
        }
    }

    private var restoreDescription: RouteDescription {
        RouteDescription(
            .post, kind.root + "{id}/restore/", operation: "restore" + kind.noun,
            summary: "Put \(kind.words) back into the catalogue", tag: "services",
            authentication: .staff, response: .init(kind.shape),
            problems: ["account.not_allowed", "account.invalid", kind.unknown.code])
    }

    private func restore(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let id: ID<Subject> = try request.id(orThrow: kind.unknown)
        return try await answer(keyed, id) { receipt in
            try await kind.restore(context.desk.catalogue, id, staff, receipt)
        }
    }

    private func catalogue(_ visitor: Visitor) async throws -> Catalogue {
        try await context.desk.reading.read(try visitor.requireWorkspace()) {
            try CatalogueStore.find($0)
        }
    }

    /// Answers a change with the thing as the change left it.
    private func answer(
        _ keyed: KeyedRequest, _ id: ID<Subject>, _ status: HTTPStatus = .ok,
        after work: (Receipt<Void>) async throws -> Void
    ) async throws -> KeyedRequest.Answer {
        let kind = kind
        return try await keyed.answer(
            { (_: Void, reader: Reader) in try kind.answer(id, reader, status) }, after: work)
    }
}

/// What is sent for a thing of the catalogue.
protocol CatalogueChange: Decodable, Sendable {
    /// The version that the client has read, if it says so.
    var version: Int? { get }
}

extension CatalogueRoutes.Kind {
    func answer(
        _ id: ID<Subject>, _ reader: Reader, _ status: HTTPStatus = .ok
    ) throws -> HTTPResponse {
        guard let found = all(try CatalogueStore.find(reader)).first(where: { $0.id == id }) else {
            throw unknown
        }
        return .json(found.view, status).tagged(found.version)
    }
}
