import Encoder
import Foundation

/// The published model that set-up has fetched, loaded once for all tests.
enum ModelFixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../.vendor/minilm").standardizedFileURL

    static let encoder = Result { try TextEncoder(modelFolder: folder) }

    static func data(_ name: String) throws -> Data {
        try Data(
            contentsOf: Bundle.module.resourceURL.unsafelyUnwrapped
                .appendingPathComponent("Fixtures/\(name)"))
    }

    static func lines(_ name: String) throws -> [Substring] {
        String(decoding: try data(name), as: UTF8.self).split(separator: "\n")
    }

    static func texts() throws -> [String] {
        try JSONDecoder().decode([String].self, from: data("texts.json"))
    }
}

/// FNV-1a over 32-bit numbers, as `make_fixtures.py` computes it.
struct TokenHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Adds one text's tokens without start and end, and a separator.
    mutating func add(_ tokens: ArraySlice<Int32>) {
        for token in tokens { add(UInt32(bitPattern: token)) }
        add(.max)
    }

    private mutating func add(_ number: UInt32) {
        for shift in [UInt32(0), 8, 16, 24] {
            value = (value ^ UInt64((number >> shift) & 255)) &* 0x100_0000_01b3
        }
    }
}
