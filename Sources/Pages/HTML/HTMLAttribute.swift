/// An attribute of an element. Names come from our source; values are escaped when written.
struct HTMLAttribute: Sendable, Hashable {
    let name: String
    /// Nil writes the name alone; a missing attribute is `none`.
    let value: String?

    /// Writes nothing, for conditions.
    static let none = HTMLAttribute(name: "", value: nil)

    private init(name: String, value: String?) {
        self.name = name
        self.value = value
    }

    /// Any attribute; the name is part of the program, never data.
    init(_ name: StaticString, _ value: String) {
        self.init(name: name.description, value: value)
    }

    /// A boolean attribute, present or not.
    static func flag(_ name: StaticString, _ isSet: Bool = true) -> HTMLAttribute {
        isSet ? HTMLAttribute(name: name.description, value: nil) : none
    }

    /// An attribute that is left out when there is no value.
    static func optional(_ name: StaticString, _ value: String?) -> HTMLAttribute {
        value.map { HTMLAttribute(name, $0) } ?? none
    }

    var written: String {
        guard !name.isEmpty else { return "" }
        guard let value else { return " " + name }
        return " " + name + "=\"" + HTML.escape(value) + "\""
    }

    // MARK: What pages use

    static func `class`(_ names: String) -> HTMLAttribute { HTMLAttribute("class", names) }

    /// Classes with the conditional ones last.
    static func `class`(_ names: String, _ more: String, when isSet: Bool) -> HTMLAttribute {
        HTMLAttribute("class", isSet ? names + " " + more : names)
    }

    static func id(_ id: String) -> HTMLAttribute { HTMLAttribute("id", id) }
    static func href(_ address: String) -> HTMLAttribute {
        HTMLAttribute("href", safeAddress(address))
    }
    static func src(_ address: String) -> HTMLAttribute {
        HTMLAttribute("src", safeAddress(address))
    }
    static func action(_ address: String) -> HTMLAttribute {
        HTMLAttribute("action", safeAddress(address))
    }
    static func type(_ type: String) -> HTMLAttribute { HTMLAttribute("type", type) }
    static func name(_ name: String) -> HTMLAttribute { HTMLAttribute("name", name) }
    static func value(_ value: String) -> HTMLAttribute { HTMLAttribute("value", value) }
    static func `for`(_ id: String) -> HTMLAttribute { HTMLAttribute("for", id) }
    static func title(_ title: String) -> HTMLAttribute { HTMLAttribute("title", title) }
    static func role(_ role: String) -> HTMLAttribute { HTMLAttribute("role", role) }
    static func label(_ label: String) -> HTMLAttribute { HTMLAttribute("aria-label", label) }
    static func describedBy(_ id: String?) -> HTMLAttribute { optional("aria-describedby", id) }
    static func autocomplete(_ kind: String) -> HTMLAttribute {
        HTMLAttribute("autocomplete", kind)
    }
    static let required = flag("required")
    static let post = HTMLAttribute("method", "post")
    static let hidden = HTMLAttribute("aria-hidden", "true")
    static func current(_ isCurrent: Bool) -> HTMLAttribute {
        isCurrent ? HTMLAttribute("aria-current", "page") : none
    }

    static func get(_ address: String) -> HTMLAttribute {
        HTMLAttribute("hx-get", safeAddress(address))
    }
    static func send(_ address: String) -> HTMLAttribute {
        HTMLAttribute("hx-post", safeAddress(address))
    }
    static func trigger(_ trigger: String) -> HTMLAttribute { HTMLAttribute("hx-trigger", trigger) }
    static func target(_ target: String) -> HTMLAttribute { HTMLAttribute("hx-target", target) }
    static func select(_ part: String) -> HTMLAttribute { HTMLAttribute("hx-select", part) }
    static func swap(_ style: String) -> HTMLAttribute { HTMLAttribute("hx-swap", style) }
    static func indicator(_ part: String) -> HTMLAttribute { HTMLAttribute("hx-indicator", part) }
    static let push = HTMLAttribute("hx-push-url", "true")

    /// The address when a link may lead there, `#` otherwise: no `javascript:`, no `//elsewhere`.
    static func safeAddress(_ address: String) -> String {
        let readable = address.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        guard readable, !address.contains("\\") else { return "#" }
        if address.hasPrefix("//") { return "#" }
        if ["/", "#", "?"].contains(where: address.hasPrefix) { return address }
        let lowered = address.lowercased()
        let schemes = ["https://", "http://", "mailto:", "tel:"]
        return schemes.contains(where: lowered.hasPrefix) ? address : "#"
    }
}
