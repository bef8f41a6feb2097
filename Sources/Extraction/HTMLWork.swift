import CXML

/// What is counted while a page is read: how often its nodes are looked at, how much text is
/// repeated, and how much of each block is links.
///
/// The shares of links are found in one walk, because to count the words below every block would
/// cost the depth of the page for each of its words.
final class HTMLWork {
    private var shares: [xmlNodePtr: HTMLLinkShare] = [:]
    /// Looks at nodes since the page was measured.
    private(set) var visits = 0
    private var allowed = ExtractionLimits.maxVisits
    private var repeatedLeft = ExtractionLimits.maxRepeatedBytes

    /// Whether the page costs more than its size allows.
    var isSpent: Bool { visits > allowed || repeatedLeft < 0 }

    /// Counts one look at a node; false when there were too many.
    @discardableResult
    func visit() -> Bool {
        visits += 1
        return visits <= allowed
    }

    /// Counts a cell whose text is written once more.
    func repeated(_ text: String) {
        repeatedLeft -= text.utf8.count + ExtractionLimits.repeatedCellBytes
    }

    func share(of element: HTMLElement) -> HTMLLinkShare {
        shares[element.node] ?? HTMLLinkShare()
    }

    /// Walks the page once; its size says how often it may be looked at from now on. O(nodes).
    func measure(_ root: HTMLElement) {
        var open: [(element: HTMLElement, share: HTMLLinkShare)] = [(root, HTMLLinkShare())]
        var next = root.firstChild
        var nodes = 0
        while !open.isEmpty {
            if let node = next {
                nodes += 1
                next = node.next
                if let text = node.ownText {
                    open[open.count - 1].share.add(text)
                } else if node.isElement, !node.isLeftOut {
                    open.append((node, HTMLLinkShare()))
                    next = node.firstChild
                }
                continue
            }
            let (element, share) = open.removeLast()
            if share.links > 0 { shares[element.node] = share }
            guard !open.isEmpty else { break }
            open[open.count - 1].share.add(share, isLink: element.name == "a")
            next = element.next
        }
        allowed = ExtractionLimits.maxVisits + nodes * ExtractionLimits.maxVisitsPerNode
    }
}

/// How many of the words below an element are links.
struct HTMLLinkShare {
    private var letters = 0
    private var words = 0
    private var linkedLetters = 0
    private var linkedWords = 0
    private(set) var links = 0

    mutating func add(_ text: String) {
        var inWord = false
        for scalar in text.unicodeScalars {
            let isSpace = scalar.properties.isWhitespace
            if !isSpace { letters += 1 }
            if !isSpace, !inWord { words += 1 }
            inWord = !isSpace
        }
    }

    mutating func add(_ other: HTMLLinkShare, isLink: Bool) {
        letters += other.letters
        words += other.words
        links += other.links + (isLink ? 1 : 0)
        linkedLetters += isLink ? other.letters : other.linkedLetters
        linkedWords += isLink ? other.words : other.linkedWords
    }

    /// Many links with few other words, and no long ones.
    var isMostlyLinks: Bool {
        guard links >= 4 else { return false }
        let all = letters + max(0, words - 1)
        let linked = linkedLetters + max(0, linkedWords - links)
        return all > 0 && linked * 100 > all * 70 && all / links < 60
    }
}
