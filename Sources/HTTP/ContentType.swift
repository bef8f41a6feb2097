/// A media type with its parameters (RFC 9110, section 8.3.1); type and names in lower case.
package struct ContentType: Sendable, Hashable, CustomStringConvertible {
    package let type: String
    package let subtype: String
    package let parameters: [String: String]

    package init(_ type: String, _ subtype: String, _ parameters: [String: String] = [:]) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
    }

    /// Nil for what is not `type/subtype` with well-formed parameters.
    package init?(_ text: some StringProtocol) {
        var fields = FieldParameters.split(text)
        guard !fields.isEmpty else { return nil }
        let essence = fields.removeFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard essence.count == 2, isToken(essence[0]), isToken(essence[1]) else { return nil }
        guard let parameters = FieldParameters.parse(fields) else { return nil }
        self.init(essence[0].lowercased(), essence[1].lowercased(), parameters)
    }

    package static let json = ContentType("application", "json")
    package static let problem = ContentType("application", "problem+json")
    package static let html = ContentType("text", "html", ["charset": "utf-8"])
    package static let text = ContentType("text", "plain", ["charset": "utf-8"])
    package static let events = ContentType("text", "event-stream")
    package static let form = ContentType("application", "x-www-form-urlencoded")
    package static let bytes = ContentType("application", "octet-stream")

    /// `type/subtype` without parameters.
    package var essence: String { type + "/" + subtype }

    package var description: String {
        parameters.sorted { $0.key < $1.key }.reduce(essence) { text, parameter in
            let value = isToken(parameter.value) ? parameter.value : quotedString(parameter.value)
            return text + "; \(parameter.key)=\(value)"
        }
    }

    /// Whether this is JSON in any of its dresses (`application/json`, `…+json`).
    package var isJSON: Bool { self.essence == "application/json" || subtype.hasSuffix("+json") }

    /// The best of `offered` for an Accept header (RFC 9110, 12.5.1); nil when none is acceptable.
    ///
    /// A missing or unreadable header accepts everything; ties go to the earlier offer.
    package static func negotiate(
        accept: String?, offered: [ContentType]
    ) -> ContentType? {
        guard let accept else { return offered.first }
        let ranges = accept.split(separator: ",").prefix(50).compactMap { ContentType($0) }
        guard !ranges.isEmpty else { return offered.first }
        var best: (type: ContentType, quality: Double)?
        for offer in offered {
            let match = ranges.filter { $0.accepts(offer) }.max { $0.precision < $1.precision }
            let quality = match.map { Double($0.parameters["q"] ?? "1") ?? 0 } ?? 0
            if quality > best?.quality ?? 0 { best = (offer, quality) }
        }
        return best?.type
    }

    private var precision: Int { (type == "*" ? 0 : 1) + (subtype == "*" ? 0 : 1) }

    private func accepts(_ offer: ContentType) -> Bool {
        (type == "*" || type == offer.type) && (subtype == "*" || subtype == offer.subtype)
    }
}

/// The quoted-string form of `text` (RFC 9110, section 5.6.4).
func quotedString(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}

/// Parameters after a semicolon, as Content-Type and Content-Disposition have them.
enum FieldParameters {
    /// Splits at semicolons that stand outside quotes; trims each part.
    static func split(_ text: some StringProtocol) -> [String] {
        var parts: [[UInt8]] = [[]]
        var quoted = false
        var escaped = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: ";"), !quoted {
                parts.append([])
                continue
            }
            if byte == UInt8(ascii: "\""), !escaped { quoted.toggle() }
            escaped = quoted && byte == UInt8(ascii: "\\") && !escaped
            parts[parts.count - 1].append(byte)
        }
        return parts.map { trimmed(String(decoding: $0, as: UTF8.self)) }
    }

    /// Names in lower case with their unquoted values; nil when one is malformed or repeated.
    static func parse(_ fields: [String]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for field in fields where !field.isEmpty {
            let halves = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { return nil }
            let name = trimmed(halves[0]).lowercased()
            guard isToken(name), let value = unquoted(trimmed(halves[1])),
                parameters.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        return parameters
    }

    private static func unquoted(_ text: String) -> String? {
        guard text.hasPrefix("\"") else { return isToken(text) ? text : nil }
        let bytes = Array(text.utf8)
        guard bytes.count >= 2, bytes.last == UInt8(ascii: "\"") else { return nil }
        var result: [UInt8] = []
        var index = 1
        while index < bytes.count - 1 {
            if bytes[index] == UInt8(ascii: "\\") {
                index += 1
                guard index < bytes.count - 1 else { return nil }
            } else if bytes[index] == UInt8(ascii: "\"") {
                return nil
            }
            result.append(bytes[index])
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }
}
