import Base

/// Random texts; `random_text` of `make_fixtures.py` makes the same ones from the same seed.
struct TokenizerFuzz {
    private static let ranges: [ClosedRange<UInt32>] = [
        0x61...0x7A, 0x61...0x7A, 0x61...0x7A, 0x20...0x20, 0x20...0x20, 0x00...0x7F,
        0x30...0x39, 0x41...0x5A, 0xA0...0x24F, 0x300...0x36F, 0x370...0x3FF, 0x400...0x52F,
        0x590...0x6FF, 0x900...0xDFF, 0x1100...0x11FF, 0x1DC0...0x1FFF, 0x2000...0x2BFF,
        0x3000...0x30FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE00...0xFFFD,
        0x11000...0x11FFF, 0x1D100...0x1D1FF, 0x1F300...0x1F6FF, 0x20000...0x2FA1F,
        0...0x10FFFF,
    ]

    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private mutating func below(_ count: UInt64) -> UInt64 { random.next() % count }

    mutating func text() -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<below(48) {
            let range = TokenizerFuzz.ranges[Int(below(UInt64(TokenizerFuzz.ranges.count)))]
            let scalar = range.lowerBound + UInt32(below(UInt64(range.count)))
            let repeats = 1 + (below(4) == 0 ? below(6) : 0)
            guard let scalar = Unicode.Scalar(scalar) else { continue }
            for _ in 0..<repeats { scalars.append(scalar) }
        }
        return String(scalars)
    }
}
