import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// One request for a page by a signed-in member of staff.
struct PageVisit: Sendable {
    let context: PageSite
    let request: HTTPRequest
    let visitor: Visitor
    let staff: Staff

    var desk: FrontDesk { context.desk }

    /// Reads what a page needs and its frame from one state of the workspace.
    func load<Value: Sendable>(
        _ body: @escaping @Sendable (Reader, PageContext) throws -> Value
    ) async throws -> (frame: PageContext, value: Value) {
        let now = desk.world.now()
        let staff = staff
        let csrf = visitor.csrfToken ?? ""
        let theme = Theme.of(request)
        let assets = context.assets
        let channels = desk.channels
        return try await desk.reading.read(staff.workspace) { reader in
            guard let workspace = try WorkspaceStore.find(reader) else {
                throw AccountRefusal.notSignedIn
            }
            let frame = PageContext(
                assets: assets, csrf: csrf, theme: theme, workspace: workspace, staff: staff,
                waiting: try DraftStore.openCount(reader),
                needing: try ConversationStore.needCount(reader),
                parked: staff.role.allows(.manageOperations) ? try ParkedJobs.count(reader) : 0,
                channels: channels, now: now,
                unreadable: { [unreadable = reader.unreadable] in
                    unreadable.kinds(in: workspace.id)
                })
            return (frame, try body(reader, frame))
        }
    }

    /// The fields of a posted form.
    func form() async throws -> FormURLEncoded {
        try await request.form()
    }

    /// An id from the route's pattern; what is no id names nothing.
    func id<Subject>(_ name: String = "id") throws -> ID<Subject> {
        guard let id = request.parameters[name].flatMap({ ID<Subject>($0) }) else {
            throw WebRefusal.notFound
        }
        return id
    }

    var notice: Notice? { request.query["notice"].flatMap(Notice.init) }
}

extension HTTPRequest {
    /// Bytes that a form of ours may have.
    static let formLimit = 256 << 10

    func form() async throws -> FormURLEncoded {
        try FormURLEncoded(parsing: try await body.collect(upTo: HTTPRequest.formLimit))
    }

    /// Whether htmx asks, which swaps a part and does not follow the browser's way.
    var isPartial: Bool { headers.contains("HX-Request") }
}

extension Theme {
    static func of(_ request: HTTPRequest) -> Theme {
        request.cookie(cookie).flatMap(Theme.init) ?? .auto
    }
}

extension Route<Visitor> {
    typealias PageHandler = @Sendable (PageVisit) async throws -> HTTPResponse

    /// A page of the staff app, for those who are allowed what it needs.
    static func page(
        _ method: HTTPMethod = .get, _ pattern: String, _ operation: String, _ needs: Permission,
        in context: PageSite, _ handler: @escaping PageHandler
    ) -> Route {
        let description = RouteDescription(
            method, pattern, operation: "page_" + operation, authentication: .session,
            permission: needs.rawValue, isListed: false)
        return Route(description) { request, visitor in
            let visit = PageVisit(
                context: context, request: request, visitor: visitor,
                staff: try visitor.requireStaff())
            return try await handler(visit)
        }
    }

    /// A page for everybody.
    static func open(
        _ method: HTTPMethod = .get, _ pattern: String, _ operation: String,
        _ handler: @escaping @Sendable (HTTPRequest, Visitor) async throws -> HTTPResponse
    ) -> Route {
        Route(
            RouteDescription(
                method, pattern, operation: "page_" + operation, authentication: .none,
                isListed: false), handler)
    }
}
