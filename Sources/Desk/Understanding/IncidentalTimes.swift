import Language

/// Days that belong to the customer's life and not to the appointment: "I have a wedding the next
/// day, make it a facial instead".
enum IncidentalTimes {
    /// The mentions without those that only tell of circumstances.
    ///
    /// - Parameter isAnchored: whether a day is known without them; otherwise they stay while
    ///   nothing else in the text says a day.
    static func left(
        _ mentions: [TimeMention], in text: String, isAnchored: Bool
    ) -> [TimeMention] {
        withoutEvents(
            withoutFacts(mentions, in: text), in: text, isAnchored: isAnchored)
    }

    /// "Lunch is at 12. Can we make it 9:30?": what a sentence only tells gives way to what another
    /// wishes, a day to a day and a time to a time.
    private static func withoutFacts(
        _ mentions: [TimeMention], in text: String
    ) -> [TimeMention] {
        guard mentions.count > 1 else { return mentions }
        let sentences = pieces(of: text, at: sentenceMarks)
        func told(_ mention: TimeMention) -> Bool {
            sentences.contains { sentence in
                sentence.range.overlaps(mention.range) && !sentence.asks
                    && sentence.words.has(facts)
                    && !sentence.words.has(wishes + "|" + approvals)
            }
        }
        let wished = mentions.filter { !$0.isExcluded && !told($0) }
        return mentions.filter { mention in
            guard !mention.isExcluded, told(mention) else { return true }
            let saysDay = wished.contains { $0.day != nil || $0.shiftDays != nil }
            let saysTime = wished.contains { $0.time != nil || $0.shiftMinutes != nil }
            return !((mention.day == nil || saysDay) && (mention.time == nil || saysTime))
        }
    }

    private static func withoutEvents(
        _ mentions: [TimeMention], in text: String, isAnchored: Bool
    ) -> [TimeMention] {
        guard !mentions.isEmpty else { return mentions }
        let told = pieces(of: text, at: marks).filter { clause in
            clause.words.has(events) && !clause.words.has(wishes)
        }
        guard !told.isEmpty else { return mentions }
        let others = mentions.filter { mention in
            !told.contains { $0.range.overlaps(mention.range) }
        }
        let isDayKnown =
            isAnchored || others.contains { $0.day != nil || $0.shiftDays != nil }
        return isDayKnown ? others : mentions
    }

    private struct Piece {
        let words: PhraseText
        /// Offsets in the text's Unicode scalars.
        let range: Range<Int>
        /// Whether it ends in a question mark.
        let asks: Bool
    }

    private static let sentenceMarks: Set<Unicode.Scalar> = [".", ";", "!", "?", "\n"]
    private static let marks = sentenceMarks.union([",", "(", ")"])

    private static func pieces(of text: String, at marks: Set<Unicode.Scalar>) -> [Piece] {
        let scalars = Array(text.unicodeScalars.prefix(4_000)) + ["."]
        var pieces: [Piece] = []
        var start = 0
        for (offset, scalar) in scalars.enumerated() where marks.contains(scalar) {
            // The point of "9.30" ends nothing.
            let next = offset + 1 < scalars.count ? scalars[offset + 1] : " "
            if scalar == ".", next.properties.numericType != nil { continue }
            let words = String(String.UnicodeScalarView(scalars[start..<offset]))
            if offset > start {
                pieces.append(
                    Piece(words: PhraseText(words), range: start..<offset, asks: scalar == "?"))
            }
            start = offset + 1
        }
        return pieces
    }

    private static let facts =
        "is|are|was|were|said|says|finish|finishes|start|starts|coming|arrive|arrives|have|has|"
        + "had|got|ends|end|opens|working|work till|work until|ran over"
    private static let approvals =
        "fine|good|best|better|ok|okay|great|perfect|ideal|suits|works|easier|possible|either|"
        + "whichever|then|please|pls|prefer|hoping|thinking"
    private static let events =
        "wedding|party|birthday|bday|holiday|holidays|vacation|flight|fly|flying|interview|exam|"
        + "exams|funeral|graduation|prom|photoshoot|trip|christening|anniversary|honeymoon|surgery|"
        + "operation|conference|moving out|moving in|move out|move in|moved out|moved in|"
        + "going away|im away|were away|lease ends|lease is up|saw it|was in|came in|"
        + "school play|court date|hearing|deadline"
    private static let wishes =
        "book|reserve|schedule|can i|could i|can you|could you|can we|could we|id like|i would like|"
        + "i want|i need|get me|fit me|squeeze|instead|move it|change it|make it|would work|"
        + "works for me|suits|free|available|appointment|slot|looking for"
}
