import Base
import Desk
import Domain
import HTTP

/// Customers prove who they are: a code to their phone, then a token.
struct CustomerSessionRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(CustomerSessionRoutes.create, limit: .code, repeats: .own, createSession),
            api(CustomerSessionRoutes.validate, limit: .code, repeats: .own, validateSession),
        ]
    }

    private static let create = RouteDescription(
        .post, "/api/v1/core/session/create/", operation: "createSession",
        summary: "Send a one-time code to a customer's phone", tag: "session",
        request: .init(
            .object(
                named: "NewSession",
                [
                    .init("workspace", .string, "The slug of the portal."),
                    .init("phone", .string, "E.164, such as +442079460000."),
                    .optional("name", .string),
                ])),
        response: .init(.object(named: "Session", [.init("session", .id)])),
        problems: [
            "conversation.unknown_workspace", "conversation.invalid_phone",
            "conversation.too_many_codes",
        ])

    private struct NewSession: Decodable {
        let workspace: String
        let phone: String
        let name: String?
    }

    private struct Session: Encodable {
        let session: PortalSessionID
    }

    private func createSession(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let body = try await request.decodeJSON(NewSession.self)
        let id = try await context.desk.portal.createSession(
            slug: body.workspace, phone: body.phone, name: body.name)
        return .json(Session(session: id))
    }

    private static let validate = RouteDescription(
        .post, "/api/v1/core/session/validate/", operation: "validateSession",
        summary: "Exchange the code for a token", tag: "session",
        request: .init(
            .object(named: "Code", [.init("session", .string), .init("code", .string)])),
        response: .init(.object(named: "Token", [.init("token", .string)])),
        problems: [
            "conversation.unknown_session", "conversation.wrong_code", "conversation.code_used",
            "conversation.code_expired",
        ])

    private struct Code: Decodable {
        let session: String
        let code: String
    }

    private struct Token: Encodable {
        let token: String
    }

    private func validateSession(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let body = try await request.decodeJSON(Code.self)
        guard let session = PortalSessionID(body.session) else {
            throw ConversationRefusal.unknownSession
        }
        let token = try await context.desk.portal.validate(session, code: body.code)
        return .json(Token(token: token.revealed()))
    }
}
