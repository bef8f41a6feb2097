import Foundation

/// A value that must not be shown: prints as dots everywhere.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// The value itself; the name makes every use easy to find.
    package func revealed() -> String { value }

    package var isEmpty: Bool { value.isEmpty }
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
}

extension Secret: CustomReflectable {
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret {
    /// The 32 bytes of a key that was written in base64 or in hexadecimal; nil when it is neither.
    package var decodedKey: [UInt8]? {
        let text = revealed()
        if text.utf8.count == 64, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) {
            let digits = text.compactMap(\.hexDigitValue)
            return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
        }
        guard let data = Data(base64Encoded: text), data.count == 32 else { return nil }
        return [UInt8](data)
    }
}
