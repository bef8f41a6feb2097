/// The pieces of WordPiece and the greedy longest match over them.
///
/// Every prefix of the rest of a word is looked up by a hash that grows scalar by scalar, so a
/// match costs at most the longest piece, and a word costs its length times that: linear, also on
/// text made to be slow.
package struct Vocabulary: Sendable {
    /// Words longer than this, in scalars, are unknown as a whole (the reference's limit).
    package static let wordLimit = 100

    package let count: Int
    package let unknown: Int32
    package let start: Int32
    package let end: Int32

    private let longestPiece: Int
    private let mask: Int
    /// Open addressing: ids (-1 is free) beside the full hashes.
    private let slots: [Slot]
    /// All pieces behind each other, without "##", and where each begins.
    private let scalars: [UInt32]
    private let offsets: [Int32]

    private struct Slot {
        var hash: UInt64 = 0
        var id: Int32 = -1
    }

    private static let wordStart: UInt64 = 0x243F_6A88_85A3_08D3
    private static let wordMiddle: UInt64 = 0x1319_8A2E_0370_7344

    /// Reads `vocab.txt`: one piece a line, its number is its id.
    package init(_ file: MappedFile) throws(EncoderFault) {
        var lines = file.bytes.split(separator: 10, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count < 1 << 20 else { throw file.malformed("it has too many lines") }
        var slots = [Slot](repeating: Slot(), count: 1 << 17)
        while slots.count < lines.count * 2 { slots += slots }
        let mask = slots.count - 1
        var scalars: [UInt32] = []
        var offsets: [Int32] = []
        var longest = 1
        var special: [String: Int32] = [:]
        for (id, line) in lines.enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("["), text.count == 5 { special[text] = Int32(id) }
            // By scalars: a mark behind "##" would be one character with the second "#".
            var piece = text.unicodeScalars[...]
            let middle = piece.starts(with: "##".unicodeScalars) && piece.count > 2
            if middle { piece.removeFirst(2) }
            longest = max(longest, piece.count)
            var hash = middle ? Vocabulary.wordMiddle : Vocabulary.wordStart
            for scalar in piece { hash = Vocabulary.mixed(hash, scalar.value) }
            offsets.append(Int32(scalars.count))
            scalars += piece.map(\.value)
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot].id >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Slot(hash: hash, id: Int32(id))
        }
        offsets.append(Int32(scalars.count))
        guard let unknown = special["[UNK]"], let start = special["[CLS]"],
            let end = special["[SEP]"]
        else { throw file.malformed("it lacks a special token") }
        self.count = lines.count
        self.unknown = unknown
        self.start = start
        self.end = end
        self.longestPiece = longest
        self.mask = mask
        self.slots = slots
        self.scalars = scalars
        self.offsets = offsets
    }

    private static func mixed(_ hash: UInt64, _ scalar: UInt32) -> UInt64 {
        let product = (hash ^ UInt64(scalar)) &* 0x9E37_79B9_7F4A_7C15
        return product ^ product >> 29
    }

    /// Appends the pieces of one word, or the unknown token when it cannot be put together.
    ///
    /// `lengths` gets the scalars of each piece. Returns how many prefixes were looked up, at most
    /// the word's length times that of the longest piece.
    func append(
        word: UnsafeBufferPointer<UInt32>, to tokens: inout [Int32], lengths: inout [Int]
    ) -> Int {
        var work = 0
        guard word.count <= Vocabulary.wordLimit else {
            tokens.append(unknown)
            lengths.append(word.count)
            return work
        }
        let before = tokens.count
        let lengthsBefore = lengths.count
        var from = 0
        while from < word.count {
            let rest = UnsafeBufferPointer(rebasing: word[from...])
            guard let (id, length) = longest(in: rest, middle: from > 0, &work) else {
                tokens.removeSubrange(before...)
                tokens.append(unknown)
                lengths.removeSubrange(lengthsBefore...)
                lengths.append(word.count)
                return work
            }
            tokens.append(id)
            lengths.append(length)
            from += length
        }
        return work
    }

    private func longest(
        in rest: UnsafeBufferPointer<UInt32>, middle: Bool, _ work: inout Int
    ) -> (id: Int32, length: Int)? {
        var best: (id: Int32, length: Int)?
        var hash = middle ? Vocabulary.wordMiddle : Vocabulary.wordStart
        var probes = 0
        slots.withUnsafeBufferPointer { slots in
            for index in 0..<min(rest.count, longestPiece) {
                hash = Vocabulary.mixed(hash, rest[index])
                var slot = Int(truncatingIfNeeded: hash) & mask
                probes += 1
                while slots[slot].id >= 0 {
                    if slots[slot].hash == hash, matches(slots[slot].id, rest, index + 1) {
                        best = (slots[slot].id, index + 1)
                        break
                    }
                    slot = (slot + 1) & mask
                    probes += 1
                }
            }
        }
        work += probes
        return best
    }

    /// A hash can be forged, so the scalars themselves decide.
    private func matches(
        _ id: Int32, _ rest: UnsafeBufferPointer<UInt32>, _ length: Int
    ) -> Bool {
        let start = Int(offsets[Int(id)])
        guard Int(offsets[Int(id) + 1]) - start == length else { return false }
        for index in 0..<length where scalars[start + index] != rest[index] { return false }
        return true
    }
}
