/// One thing that approving a draft does beside sending its reply.
///
/// A column of the desk proposes it, works it out anew when somebody approves, and does it. It is
/// open: which columns and kinds there are is known where they are registered, and nobody else
/// looks into the payload to decide anything.
package struct ProposedEffect: Sendable, Hashable {
    /// The column that proposes it and will do it, such as `bookings`.
    package var column: String
    /// What it does, as that column calls it, such as `hold`.
    package var kind: String
    /// For the person who approves: "books Colour refresh, Tue 24 Nov 15:30 with Ana".
    package var summary: String
    /// What it is about, in parts that the column names.
    package var payload: [String: String]

    package init(
        column: String, kind: String, summary: String, payload: [String: String] = [:]
    ) {
        self.column = column
        self.kind = kind
        self.summary = summary
        self.payload = payload
    }
}

extension ProposedEffect: Codable {
    private enum CodingKeys: String, CodingKey {
        case column, kind, summary, payload
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try values.decode(String.self, forKey: .kind)
        guard let column = try values.decodeIfPresent(String.self, forKey: .column) else {
            // Earlier drafts have no column: but for the hand-over, all was about bookings.
            self = try ProposedEffect(earlier: kind, decoder)
            return
        }
        self.init(
            column: column, kind: kind, summary: try values.decode(String.self, forKey: .summary),
            payload: try values.decode([String: String].self, forKey: .payload))
    }

    private init(earlier kind: String, _ decoder: any Decoder) throws {
        guard kind == HandOffEffect.kind else {
            self = try BookingPreview(from: decoder).proposed
            return
        }
        let words = try decoder.container(keyedBy: EarlierKeys.self)
            .decode(String.self, forKey: .words)
        // Why is kept in the draft's basis, or not at all.
        self.init(column: HandOffEffect.column, kind: kind, summary: words)
    }

    private enum EarlierKeys: String, CodingKey {
        case words
    }
}
