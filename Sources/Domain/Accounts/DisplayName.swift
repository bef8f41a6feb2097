/// What people and businesses are called, as they type it.
package enum DisplayName {
    /// A name without control characters, at most 80 long; nil when nothing is left.
    package static func cleaned(_ name: String) -> String? {
        let kept = name.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }
            .map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
        let text = String(kept).split(separator: " ").joined(separator: " ")
        return text.isEmpty ? nil : String(text.prefix(80))
    }
}
