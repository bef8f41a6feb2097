/// A validator of one representation (RFC 9110, section 8.8.3).
package struct EntityTag: Sendable, Hashable, CustomStringConvertible {
    package let value: String
    package let isWeak: Bool

    /// A strong tag; `value` must hold no quote and no control byte.
    package init(_ value: String, isWeak: Bool = false) {
        precondition(
            value.utf8.allSatisfy { $0 > 32 && $0 != 34 && $0 != 127 }, "not an entity tag")
        self.value = value
        self.isWeak = isWeak
    }

    /// A tag for a version number, as drafts and bookings carry it.
    package init(version: Int) {
        self.init(String(version))
    }

    package var description: String { (isWeak ? "W/" : "") + "\"\(value)\"" }

    /// Whether an If-None-Match list names this tag: weak comparison, `*` names every tag.
    package func isNamed(in list: [String]) -> Bool {
        list.contains { $0 == "*" || EntityTag.opaque($0) == value }
    }

    /// Whether an If-Match list names this tag: strong comparison.
    package func isNamedStrongly(in list: [String]) -> Bool {
        list.contains {
            $0 == "*" || (!$0.hasPrefix("W/") && !isWeak && EntityTag.opaque($0) == value)
        }
    }

    private static func opaque(_ text: String) -> String? {
        let bare = text.hasPrefix("W/") ? text.dropFirst(2) : text[...]
        guard bare.count >= 2, bare.hasPrefix("\""), bare.hasSuffix("\"") else { return nil }
        return String(bare.dropFirst().dropLast())
    }
}

extension HTTPRequest {
    /// Whether the client has this representation already, so that 304 is the answer.
    package func hasCurrent(_ tag: EntityTag) -> Bool {
        method.isSafe && tag.isNamed(in: headers.list("If-None-Match"))
    }
}
