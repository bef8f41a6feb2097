import Base
import Foundation
import HTTP
import TestKit
import Testing

@testable import WebCore

/// A form of a page as a browser would send it.
struct PageForm: Sendable {
    let action: String
    var fields: [(name: String, value: String)]

    subscript(_ name: String) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            fields.removeAll { $0.name == name }
            if let newValue { fields.append((name, newValue)) }
        }
    }

    /// The form of this action on a page; nil when there is none.
    init?(_ html: String, action: String) {
        guard let start = html.range(of: "action=\"\(action)\"") else { return nil }
        let rest = html[start.upperBound...]
        let body = rest.range(of: "</form>").map { rest[..<$0.lowerBound] } ?? rest
        self.action = action
        fields = []
        for match in body.matches(of: /<input([^>]*)>/) {
            let tag = match.output.1
            guard let name = PageForm.attribute("name", tag) else { continue }
            let type = PageForm.attribute("type", tag) ?? "text"
            if ["radio", "checkbox"].contains(type), !tag.contains(" checked") { continue }
            fields.append((name, PageForm.attribute("value", tag) ?? ""))
        }
        for match in body.matches(of: /<textarea([^>]*)>\n?([^<]*)<\/textarea>/) {
            guard let name = PageForm.attribute("name", match.output.1) else { continue }
            // A browser sends line ends as CRLF.
            let text = PageForm.plain(match.output.2)
            fields.append((name, text.replacing("\n", with: "\r\n")))
        }
        for match in body.matches(of: /(?s)<select([^>]*)>(.*?)<\/select>/) {
            guard let name = PageForm.attribute("name", match.output.1) else { continue }
            let options = match.output.2.matches(of: /<option([^>]*)>/).map(\.output.1)
            let chosen = options.first { $0.contains(" selected") } ?? options.first
            fields.append((name, chosen.flatMap { PageForm.attribute("value", $0) } ?? ""))
        }
    }

    private static func attribute(_ name: String, _ tag: Substring) -> String? {
        guard let start = tag.range(of: " \(name)=\"") else { return nil }
        return plain(tag[start.upperBound...].prefix { $0 != "\"" })
    }

    static func plain(_ text: Substring) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(String(text)) { $0.replacing($1.0, with: $1.1) }
    }

    var encoded: String {
        fields.map { PercentEncoding.encode($0.name) + "=" + PercentEncoding.encode($0.value) }
            .joined(separator: "&")
    }
}

/// Somebody who uses the pages without a browser.
struct PageReader: Sendable {
    let client: SiteClient
    let token: String

    private var headers: HTTPHeaders {
        [
            "Cookie": "\(VisitorReader.staffCookie)=\(token)", "Accept": "text/html",
            "X-CSRF-Token": CSRF.token(for: token),
        ]
    }

    func get(_ path: String) async throws -> SiteAnswer {
        try await client.send(.get, path, headers, [])
    }

    /// The form of a page, by its action.
    func form(_ path: String, action: String) async throws -> PageForm {
        let page = try await get(path)
        return try #require(PageForm(page.text, action: action), "\(page.text)")
    }

    func send(_ form: PageForm) async throws -> SiteAnswer {
        var headers = headers
        headers["Content-Type"] = ContentType.form.description
        return try await client.send(.post, form.action, headers, Array(form.encoded.utf8))
    }
}
