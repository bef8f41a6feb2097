import Foundation

/// Turns the text of any parser into one form, so that offsets and quotes mean the same everywhere.
package enum TextNormaliser {
    /// NFC, single spaces, single newlines, no control characters, no soft hyphens.
    package static func normalise(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        var pending: Unicode.Scalar?
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            if isNewline(scalar) {
                pending = "\n"
            } else if isSpace(scalar) {
                pending = pending ?? " "
            } else if isDropped(scalar) {
                continue
            } else {
                if let space = pending, !scalars.isEmpty { scalars.append(space) }
                pending = nil
                scalars.append(expandedLigature(scalar, into: &scalars))
            }
        }
        return String(scalars)
    }

    /// As `normalise`, with newlines turned into spaces: for cells, titles and headings.
    package static func line(_ text: String) -> String {
        normalise(text).replacingOccurrences(of: "\n", with: " ")
    }

    /// PDF fonts draw "fi" as one sign; nobody types it, so nobody would find it.
    private static func expandedLigature(
        _ scalar: Unicode.Scalar, into scalars: inout String.UnicodeScalarView
    ) -> Unicode.Scalar {
        let parts: String
        switch scalar {
        case "\u{FB00}": parts = "ff"
        case "\u{FB01}": parts = "fi"
        case "\u{FB02}": parts = "fl"
        case "\u{FB03}": parts = "ffi"
        case "\u{FB04}": parts = "ffl"
        case "\u{FB05}", "\u{FB06}": parts = "st"
        default: return scalar
        }
        let all = Array(parts.unicodeScalars)
        scalars.append(contentsOf: all.dropLast())
        return all[all.count - 1]
    }

    private static func isNewline(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\t" || scalar.properties.generalCategory == .spaceSeparator
    }

    /// Signs without meaning for a reader: controls, soft hyphens, zero widths, private use.
    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF: true
        case 0xFFFE, 0xFFFF: true
        default:
            scalar.properties.generalCategory == .control
                || scalar.properties.generalCategory == .privateUse
        }
    }
}
