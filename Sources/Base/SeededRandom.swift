import Foundation

/// A small repeatable generator (SplitMix64, Steele, Lea and Flood 2014): same seed, same numbers.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number in 0 ..< 1.
    package mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A standard normal number (Box–Muller).
    package mutating func normal() -> Double {
        let radius = (-2 * log(max(fraction(), 0x1p-53))).squareRoot()
        return radius * cos(2 * .pi * fraction())
    }
}
