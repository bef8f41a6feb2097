import Base
import CKernels
import Foundation

/// Random and nasty floats, and their way into the numbers of a kind and back.
struct KernelNumbers {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// Floats that bf16 holds exactly, so that every kind is given the same.
    mutating func floats(_ count: Int, _ range: ClosedRange<Float>) -> [Float] {
        (0..<count).map { _ in
            KernelNumbers.rounded(Float.random(in: range, using: &random))
        }
    }

    static func rounded(_ value: Float) -> Float {
        let bits = value.bitPattern
        return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
    }

    static func isWide(_ kind: frontdesk_encoder_kind) -> Bool {
        frontdesk_encoder_number_bytes(kind) == 4
    }

    /// How far GELU may be from its formula.
    static func curve(_ kind: frontdesk_encoder_kind) -> Double {
        let isExact = isWide(kind) && !isInt16(kind) && kind != FRONTDESK_ENCODER_INT8_AVX512
        return isExact ? 2e-6 : 4e-5
    }

    static func isInt16(_ kind: frontdesk_encoder_kind) -> Bool {
        kind == FRONTDESK_ENCODER_INT16_AVX512 || kind == FRONTDESK_ENCODER_INT16_AVX512_PAIRS
    }

    /// What one rounding of a number may change, relatively.
    static func grain(_ kind: frontdesk_encoder_kind) -> Double { isWide(kind) ? 2e-6 : 0.0042 }
}

extension KernelNumbers {
    /// How far rounding to whole numbers may move inputs and weights.
    struct Steps {
        var input = 0.0
        var weight = 0.0

        /// What rounding both may change in one product.
        func slack(_ input: Float, _ weight: Float) -> Double {
            abs(Double(weight)) * self.input + abs(Double(input)) * self.weight
                + self.input * self.weight
        }
    }

    /// Zero for kinds that keep floats or their upper halves.
    static func steps(
        _ kind: frontdesk_encoder_kind, _ input: ArraySlice<Float>, _ weights: ArraySlice<Float>
    ) -> Steps {
        if isInt16(kind) {
            return Steps(
                input: half(input, most: 16_383, longest: 32_700),
                weight: half(weights, most: 16_383, longest: 65_400))
        }
        guard kind == FRONTDESK_ENCODER_INT8_AVX512 else { return Steps() }
        let range = max(0, input.max() ?? 0) - min(0, input.min() ?? 0)
        // The zero point of the inputs is rounded as well, hence a whole step.
        return Steps(
            input: Double(range) / 255, weight: half(weights, most: 127, longest: .infinity))
    }

    /// Half a step, where there may be so many in one number and in the length of all.
    private static func half(
        _ numbers: ArraySlice<Float>, most: Double, longest: Double
    ) -> Double {
        let greatest = numbers.reduce(0) { max($0, abs(Double($1))) }
        let squares = numbers.reduce(0) { $0 + Double($1) * Double($1) }
        return max(greatest / most, squares.squareRoot() / longest) / 2
    }
}

/// The rooms of one test, kept until it ends: kernels see only their addresses.
final class KernelRooms {
    private var kept: [KernelRoom] = []

    func make(floats: Int) -> KernelRoom {
        kept.append(KernelRoom(floats: floats))
        return kept[kept.count - 1]
    }

    func make(_ numbers: [Float], _ kind: frontdesk_encoder_kind) -> KernelRoom {
        let room = make(floats: max(numbers.count, 16))
        if KernelNumbers.isWide(kind) {
            for (index, value) in numbers.enumerated() { room.floats[index] = value }
        } else {
            let halves = room.start.assumingMemoryBound(to: UInt16.self)
            for (index, value) in numbers.enumerated() {
                halves[index] = UInt16(value.bitPattern >> 16)
            }
        }
        return room
    }
}

/// Memory that begins on a cache line and ends with a page that nobody may touch.
final class KernelRoom {
    private let mapping: UnsafeMutableRawPointer
    private let mapped: Int
    let start: UnsafeMutableRawPointer
    var floats: UnsafeMutablePointer<Float> { start.assumingMemoryBound(to: Float.self) }

    fileprivate init(floats count: Int) {
        let page = 4_096
        let bytes = (count * 4 + 63) / 64 * 64
        mapped = (bytes + page - 1) / page * page + page
        mapping = mmap(
            nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        mprotect(mapping + mapped - page, page, PROT_NONE)
        start = mapping + mapped - page - bytes
    }

    deinit { munmap(mapping, mapped) }

    func values(_ count: Int, _ kind: frontdesk_encoder_kind) -> [Float] {
        if KernelNumbers.isWide(kind) { return (0..<count).map { floats[$0] } }
        let halves = start.assumingMemoryBound(to: UInt16.self)
        return (0..<count).map { Float(bitPattern: UInt32(halves[$0]) << 16) }
    }
}
