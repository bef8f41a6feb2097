import Base
import Domain
import Foundation
import HTTP
import Store
import WebCore

/// `cursor` and `limit` of a list; where the route offers it, `page` and `page_size` instead.
///
/// A cursor neither repeats nor misses an entry when the list changes meanwhile. A page number suits
/// a table with numbers to click, and its answer says how many entries there are in all.
struct Paging: Sendable {
    static let usualLimit = 50
    static let largestLimit = 200
    static let largestPage = 10_000

    let cursor: PageCursor?
    let limit: Int
    /// The page that was asked for by its number; nil when the list goes on from a cursor.
    let page: Int?

    /// Entries that stand before the page.
    var offset: Int { page.map { ($0 - 1) * limit } ?? 0 }

    static let parameters = parameters(usual: usualLimit)

    static func parameters(usual: Int) -> [RouteDescription.Parameter] {
        [
            .init("cursor", .string, "Where the list goes on: next_cursor of the page before."),
            .init(
                "limit", .whole(1...largestLimit),
                "Entries on a page: 1 to 200, \(usual) when it is left out."),
        ]
    }

    /// For a list that can also be asked for by the number of a page.
    static let numberedParameters =
        parameters + [
            .init(
                "page", .whole(1...largestPage),
                "A page by its number, from 1 on, instead of cursor; the answer then has total."),
            .init(
                "page_size", .whole(1...largestLimit),
                "Entries on a numbered page, instead of limit: 1 to 200, \(usualLimit) when it is"
                    + " left out."),
        ]

    init(_ request: HTTPRequest, usual: Int = Paging.usualLimit) throws {
        let isNumbered = request.query["page"] != nil || request.query["page_size"] != nil
        if isNumbered {
            for name in ["cursor", "limit"] where request.query[name] != nil {
                throw WebRefusal.badParameter(name, "cannot stand beside page or page_size")
            }
            page = try Paging.number("page", in: 1...Paging.largestPage, request) ?? 1
        } else {
            page = nil
        }
        if let text = request.query["cursor"], !text.isEmpty {
            guard text.utf8.count <= PageCursor.sizeLimit, let cursor = PageCursor(text) else {
                throw WebRefusal.badCursor
            }
            self.cursor = cursor
        } else {
            cursor = nil
        }
        let size = isNumbered ? "page_size" : "limit"
        limit = try Paging.number(size, in: 1...Paging.largestLimit, request) ?? usual
    }

    /// How many entries a page shall have, for lists whose cursor is another.
    static func limit(of request: HTTPRequest, usual: Int = Paging.usualLimit) throws -> Int {
        try number("limit", in: 1...largestLimit, request) ?? usual
    }

    private static func number(
        _ name: String, in range: ClosedRange<Int>, _ request: HTTPRequest
    ) throws -> Int? {
        guard let text = request.query[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw WebRefusal.badParameter(
                name, "must be \(range.lowerBound) to \(range.upperBound)")
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
    private let paging: Paging?
    private let total: Int?

    /// - Parameter total: of all entries, when `paging` names a page by its number.
    init(
        _ member: String, _ elements: [Element], next: String?, paging: Paging? = nil,
        total: Int? = nil
    ) {
        self.member = member
        self.elements = elements
        self.next = next
        self.paging = paging
        self.total = total
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        try container.encode(elements, forKey: Name(stringValue: member))
        try container.encode(next, forKey: Name(stringValue: "nextCursor"))
        guard let paging, let page = paging.page else { return }
        try container.encode(page, forKey: Name(stringValue: "page"))
        try container.encode(paging.limit, forKey: Name(stringValue: "pageSize"))
        try container.encodeIfPresent(total, forKey: Name(stringValue: "total"))
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
