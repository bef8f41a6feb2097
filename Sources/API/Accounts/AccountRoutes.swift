import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// The people who sign in, and the business as its profile shows it.
struct AccountRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        let api = APIRoute(context: context)
        return [
            api(AccountRoutes.list, needs: .read, listAccounts),
            api(AccountRoutes.add, needs: .manageAccounts, addAccount),
            api(AccountRoutes.me, needs: .read, readMe),
            api(AccountRoutes.workspaces, needs: .read, listWorkspaces),
        ] + ProfileRoutes(context: context).all
    }

    static let account = JSONSchema.object(
        named: "Account",
        [
            .init("id", .id), .init("name", .string), .init("email", .string),
            .init("role", .oneOf(Role.allCases.map(\.rawValue))),
        ])

    private static let list = RouteDescription(
        .get, "/api/v1/accounts/", operation: "listAccounts", summary: "Everybody who signs in",
        tag: "accounts", authentication: .staff, query: Paging.parameters,
        response: .init(.list("accounts", of: account)))

    private func listAccounts(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let all = try await context.desk.reading.read(staff.workspace) { try AccountStore.all($0) }
        let page = try Paging(request).page(of: all) { $0.account.description }
        return .json(
            ListResponse("accounts", page.items.map(AccountResponse.init), next: page.next))
    }

    private static let add = RouteDescription(
        .post, "/api/v1/accounts/", operation: "addAccount",
        summary: "Add somebody who signs in (owners)", tag: "accounts", authentication: .staff,
        request: .init(
            .object(
                named: "NewAccount",
                [
                    .init("name", .line(1...80)), .init("email", .text(format: "email")),
                    .init("password", .line(PasswordRules.length)),
                    .init("role", .oneOf(Role.allCases.map(\.rawValue))),
                ])),
        success: .created, response: .init(account),
        problems: ["account.not_allowed", "account.email_taken", "account.weak_password"])

    private struct NewAccount: Decodable {
        let name: String
        let email: String
        let password: String
        let role: Role
    }

    private func addAccount(
        _ request: HTTPRequest, _ visitor: Visitor, _ keyed: KeyedRequest
    ) async throws -> KeyedRequest.Answer {
        let staff = try visitor.requireStaff()
        let body = try await request.decodeJSON(NewAccount.self)
        return try await keyed.answer { (added: Staff, _: Reader) in
            .json(AccountResponse(added), .created)
        } after: { receipt in
            _ = try await context.desk.registration.add(
                .init(name: body.name, email: body.email, password: Secret(body.password)),
                role: body.role, by: staff, receipt: receipt)
        }
    }

    private static let me = RouteDescription(
        .get, "/api/v1/auth/me/", operation: "readMe", summary: "Who the token belongs to",
        tag: "auth", authentication: .staff, response: .init(account))

    private func readMe(_ request: HTTPRequest, _ visitor: Visitor) async throws -> HTTPResponse {
        .json(AccountResponse(try visitor.requireStaff()))
    }

    private static let workspaces = RouteDescription(
        .get, "/api/v1/core/workspaces/", operation: "listWorkspaces",
        summary: "The workspace of the one who asks", tag: "profile", authentication: .staff,
        response: .init(.list("workspaces", of: ProfileRoutes.profile)))

    private func listWorkspaces(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let staff = try visitor.requireStaff()
        let own = try await context.desk.reading.read(staff.workspace) {
            try WorkspaceStore.find($0)
        }
        return .json(ListResponse("workspaces", own.map { [ProfileResponse($0)] } ?? [], next: nil))
    }
}

/// An account as clients see it.
private struct AccountResponse: Encodable {
    let id: AccountID
    let name: String
    let email: String
    let role: Role

    init(_ staff: Staff) {
        id = staff.account
        name = staff.name
        email = staff.email
        role = staff.role
    }
}
