import Base
import Domain
import Foundation
import HTTP
import Store

/// `cursor` and `limit` of a list.
struct Paging: Sendable {
    static let usualLimit = 50
    static let largestLimit = 200

    let cursor: PageCursor?
    let limit: Int

    static let parameters: [RouteDescription.QueryParameter] = [
        .init("cursor", .string, "Where the list goes on: next_cursor of the page before."),
        .init("limit", .integer, "Entries on a page: 1 to 200, 50 when it is left out."),
    ]

    init(_ request: HTTPRequest) throws {
        if let text = request.query["cursor"], !text.isEmpty {
            guard text.utf8.count <= PageCursor.sizeLimit, let cursor = PageCursor(text) else {
                throw WebRefusal.badCursor
            }
            self.cursor = cursor
        } else {
            cursor = nil
        }
        if let text = request.query["limit"] {
            guard let number = Int(text), (1...Paging.largestLimit).contains(number) else {
                throw WebRefusal.badParameter("limit", "must be 1 to \(Paging.largestLimit)")
            }
            limit = number
        } else {
            limit = Paging.usualLimit
        }
    }
}

extension HTTPRequest {
    /// The id in the path; what is no id is as unknown as one that nobody has.
    func id<Subject>(
        _ name: String = "id", orThrow refusal: any Refusal
    ) throws -> ID<Subject> {
        guard let text = parameters[name], let id = ID<Subject>(text) else { throw refusal }
        return id
    }

    /// An id in the query; nil when it is left out.
    func queryID<Subject>(_ name: String, orThrow refusal: any Refusal) throws -> ID<Subject>? {
        guard let text = query[name] else { return nil }
        guard let id = ID<Subject>(text) else { throw refusal }
        return id
    }
}
