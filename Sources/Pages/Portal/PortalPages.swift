import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// The customer's side: a number, a code, and a conversation.
func portalPages(_ context: PageSite) -> [Route<Visitor>] {
    let pages = PortalPages(context: context)
    return [
        .open(.get, "/portal", "portal_choose") { request, _ in
            let slug = (request.query["slug"] ?? "").lowercased().filter { !$0.isWhitespace }
            guard !slug.isEmpty else { return .redirect(to: "/") }
            return .redirect(to: "/portal/\(PercentEncoding.encode(slug))")
        },
        .open(.get, "/portal/{slug}", "portal") { request, visitor in
            try await pages.show(request, visitor)
        },
        .open(.post, "/portal/{slug}/code", "portal_code") { request, visitor in
            try await pages.sendCode(request, visitor)
        },
        .open(.post, "/portal/{slug}/enter", "portal_enter") { request, visitor in
            try await pages.enter(request, visitor)
        },
        pages.customers(.post, "messages") { try await pages.receive($0, $1) },
        pages.customers(.post, "leave") { request, visitor in
            try await context.desk.portal.signOut(try visitor.requireCustomer())
            let slug = request.parameters["slug"] ?? ""
            return HTTPResponse.redirect(to: "/portal/\(PercentEncoding.encode(slug))")
                .with(context.core.removingPortalCookie(slug: slug))
        },
        pages.customers(.get, "events") { request, visitor in
            try context.events.response(
                for: visitor, lastEventID: request.headers["Last-Event-ID"])
        },
    ]
}

struct PortalPages: Sendable {
    /// Messages that the page shows.
    static let messageLimit = 200

    let context: PageSite

    /// A route below the portal's address for an identified customer.
    func customers(
        _ method: HTTPMethod, _ part: String, _ handler: @escaping Route<Visitor>.Handler
    ) -> Route<Visitor> {
        Route(
            RouteDescription(
                method, "/portal/{slug}/\(part)", operation: "page_portal_\(part)",
                authentication: .customer, isListed: false), handler)
    }

    private func workspace(_ request: HTTPRequest) async throws -> Workspace {
        try await context.desk.portal.workspace(ofSlug: request.parameters["slug"] ?? "")
    }

    private func frame(
        _ request: HTTPRequest, _ workspace: Workspace, csrf: String? = nil
    ) -> PortalContext {
        PortalContext(
            assets: context.assets, theme: .of(request), csrf: csrf, workspace: workspace,
            now: context.desk.world.now())
    }

    func show(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let workspace = try await workspace(request)
        guard let customer = visitor.customer, customer.workspace == workspace.id else {
            return .html(PortalViews.identify(frame(request, workspace), AccountForm()))
        }
        let key = context.desk.world.id(MessageSubject.self).description
        let chat = try await context.desk.reading.read(workspace.id) { reader in
            var chat = PortalChat(customer: customer, key: key)
            chat.conversation = try ConversationStore.current(
                of: customer.address, on: customer.channel, reader)
            if let id = chat.conversation?.id {
                chat.messages = try ConversationStore.latest(
                    PortalPages.messageLimit, in: id, reader)
            }
            return chat
        }
        return .html(
            PortalViews.chat(frame(request, workspace, csrf: visitor.csrfToken), chat))
    }

    func sendCode(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        try context.limits.check(.code, visitor)
        let workspace = try await workspace(request)
        let form = try await request.form()
        let phone = form["phone"] ?? ""
        do {
            let asked = try await context.desk.portal.createSession(
                slug: workspace.slug, phone: phone, name: form["name"],
                from: visitor.origin.networkOfCodes)
            return .html(
                PortalViews.code(
                    frame(request, workspace), session: asked.session, phone: phone,
                    isTexted: asked.isTexted, AccountForm()))
        } catch let refusal as PortalRefusal {
            let content = AccountForm(
                values: ["phone": phone, "name": form["name"] ?? ""], problem: refusal.detail,
                fields: refusal.fields)
            return .html(
                PortalViews.identify(frame(request, workspace), content),
                HTTPStatus(refusal.kind))
        }
    }

    func enter(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        try context.limits.check(.code, visitor)
        let workspace = try await workspace(request)
        let form = try await request.form()
        guard let session = form["session"].flatMap({ PortalSessionID($0) }) else {
            return .redirect(to: "/portal/" + workspace.slug)
        }
        do {
            let token = try await context.desk.portal.validate(session, code: form["code"] ?? "")
            return HTTPResponse.redirect(to: "/portal/" + workspace.slug)
                .with(
                    context.core.portalCookie(
                        token, slug: workspace.slug, lifetime: CustomerSignIn.tokenLifetime))
        } catch let refusal as PortalRefusal {
            let content = AccountForm(problem: refusal.detail, fields: refusal.fields)
            return .html(
                PortalViews.code(
                    frame(request, workspace), session: session, phone: form["phone"] ?? "",
                    isTexted: true, content), HTTPStatus(refusal.kind))
        }
    }

    func receive(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let customer = try visitor.requireCustomer()
        try context.limits.check(.message, visitor)
        let form = try await request.form()
        let key = form["key"].flatMap { $0.isEmpty || $0.utf8.count > 200 ? nil : $0 }
        _ = try await context.desk.inbox.receive(
            (form["content"] ?? "").replacing("\r\n", with: "\n"), from: customer,
            key: key.map { "page-" + $0 })
        let slug = request.parameters["slug"] ?? ""
        return .redirect(to: "/portal/\(PercentEncoding.encode(slug))")
    }
}
