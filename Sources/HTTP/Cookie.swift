/// Cookies that a browser sends back (RFC 6265bis, section 4.2).
package enum Cookie {
    /// More cookies than this are ignored.
    package static let limit = 100

    /// Reads `name=value; name=value`; pairs without a name are skipped.
    package static func parse(_ headers: [String]) -> [String: String] {
        var cookies: [String: String] = [:]
        for pair in headers.flatMap({ $0.split(separator: ";") }).prefix(limit) {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { continue }
            let name = trimmed(halves[0])
            var value = trimmed(halves[1])
            if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
                value = String(value.dropFirst().dropLast())
            }
            guard isToken(name), cookies[name] == nil else { continue }
            cookies[name] = value
        }
        return cookies
    }
}

/// A cookie to set: HttpOnly and SameSite=Lax unless said otherwise.
package struct SetCookie: Sendable, Hashable {
    package enum SameSite: String, Sendable {
        case strict = "Strict"
        case lax = "Lax"
        case none = "None"
    }

    package var name: String
    package var value: String
    package var path = "/"
    /// How long the browser keeps it; nil ends it with the browser's session.
    package var maximumAge: Duration?
    package var isSecure: Bool
    package var isHTTPOnly = true
    package var sameSite = SameSite.lax

    /// Traps on a name or value that no cookie may have: tokens are ours, not the client's.
    package init(_ name: String, _ value: String, isSecure: Bool, maximumAge: Duration? = nil) {
        precondition(isToken(name), "a cookie's name is a token")
        precondition(
            value.utf8.allSatisfy { $0 > 32 && $0 < 127 && ![34, 44, 59, 92].contains($0) },
            "a cookie's value holds a byte that must be encoded")
        self.name = name
        self.value = value
        self.isSecure = isSecure
        self.maximumAge = maximumAge
    }

    /// The cookie that makes the browser forget `name`.
    package static func removing(_ name: String, isSecure: Bool) -> SetCookie {
        SetCookie(name, "", isSecure: isSecure, maximumAge: .zero)
    }

    /// The value of the Set-Cookie field.
    package var field: String {
        var parts = ["\(name)=\(value)", "Path=\(path)"]
        if let maximumAge { parts.append("Max-Age=\(maximumAge.components.seconds)") }
        if isSecure { parts.append("Secure") }
        if isHTTPOnly { parts.append("HttpOnly") }
        parts.append("SameSite=\(sameSite.rawValue)")
        return parts.joined(separator: "; ")
    }
}
