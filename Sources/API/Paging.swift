import Base
import Domain
import Foundation
import HTTP
import Store
import WebCore

/// `cursor` and `limit` of a list.
struct Paging: Sendable {
    static let usualLimit = 50
    static let largestLimit = 200

    let cursor: PageCursor?
    let limit: Int

    static let parameters = parameters(usual: usualLimit)

    static func parameters(usual: Int) -> [RouteDescription.Parameter] {
        [
            .init("cursor", .string, "Where the list goes on: next_cursor of the page before."),
            .init(
                "limit", .whole(1...largestLimit),
                "Entries on a page: 1 to 200, \(usual) when it is left out."),
        ]
    }

    init(_ request: HTTPRequest, usual: Int = Paging.usualLimit) throws {
        if let text = request.query["cursor"], !text.isEmpty {
            guard text.utf8.count <= PageCursor.sizeLimit, let cursor = PageCursor(text) else {
                throw WebRefusal.badCursor
            }
            self.cursor = cursor
        } else {
            cursor = nil
        }
        limit = try Paging.limit(of: request, usual: usual)
    }

    /// How many entries a page shall have, for lists whose cursor is another.
    static func limit(of request: HTTPRequest, usual: Int = Paging.usualLimit) throws -> Int {
        guard let text = request.query["limit"] else { return usual }
        guard let number = Int(text), (1...Paging.largestLimit).contains(number) else {
            throw WebRefusal.badParameter("limit", "must be 1 to \(Paging.largestLimit)")
        }
        return number
    }

    /// One page of a list that is read whole and grows at its end.
    ///
    /// The cursor holds the last entry's id and place: when that entry has gone meanwhile, the list
    /// goes on from its place.
    func page<Item>(of all: [Item], id: (Item) -> String) -> Page<Item> {
        var start = 0
        if let cursor {
            let place = all.firstIndex { id($0) == cursor.id }.map { $0 + 1 }
            start = place ?? min(max(0, Int(cursor.at.microseconds)), all.count)
        }
        let items = Array(all[start...].prefix(limit))
        let end = start + items.count
        guard end < all.count, let last = items.last else { return Page(items: items, next: nil) }
        // Without the entry itself, what followed it has moved up into its place.
        let cursor = PageCursor(at: Instant(microseconds: Int64(end - 1)), id: id(last))
        return Page(items: items, next: cursor.text)
    }
}

/// A list under the name of what it holds, and where it goes on.
struct ListResponse<Element: Encodable>: Encodable {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }

    private let member: String
    private let elements: [Element]
    private let next: String?

    init(_ member: String, _ elements: [Element], next: String?) {
        self.member = member
        self.elements = elements
        self.next = next
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        try container.encode(elements, forKey: Name(stringValue: member))
        try container.encode(next, forKey: Name(stringValue: "nextCursor"))
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
