/// The path and query of a request, checked once so that nobody below meets a broken escape.
package struct HTTPTarget: Sendable, Hashable, CustomStringConvertible {
    /// The path as it was sent, still escaped, always beginning with a slash.
    package let path: String
    /// The decoded parts between slashes; a trailing slash leaves no empty last part.
    package let segments: [String]
    package let query: FormURLEncoded
    private let rawQuery: String?

    /// Nil for what no honest client sends: control bytes, `%00`, broken escapes, dot segments.
    ///
    /// The absolute form (`http://host/path`, RFC 9112, 3.2.2) is accepted and cut to its path.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") })
        else { return nil }
        var rest = Substring(text)
        if rest.hasPrefix("http://") || rest.hasPrefix("https://") {
            let authority = rest[
                rest.index(rest.firstIndex(of: ":") ?? rest.startIndex, offsetBy: 3)...]
            rest = authority.firstIndex(of: "/").map { authority[$0...] } ?? "/"
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, path.utf8.first == UInt8(ascii: "/") else { return nil }
        var segments: [String] = []
        let pieces = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, piece) in pieces.enumerated() {
            if piece.isEmpty, index == pieces.count - 1 { break }
            guard let segment = PercentEncoding.decode(piece), segment != ".", segment != ".."
            else { return nil }
            segments.append(segment)
        }
        rawQuery = parts.count > 1 ? String(parts[1]) : nil
        do {
            query = try FormURLEncoded(parsing: rawQuery ?? "")
        } catch {
            return nil
        }
        self.path = String(path)
        self.segments = segments
    }

    /// The target as it was sent.
    package var description: String { rawQuery.map { path + "?" + $0 } ?? path }
}
