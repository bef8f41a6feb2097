import Base
import Desk
import Domain
import HTTP
import WebCore

/// Landing, sign-in, sign-out and registration.
func accountPages(_ context: PageSite) -> [Route<Visitor>] {
    let pages = AccountPages(context: context)
    return [
        .open(.get, "/", "landing") { request, visitor in
            if visitor.staff != nil { return .redirect(to: "/approvals") }
            return .html(AccountViews.landing(pages.frame(request)))
        },
        .open(.get, "/sign-in", "sign_in") { request, visitor in
            if visitor.staff != nil { return .redirect(to: "/approvals") }
            let next = request.query["next"].map(AccountPages.ownPath) ?? "/approvals"
            return try await pages.signInPage(request, AccountForm(next: next))
        },
        .open(.post, "/sign-in", "sign_in_post") { request, visitor in
            try await pages.signIn(request, visitor)
        },
        .page(.post, "/sign-out", "sign_out", .read, in: context) { visit in
            if let token = VisitorReader.cookie(of: visit.request) {
                try await context.desk.signIn.signOut(token)
            }
            return HTTPResponse.redirect(to: "/sign-in").with(context.core.removingStaffCookie())
        },
        .open(.get, "/register", "register") { request, _ in
            guard try await context.core.isRegistrationOpen() else {
                throw WebRefusal.registrationClosed
            }
            let form = AccountForm(
                values: ["zone": "Europe/London", "currency": "GBP", "country": "GB"], isFresh: true
            )
            return .html(AccountViews.register(pages.frame(request), form))
        },
        .open(.post, "/register", "register_post") { request, visitor in
            try await pages.register(request, visitor)
        },
    ]
}

struct AccountPages: Sendable {
    let context: PageSite

    func frame(_ request: HTTPRequest) -> PlainContext {
        PlainContext(assets: context.assets, theme: .of(request))
    }

    /// A path on this site and nothing else, so that a link cannot lead somewhere after sign-in.
    static func ownPath(_ text: String) -> String {
        let isPath = text.hasPrefix("/") && HTMLAttribute.safeAddress(text) == text
        return isPath ? text : "/approvals"
    }

    func signInPage(
        _ request: HTTPRequest, _ form: AccountForm, _ status: HTTPStatus = .ok
    ) async throws -> HTTPResponse {
        .html(
            AccountViews.signIn(
                frame(request), form, canRegister: try await context.core.isRegistrationOpen()),
            status)
    }

    func signIn(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let form = try await request.form()
        let next = form["next"].map(AccountPages.ownPath) ?? "/approvals"
        do {
            let tokens = try await context.desk.signIn.openPage(
                email: form["email"] ?? "", password: Secret(form["password"] ?? ""),
                from: VisitorReader.signInClient(request, visitor))
            return HTTPResponse.redirect(to: next)
                .with(context.core.staffCookie(tokens.access, lifetime: SignInDesk.pageLifetime))
                .with(context.core.markerCookie(tokens))
        } catch let refusal as AccountRefusal {
            let content = AccountForm(
                values: ["email": form["email"] ?? ""], problem: refusal.detail, next: next)
            var page = try await signInPage(request, content, HTTPStatus(refusal.kind))
            if case .tooManyAttempts(let seconds) = refusal {
                page.headers["Retry-After"] = String(seconds)
            }
            return page
        }
    }

    func register(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        guard try await context.core.isRegistrationOpen() else {
            throw WebRefusal.registrationClosed
        }
        try context.limits.check(.register, visitor)
        let form = try await request.form()
        let name = form["name"] ?? ""
        let given = form["slug"] ?? ""
        let business = RegistrationDesk.NewBusiness(
            name: name, slug: given.isEmpty ? RegistrationDesk.slug(from: name) : given,
            zone: form["zone"] ?? "", currency: form["currency"] ?? "",
            locale: LocaleEntry(region: form["country"]))
        let owner = RegistrationDesk.Person(
            name: form["owner"] ?? "", email: form["email"] ?? "",
            password: Secret(form["password"] ?? ""))
        do {
            _ = try await context.core.register(business, owner: owner)
            let tokens = try await context.desk.signIn.openPage(
                email: owner.email, password: owner.password,
                from: VisitorReader.signInClient(request, visitor))
            return HTTPResponse.redirect(to: "/services")
                .with(context.core.staffCookie(tokens.access, lifetime: SignInDesk.pageLifetime))
                .with(context.core.markerCookie(tokens))
        } catch let refusal as AccountRefusal {
            var values: [String: String] = [:]
            for pair in form.pairs where pair.name != "password" { values[pair.name] = pair.value }
            let content = AccountForm(
                values: values, problem: refusal.detail,
                fields: refusal.naming([
                    "business": "name", "name": "owner", "time_zone": "zone",
                ]).fields)
            return .html(
                AccountViews.register(frame(request), content), HTTPStatus(refusal.kind))
        }
    }
}
