import Documents

/// Finds what stands at the top or bottom of most pages: letterheads, file names, page numbers.
enum PDFRunningHeads {
    /// The pages without their repeated heads and feet. O(words).
    static func removed(from pages: [PDFPage]) -> [PDFPage] {
        let marked = pages.map { page in
            PDFBand.cut(page.words).filter { isAtEdge($0, page) }
        }
        var counts: [String: Int] = [:]
        for bands in marked {
            for key in Set(bands.map(key)) { counts[key, default: 0] += 1 }
        }
        return zip(pages, marked).map { page, bands in
            let repeated = bands.filter { band in
                let times = counts[key(band), default: 0]
                return isPageNumber(band) || (times >= 2 && times * 2 >= pages.count)
            }
            guard !repeated.isEmpty else { return page }
            let gone = Set(repeated.flatMap(\.words))
            var left = page
            left.words = page.words.filter { !gone.contains($0) }
            return left
        }
    }

    private static func isAtEdge(_ band: PDFBand, _ page: PDFPage) -> Bool {
        band.box.bottom < page.height * 0.1 || band.box.top > page.height * 0.9
    }

    /// Where it stands and what it says, whatever its numbers.
    private static func key(_ band: PDFBand) -> String {
        let text = PDFLine(band.words).text.map { $0.isNumber ? "#" : $0 }
        var short = String(text)
        while short.contains("##") { short = short.replacing("##", with: "#") }
        return short
    }

    private static func isPageNumber(_ band: PDFBand) -> Bool {
        let words = PDFLine(band.words).text.lowercased().split { !$0.isLetter && !$0.isNumber }
        // "Price list, autumn · Page 3": whatever else the line says, it is the foot of a page.
        if words.count >= 2, words.count <= 20, words[words.count - 2] == "page",
            words[words.count - 1].allSatisfy(\.isNumber)
        {
            return true
        }
        guard (1...4).contains(words.count) else { return false }
        let numbers = words.filter { $0.allSatisfy(\.isNumber) && $0.count <= 4 }
        let rest = words.filter { !$0.allSatisfy(\.isNumber) }
        if rest.isEmpty { return numbers.count == 1 && words[0].count <= 3 }
        return rest.allSatisfy { ["page", "of", "p", "pg"].contains($0) } && !numbers.isEmpty
    }
}
