/// Tags of tokens that mark spans: outside, begin and inside of each kind (BIO; Ramshaw and
/// Marcus, arXiv:cmp-lg/9505040).
struct TagScheme: Sendable, Hashable {
    static let outside = 0

    let kindCount: Int

    var count: Int { 1 + 2 * kindCount }

    static func begin(_ kind: Int) -> Int { 1 + 2 * kind }
    static func inside(_ kind: Int) -> Int { 2 + 2 * kind }

    /// The kind of a tag; nil outside.
    static func kind(of tag: Int) -> Int? { tag == outside ? nil : (tag - 1) / 2 }
    static func isInside(_ tag: Int) -> Bool { tag > 0 && tag.isMultiple(of: 2) }

    /// Inside follows only begin or inside of its own kind; nil stands for the text's beginning.
    func allows(_ tag: Int, after before: Int?) -> Bool {
        guard TagScheme.isInside(tag) else { return true }
        return before.map { $0 == tag || $0 == tag - 1 } ?? false
    }

    /// The spans that allowed tags mark.
    func spans(_ tags: some Sequence<Int>) -> [(kind: Int, tokens: Range<Int>)] {
        var spans: [(kind: Int, tokens: Range<Int>)] = []
        for (place, tag) in tags.enumerated() {
            guard let kind = TagScheme.kind(of: tag) else { continue }
            if TagScheme.isInside(tag), let last = spans.indices.last,
                spans[last].kind == kind, spans[last].tokens.upperBound == place
            {
                spans[last].tokens = spans[last].tokens.lowerBound..<place + 1
            } else {
                spans.append((kind, place..<place + 1))
            }
        }
        return spans
    }
}
