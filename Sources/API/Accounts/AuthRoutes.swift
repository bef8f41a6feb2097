import Base
import Desk
import Domain
import HTTP
import WebCore

/// Staff sign in to the API with bearer tokens.
struct AuthRoutes: Sendable {
    let context: SiteContext

    static let tokens = JSONSchema.object(
        named: "Tokens",
        [
            .init("access_token", .string), .init("refresh_token", .string),
            .init("expires_in", .integer, "Seconds that the access token lasts."),
            .init("token_type", .string),
        ])

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(AuthRoutes.login, repeats: .never, login),
            api(AuthRoutes.refresh, repeats: .never, refresh),
            api(AuthRoutes.logout, needs: .read, repeats: .never, logout),
            api(AuthRoutes.register, limit: .register, repeats: .never, register),
        ]
    }

    private static let login = RouteDescription(
        .post, "/api/v1/auth/login/", operation: "login", summary: "Sign in", tag: "auth",
        request: .init(
            .object(named: "Login", [.init("email", .string), .init("password", .string)])),
        response: .init(tokens),
        problems: ["account.wrong_credentials", "account.too_many_attempts"])

    private struct Login: Decodable {
        let email: String
        let password: String
    }

    private func login(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let body = try await request.decodeJSON(Login.self)
        let tokens = try await context.desk.signIn.openAPI(
            email: body.email, password: Secret(body.password),
            from: VisitorReader.signInClient(request, visitor))
        return HTTPResponse.json(TokensResponse(tokens)).with(context.markerCookie(tokens))
    }

    private static let refresh = RouteDescription(
        .post, "/api/v1/auth/refresh-token/", operation: "refreshToken",
        summary: "Exchange a refresh token for a new pair; the old pair ends", tag: "auth",
        request: .init(.object(named: "Refresh", [.init("refresh_token", .string)])),
        response: .init(tokens), problems: ["account.token_expired"])

    private struct Refresh: Decodable {
        let refreshToken: String
    }

    private func refresh(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        let body = try await request.decodeJSON(Refresh.self)
        do {
            return .json(TokensResponse(try await context.desk.signIn.refresh(body.refreshToken)))
        } catch AccountRefusal.tokenExpired {
            // Wrong tokens are counted and right ones are not: nobody is kept from renewing theirs
            // by what others try from the same address.
            try context.limits.check(.refresh, visitor)
            throw AccountRefusal.tokenExpired
        }
    }

    private static let logout = RouteDescription(
        .post, "/api/v1/auth/logout/", operation: "logout",
        summary: "End the sign-in of the bearer token, of staff or of a customer", tag: "auth",
        authentication: .either, success: .noContent)

    private func logout(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        if let customer = visitor.customer {
            try await context.desk.portal.signOut(customer)
        } else if let token = request.bearerToken ?? VisitorReader.cookie(of: request) {
            try await context.desk.signIn.signOut(token)
        }
        let response = HTTPResponse(.noContent)
        return request.bearerToken == nil ? response.with(context.removingStaffCookie()) : response
    }

    private static let register = RouteDescription(
        .post, "/api/v1/auth/register/", operation: "register",
        summary: "Open a workspace with its first owner, where registration is open", tag: "auth",
        request: .init(
            .object(
                named: "Register",
                [
                    .init("business", .string), .init("name", .string), .init("email", .string),
                    .init("password", .line(PasswordRules.length)), .optional("slug", .string),
                    .optional("time_zone", .string),
                    .optional("currency", .string), .optional("locale", .string),
                    .optional("date_order", .string), .optional("clock", .string),
                ])),
        success: .created, response: .init(tokens),
        problems: [
            "account.email_taken", "account.slug_taken", "account.weak_password",
            "account.registration_closed",
        ])

    private struct Register: Decodable {
        let business: String
        let name: String
        let email: String
        let password: String
        let slug: String?
        let timeZone: String?
        let currency: String?
        let locale: String?
        let dateOrder: String?
        let clock: String?
    }

    private func register(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        guard try await context.isRegistrationOpen() else { throw WebRefusal.registrationClosed }
        let body = try await request.decodeJSON(Register.self)
        let slug = body.slug ?? RegistrationDesk.slug(from: body.business)
        _ = try await context.register(
            .init(
                name: body.business, slug: slug, zone: body.timeZone ?? "UTC",
                currency: body.currency ?? "USD",
                locale: LocaleEntry(
                    tag: body.locale, dateOrder: body.dateOrder, clock: body.clock)),
            owner: .init(name: body.name, email: body.email, password: Secret(body.password)))
        let tokens = try await context.desk.signIn.openAPI(
            email: body.email, password: Secret(body.password),
            from: VisitorReader.signInClient(request, visitor))
        return HTTPResponse.json(TokensResponse(tokens), .created).with(
            context.markerCookie(tokens))
    }
}

/// What a client keeps.
private struct TokensResponse: Encodable {
    let accessToken: String
    let refreshToken: String?
    let expiresIn: Int
    let tokenType = "Bearer"

    init(_ tokens: SignInDesk.Tokens) {
        accessToken = tokens.access.revealed()
        refreshToken = tokens.refresh?.revealed()
        expiresIn = tokens.expiresInSeconds
    }
}
