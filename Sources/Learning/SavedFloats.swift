import Foundation

/// Weights in a saved head: base64 of little-endian 32-bit floats.
enum SavedFloats {
    static func text(_ floats: [Float]) -> String {
        var data = Data(capacity: floats.count * 4)
        for value in floats {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return data.base64EncodedString()
    }

    /// Nil for what is not such text, or holds a number that is not finite.
    static func floats(_ text: String) -> [Float]? {
        guard let data = Data(base64Encoded: text), data.count.isMultiple(of: 4) else {
            return nil
        }
        let floats = data.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { place in
                let bits = bytes.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
        return floats.allSatisfy(\.isFinite) ? floats : nil
    }
}
