import Foundation

/// What one scalar of a text becomes on its way to words.
///
/// One number, so that a page of 256 lies in one kilobyte: two bits of kind, eight bits of
/// combining class, and the scalar (or the index of an expansion) below.
struct FoldedScalar: Equatable {
    enum Kind: UInt32 {
        /// Part of a word.
        case letter
        /// A word of its own: punctuation, ideographs.
        case alone
        /// Ends a word and leaves nothing.
        case space
        /// Leaves nothing; what surrounds it is not parted.
        case nothing
    }

    /// The value of a `nothing` that parts runs of combining marks although it is dropped.
    static let partsMarks: UInt32 = 1
    /// The class that says: the value is the index of an expansion.
    static let expansionClass: UInt8 = 255

    let bits: UInt32

    init(_ kind: Kind, _ value: UInt32, combiningClass: UInt8 = 0) {
        bits = kind.rawValue << 30 | UInt32(combiningClass) << 21 | value
    }

    var kind: Kind { Kind(rawValue: bits >> 30) ?? .nothing }
    var combiningClass: UInt8 { UInt8(truncatingIfNeeded: bits >> 21) }
    var value: UInt32 { bits & 0x1F_FFFF }
}

/// The folding of 256 neighbouring scalars.
final class FoldedPage: Sendable {
    let entries: [FoldedScalar]
    let expansions: [[FoldedScalar]]

    init(_ page: Int) {
        var expansions: [[FoldedScalar]] = []
        entries = (0..<256).map { low in
            guard let scalar = Unicode.Scalar(UInt32(page << 8 | low))
            else { return FoldedScalar(.nothing, 0) }
            let folded = BertRules.folded(scalar)
            if folded.count == 1 { return folded[0] }
            expansions.append(folded)
            return FoldedScalar(
                .letter, UInt32(expansions.count - 1),
                combiningClass: FoldedScalar.expansionClass)
        }
        self.expansions = expansions
    }
}

/// BertNormalizer and BertPreTokenizer of Hugging Face's tokenizers, one scalar at a time.
///
/// The order is the reference's: drop controls, blanks, set ideographs apart, canonical
/// decomposition, drop marks, lower case, set punctuation apart. Its categories are those of
/// Unicode 8; later scalars count as not assigned and stay, whatever they have become.
enum BertRules {
    static func folded(_ scalar: Unicode.Scalar) -> [FoldedScalar] {
        if isDropped(scalar) { return [FoldedScalar(.nothing, 0)] }
        if isSpace(scalar) { return [FoldedScalar(.space, 0)] }
        let ideograph = isIdeograph(scalar.value)
        return decomposed(scalar).flatMap { part -> [FoldedScalar] in
            let combining = part.properties.canonicalCombiningClass.rawValue
            if category(part) == .nonspacingMark {
                let value = combining == 0 ? FoldedScalar.partsMarks : 0
                return [FoldedScalar(.nothing, value)]
            }
            return part.properties.lowercaseMapping.unicodeScalars.map { lower in
                let alone = ideograph || isPunctuation(lower)
                return FoldedScalar(
                    alone ? .alone : .letter, lower.value, combiningClass: combining)
            }
        }
    }

    /// Scalars whose category has changed since Unicode 8.
    private static let oldCategories: [UInt32: Unicode.GeneralCategory] = [
        0x166D: .otherPunctuation, 0x1734: .nonspacingMark, 0x1885: .otherLetter,
        0x1886: .otherLetter, 0xA9BD: .spacingMark, 0x111C9: .otherPunctuation,
        0x1171E: .nonspacingMark,
    ]

    private static func category(_ scalar: Unicode.Scalar) -> Unicode.GeneralCategory {
        if let old = oldCategories[scalar.value] { return old }
        guard let age = scalar.properties.age, age.major <= 8 else { return .unassigned }
        return scalar.properties.generalCategory
    }

    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: return false
        case 0, 0xFFFD: return true
        default: break
        }
        switch category(scalar) {
        case .control, .format, .privateUse, .surrogate: return true
        default: return false
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace
    }

    /// The reference's blocks, with its 2B920 where Unicode has 2B820.
    private static func isIdeograph(_ value: UInt32) -> Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
            0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 33...47, 58...64, 91...96, 123...126: return true
        default: break
        }
        switch category(scalar) {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }

    private static func decomposed(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        guard scalar.value >= 0xC0 else { return [scalar] }
        return Array(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars)
    }
}
