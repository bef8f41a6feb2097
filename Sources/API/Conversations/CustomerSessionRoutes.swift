import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// Customers prove who they are: a code to their phone, then a token.
struct CustomerSessionRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(CustomerSessionRoutes.create, limit: .code, repeats: .own, createSession),
            api(CustomerSessionRoutes.validate, limit: .code, repeats: .never, validateSession),
        ]
    }

    private static let create = RouteDescription(
        .post, "/api/v1/core/session/create/", operation: "createSession",
        summary: "Send a one-time code to a phone; repeated with its key, one code is sent",
        tag: "session",
        request: .init(
            .object(
                named: "NewSession",
                [
                    .init("workspace", .string, "The slug of the portal."),
                    .init("phone", .string, "E.164, such as +442079460000."),
                    .optional("name", .string),
                ])),
        response: .init(
            .object(
                named: "Session",
                [
                    .init("session", .id),
                    .init(
                        "sent", .boolean,
                        "Whether a text was sent now; if not, the last one is still good."),
                ])),
        problems: [
            "conversation.unknown_workspace", "conversation.invalid_phone",
            "conversation.too_many_codes",
        ])

    private struct NewSession: Decodable, Sendable {
        let workspace: String
        let phone: String
        let name: String?
    }

    private struct Session: Encodable {
        let session: PortalSessionID
        let sent: Bool
    }

    private func createSession(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let bytes = try await request.body.collect(upTo: RouteDescription.defaultBodyBytes)
        var request = request
        request.body = HTTPBody(bytes)
        let body = try await request.decodeJSON(NewSession.self)
        let desk = context.desk
        let network = visitor.origin.networkOfCodes
        var claim: IdempotencyDesk.Claim?
        if let key = try IdempotencyKey.of(request) {
            let workspace = try await desk.portal.workspace(ofSlug: body.workspace)
            guard let phone = PhoneNumber(typed: body.phone, in: workspace.locale.region) else {
                throw PortalRefusal.invalidPhone
            }
            // The code's life bounds what is remembered.
            claim = desk.answers.claim(
                workspace.id, actor: desk.answers.stranger(phone.e164), key: key,
                request: IdempotentResponses.mark(of: request, bytes),
                lifetime: ConversationLimits.codeLifetime)
        }
        return try await IdempotentResponses(context: context).answer(claim) { keyed in
            try await keyed.answer { (asked: CustomerSignIn.CodeRequest, _: Reader) in
                .json(Session(session: asked.session, sent: asked.isTexted))
            } after: { receipt in
                _ = try await desk.portal.createSession(
                    slug: body.workspace, phone: body.phone, name: body.name, from: network,
                    receipt: receipt)
            }
        }
    }

    private static let validate = RouteDescription(
        .post, "/api/v1/core/session/validate/", operation: "validateSession",
        summary: "Exchange the code for a token", tag: "session",
        request: .init(
            .object(named: "Code", [.init("session", .string), .init("code", .string)])),
        response: .init(.object(named: "Token", [.init("token", .string)])),
        problems: [
            "conversation.unknown_session", "conversation.wrong_code", "conversation.code_used",
            "conversation.code_expired", "conversation.code_ended",
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
            throw PortalRefusal.unknownSession
        }
        let token = try await context.desk.portal.validate(session, code: body.code)
        return .json(Token(token: token.revealed()))
    }
}
