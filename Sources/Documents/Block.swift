/// One piece of a document that stands on its own: a heading, a paragraph, a row of a table.
///
/// `offset` counts Unicode scalars from the start of `DocumentText.text`, never bytes or UTF-16
/// units: scalars mean the same in Swift, Python and PostgreSQL, whatever the encoding.
package struct Block: Sendable, Hashable, Codable {
    /// What a block is, and so what may be put into one passage with it.
    package enum Kind: Sendable, Hashable, Codable {
        /// Level 1 is the highest; levels run to 6.
        case heading(level: Int)
        case paragraph
        case listItem
        /// A question or a term that the blocks after it answer or explain.
        case question
        case tableRow([TableCell])
    }

    package let kind: Kind
    /// Normalised text; lines inside it are separated by a single newline.
    package let text: String
    /// Counted from 1; nil where the format has no pages.
    package let page: Int?
    /// Where the text starts in `DocumentText.text`, in Unicode scalars; set by `DocumentText`.
    package internal(set) var offset: Int

    package init(_ kind: Kind, _ text: String, page: Int? = nil) {
        self.kind = kind
        self.text = TextNormaliser.normalise(text)
        self.page = page
        self.offset = 0
    }

    /// A row of a table whose text names each value's column, so that it is understood alone.
    package init(row cells: [TableCell], page: Int? = nil) {
        let kept = cells.filter { !$0.value.isEmpty }
        self.init(.tableRow(kept), TableCell.sentence(kept), page: page)
    }

    package var headingLevel: Int? {
        if case .heading(let level) = kind { level } else { nil }
    }

    package var isTableRow: Bool {
        if case .tableRow = kind { true } else { false }
    }
}

/// A value in a row of a table, with the name of its column if the table names its columns.
package struct TableCell: Sendable, Hashable, Codable {
    package let header: String?
    package let value: String

    package init(header: String?, value: String) {
        let name = header.map(TextNormaliser.line) ?? ""
        self.header = name.isEmpty ? nil : name
        self.value = TextNormaliser.line(value)
    }

    /// "Balayage — Price: £120 — Duration: 2 h": the first value is the subject of the others.
    package static func sentence(_ cells: [TableCell]) -> String {
        cells.enumerated().map { index, cell in
            // A bare figure is no subject: "Feathers: 20 — Reward: a free cut".
            let isSubject = index == 0 && cell.value.first?.isLetter == true
            guard !isSubject, let header = cell.header else { return cell.value }
            return "\(header): \(cell.value)"
        }.joined(separator: " — ")
    }
}
