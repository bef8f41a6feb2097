import Documents
import Foundation

/// Cuts a message into parts that may each be a wish of its own.
enum MessageSegmenter {
    static let limit = 6
    static let questionStarts =
        "do you|do u|do ye|do yall|can you|can u|could you|can i|can we|could i|may i|is there|"
        + "are there|is it|are you|are u|is the|are the|what|whats|where|wheres|when|whens|how|"
        + "hows|who|whos|which|why|will you|will i|will it|does|did|have you|should i|would you|"
        + "do i|am i|any|is my|if i"

    /// The parts in reading order: sentences, cut once more where a question follows a wish.
    static func of(_ message: String) -> [String] {
        var parts: [String] = []
        for sentence in Sentences.split(message).flatMap(afterMarks) {
            // What lies beyond the limit is one part again, so it need not be cut.
            let cuts = max(0, limit - parts.count)
            parts += cut(sentence, atMost: cuts).filter { !PhraseText($0).isEmpty }
        }
        guard parts.count > limit else { return parts }
        return Array(parts.prefix(limit - 1)) + [parts[(limit - 1)...].joined(separator: " ")]
    }

    /// A question mark ends a part even where no capital follows.
    private static func afterMarks(_ sentence: String) -> [String] {
        var parts: [String] = []
        var part = ""
        for character in sentence {
            if part.hasSuffix("?"), character.isWhitespace {
                parts.append(part)
                part = ""
            } else {
                part.append(character)
            }
        }
        return parts + (part.isEmpty ? [] : [part])
    }

    private static let joints = [
        ", and ", " and also ", ", also ", "; ", " also, ", " - ", ", but ", " btw ", ", plus ",
        " and ", ", ",
    ]
    /// A wish of its own, whatever it is joined with.
    private static let wishStarts =
        "book|please book|also book|then book|reserve|schedule|set up|put me|put my|put him|"
        + "put her|cancel|please cancel|also cancel|move|reschedule|can you book|can you cancel|"
        + "id like to book|i would like to book|i want to book|i need to cancel|"
        + "i want to cancel|id like to cancel|make me an appointment|make an appointment|"
        + "then cancel|then move|can you move|could you book|could you cancel|could you move"
    private static let restStarts =
        questionStarts + "|tell me|let me know|also|i would like|id like|i want|i need|book|"
        + "please book|cancel|move"

    /// "Tuesday at 3 please, and do you have parking" → both halves; "cut and colour" stays whole.
    private static func cut(_ sentence: String, atMost cuts: Int) -> [String] {
        guard cuts > 0 else { return [sentence] }
        for joint in joints {
            guard let range = sentence.range(of: joint, options: .caseInsensitive) else { continue }
            let left = String(sentence[..<range.lowerBound])
            let right = String(sentence[range.upperBound...])
            let rest = PhraseText(right)
            guard PhraseText(left).count >= 1, rest.count >= 2, isOwnWish(rest, joint) else {
                continue
            }
            guard !PhraseText(left).begins("if|when|since|because|as") else { continue }
            return [left] + cut(right, atMost: cuts - 1)
        }
        return [sentence]
    }

    /// Whether what follows the joint can stand alone.
    private static func isOwnWish(_ words: PhraseText, _ joint: String) -> Bool {
        if words.begins(wishStarts) { return true }
        if joint == " and " || joint == ", " {
            return words.begins(
                "do you|do u|do ye|can i|can we|could i|is there|are there|is it|are you|what|"
                    + "whats|where|wheres|how|hows|who|tell me|let me know|does|have you|"
                    + "could you|can you|whens|will you|should i|is the")
        }
        return words.begins(restStarts)
    }
}
