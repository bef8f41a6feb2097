import CXML
import Documents
import Foundation

/// A node of libxml2's tree; valid only while the reader holds the tree.
struct HTMLElement {
    let node: xmlNodePtr
    private let work: HTMLWork

    init(node: xmlNodePtr, work: HTMLWork) {
        self.node = node
        self.work = work
    }

    var isElement: Bool { node.pointee.type == XML_ELEMENT_NODE }

    var name: String {
        guard isElement, let name = node.pointee.name else { return "" }
        return String(cString: name)
    }

    /// The words of a text node; nil for other nodes.
    var ownText: String? {
        guard node.pointee.type == XML_TEXT_NODE || node.pointee.type == XML_ENTITY_REF_NODE
        else { return nil }
        return node.pointee.content.map { String(cString: $0) } ?? ""
    }

    var firstChild: HTMLElement? { node.pointee.children.map { HTMLElement(node: $0, work: work) } }
    var next: HTMLElement? { node.pointee.next.map { HTMLElement(node: $0, work: work) } }

    var children: [HTMLElement] {
        var all: [HTMLElement] = []
        var child = firstChild
        while let current = child {
            all.append(current)
            child = current.next
        }
        return all
    }

    func isSame(as other: HTMLElement) -> Bool { node == other.node }

    func attribute(_ name: String) -> String? {
        guard let value = xmlGetProp(node, name) else { return nil }
        defer { frontdesk_xml_free(value) }
        return String(cString: value)
    }

    /// Elements below this one, in order; without recursion, so that depth costs no stack.
    func descendants() -> [HTMLElement] {
        var all: [HTMLElement] = []
        visit { element in
            if element.isElement { all.append(element) }
            return true
        }
        return all
    }

    /// Visits what is below in order; `enter` says whether to go below an element. Ends early when
    /// the page has been looked at too often.
    func visit(_ enter: (HTMLElement) -> Bool) {
        var stack = [HTMLElement]()
        if let first = firstChild { stack.append(first) }
        while let current = stack.popLast() {
            guard work.visit() else { return }
            if let next = current.next { stack.append(next) }
            if enter(current), let child = current.firstChild { stack.append(child) }
        }
    }

    /// The words below, as shown: blocks parted by a space, hidden parts left out.
    func text() -> String {
        var text = ""
        visit { element in
            if let own = element.ownText {
                text += own
                return false
            }
            guard element.isElement, !element.isLeftOut else { return false }
            if !Self.inlineNames.contains(element.name), text.last?.isWhitespace == false {
                text += " "
            }
            return true
        }
        return text
    }

    /// The words below with their line breaks, for preformatted text.
    func rawText() -> String { text() }

    var isEmptyOfText: Bool { text().allSatisfy(\.isWhitespace) }

    var nearestTable: HTMLElement? {
        var above = node.pointee.parent
        while let current = above {
            let element = HTMLElement(node: current, work: work)
            work.visit()
            if element.name == "table" { return element }
            above = current.pointee.parent
        }
        return nil
    }

    /// Whether a cell holds headings, lists or several paragraphs, as only layout does.
    var holdsBlocks: Bool {
        let below = descendants()
        if below.contains(where: { $0.name.count == 2 && $0.name.hasPrefix("h") && $0.name != "hr" }
        ) {
            return true
        }
        return below.count { $0.name == "p" } > 2
    }

    /// Never read: code, controls, navigation and what the page hides.
    var isLeftOut: Bool {
        if Self.leftOutNames.contains(name) { return true }
        if attribute("hidden") != nil || attribute("aria-hidden") == "true" { return true }
        if let role = attribute("role"), Self.leftOutRoles.contains(role) { return true }
        let names = [attribute("id"), attribute("class")].compactMap(\.self).joined(separator: " ")
        if !names.isEmpty, name != "body", name != "main",
            names.lowercased().split(separator: " ").contains(where: Self.leftOutClasses.contains)
        {
            return true
        }
        guard let style = attribute("style") else { return false }
        let rules = style.lowercased().filter { !$0.isWhitespace }
        return rules.contains("display:none") || rules.contains("visibility:hidden")
    }

    /// A block of many links and few other words is navigation, whatever its name.
    var isMostlyLinks: Bool { work.share(of: self).isMostlyLinks }

    static let inlineNames: Set<String> = [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em",
        "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike",
        "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "ruby", "rb", "rt", "center",
    ]

    private static let leftOutNames: Set<String> = [
        "script", "style", "noscript", "template", "nav", "svg", "canvas", "iframe", "object",
        "embed", "button", "select", "input", "textarea", "head", "audio", "video", "map", "math",
        "datalist", "dialog", "title", "rp",
    ]

    /// What templates of web sites call the parts that are not the page.
    private static let leftOutClasses: Set<Substring> = [
        "comments", "comment-list", "commentlist", "respond", "sidebar", "breadcrumb",
        "breadcrumbs", "cookie-banner", "cookie-notice", "cookie-consent", "social-share",
        "share-buttons", "sharedaddy", "skip-link", "sr-only", "visually-hidden",
        "screen-reader-text",
    ]

    private static let leftOutRoles: Set<String> = [
        "navigation", "search", "menu", "menubar", "banner", "dialog", "alertdialog", "tooltip",
    ]
}
