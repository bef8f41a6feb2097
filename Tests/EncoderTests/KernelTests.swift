import CKernels
import Foundation
import Testing

/// The kernels of every kind against plain arithmetic in double precision.
struct KernelTests {
    static let kinds = [
        FRONTDESK_ENCODER_F32_PORTABLE, FRONTDESK_ENCODER_F32_AVX2, FRONTDESK_ENCODER_F32_AVX512,
        FRONTDESK_ENCODER_BF16_AVX512, FRONTDESK_ENCODER_INT8_AVX512,
        FRONTDESK_ENCODER_INT16_AVX512, FRONTDESK_ENCODER_F32_AVX512_PAIRS,
        FRONTDESK_ENCODER_INT16_AVX512_PAIRS,
    ].filter(frontdesk_encoder_has)
    static let finishes = [
        FRONTDESK_ENCODER_PLAIN, FRONTDESK_ENCODER_GELU, FRONTDESK_ENCODER_RESIDUAL,
    ]

    private let rooms = KernelRooms()

    /// Kinds that are missing are not tested: none may be missing where the processor has it.
    @Test("Each kind is there where the kernel says that the processor has its instructions")
    func available() throws {
        let wide: Set<Substring> = ["avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512_vnni"]
        let needed: [(frontdesk_encoder_kind, Set<Substring>)] = [
            (FRONTDESK_ENCODER_F32_PORTABLE, []), (FRONTDESK_ENCODER_F32_AVX2, ["avx2", "fma"]),
            (FRONTDESK_ENCODER_F32_AVX512, wide), (FRONTDESK_ENCODER_F32_AVX512_PAIRS, wide),
            (FRONTDESK_ENCODER_INT16_AVX512, wide), (FRONTDESK_ENCODER_INT8_AVX512, wide),
            (FRONTDESK_ENCODER_INT16_AVX512_PAIRS, wide),
            (FRONTDESK_ENCODER_BF16_AVX512, wide.union(["avx512_bf16"])),
        ]
        let lines = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8).split(
            separator: "\n")
        let flags = lines.first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
        for (kind, instructions) in needed {
            #expect(frontdesk_encoder_has(kind) == instructions.isSubset(of: flags), "\(kind)")
        }
        #expect(KernelTests.kinds.count == needed.count { frontdesk_encoder_has($0.0) })
    }

    private func gelu(_ x: Double) -> Double { x / 2 * (1 + erf(x / 2.0.squareRoot())) }

    @Test("A linear layer is the product, for every count of rows", arguments: kinds, finishes)
    func linear(kind: frontdesk_encoder_kind, finish: frontdesk_encoder_finish) {
        var numbers = KernelNumbers(seed: 7)
        let shapes = [
            (1...30, 32, 96), (111...112, 64, 96), (225...225, 96, 96), (13...13, 1_536, 96),
        ]
        for (counts, inputs, outputs) in shapes {
            for rows in counts {
                let scale: Float = rows % 3 == 0 ? 100 : 1
                let input = numbers.floats(rows * inputs, -scale...scale)
                let weights = numbers.floats(outputs * inputs, -1...1)
                let bias = numbers.floats(outputs, -2...2)
                let before = numbers.floats(rows * outputs, -5...5)
                let packed = rooms.make(
                    floats: frontdesk_encoder_packed_bytes(kind, outputs, inputs) / 4)
                frontdesk_encoder_pack(kind, weights, 0.5, outputs, inputs, packed.start)
                let output = rooms.make(floats: rows * outputs)
                for (index, value) in before.enumerated() { output.floats[index] = value }
                let room = rooms.make(input, kind)
                frontdesk_encoder_linear(
                    kind, room.start, rows, inputs, packed.start, bias, outputs, finish,
                    output.start)
                let isResidual = finish == FRONTDESK_ENCODER_RESIDUAL
                let found = output.values(
                    rows * outputs, isResidual ? FRONTDESK_ENCODER_F32_PORTABLE : kind)
                for row in 0..<rows {
                    for column in 0..<outputs {
                        var sum = Double(bias[column])
                        var size = abs(sum)
                        let steps = KernelNumbers.steps(
                            kind, input[(row * inputs)..<((row + 1) * inputs)],
                            weights[(column * inputs)..<((column + 1) * inputs)])
                        var slack = 0.0
                        for k in 0..<inputs {
                            let term =
                                Double(input[row * inputs + k])
                                * Double(weights[column * inputs + k]) / 2
                            sum += term
                            size += abs(term)
                            slack +=
                                steps.slack(
                                    input[row * inputs + k], weights[column * inputs + k]) / 2
                        }
                        if finish == FRONTDESK_ENCODER_GELU { sum = gelu(sum) }
                        if isResidual { sum += Double(before[row * outputs + column]) }
                        let error = abs(Double(found[row * outputs + column]) - sum)
                        let grain = isResidual ? 2e-6 : KernelNumbers.grain(kind)
                        let curve = KernelNumbers.curve(kind)
                        // Pairs of floats lose what inputs and weights are apart in size.
                        let isApart = kind == FRONTDESK_ENCODER_F32_AVX512_PAIRS && scale > 1
                        let digits = size * (isApart ? 3e-5 : 1e-6)
                        guard error > abs(sum) * grain + digits + curve + slack * 1.13
                        else { continue }
                        Issue.record("\(rows) rows, [\(row)][\(column)]: off by \(error)")
                        return
                    }
                }
            }
        }
    }

    @Test("In sixteen bits pairs change no bit, and the longest sums still fit")
    func pairsInWholeNumbers() throws {
        let kinds = [FRONTDESK_ENCODER_INT16_AVX512, FRONTDESK_ENCODER_INT16_AVX512_PAIRS]
        guard kinds.allSatisfy(frontdesk_encoder_has) else {
            try Test.cancel("this CPU has no VNNI")
        }
        var numbers = KernelNumbers(seed: 23)
        for inputs in [32, 64, 96, 384, 1_536] {
            let wild = numbers.floats(inputs, -1...1).enumerated().map {
                $0.offset % 31 == 5 ? $0.element * 1_000 : $0.element
            }
            let alternating = (0..<inputs).map { Float($0 % 2 * 2 - 1) }
            // Two that meet in one addition, as large as numbers get.
            let lonely = (0..<inputs).map { Float([6, 8].contains($0) ? 1 : 0) }
            let shaping: [[Float]] = [
                [Float](repeating: 1, count: inputs), [Float](repeating: -3, count: inputs),
                alternating, wild, lonely, numbers.floats(inputs, -1e-13...1e-13),
                numbers.floats(inputs, -1e-20...1e-20), numbers.floats(inputs, 1e14...2e14),
                numbers.floats(inputs, 1e17...3e17), [Float](repeating: 2e17, count: inputs),
            ]
            let rows = shaping + [[Float](repeating: 0, count: inputs)]
            // Weights that fit a row exactly make the largest sums that there are.
            let weights = (0..<96).flatMap { shaping[$0 % shaping.count] }
            let bias = [Float](repeating: 0, count: 96)
            let found = kinds.map { kind in
                let packed = rooms.make(
                    floats: frontdesk_encoder_packed_bytes(kind, 96, inputs) / 4)
                frontdesk_encoder_pack(kind, weights, 1, 96, inputs, packed.start)
                let output = rooms.make(floats: rows.count * 96)
                frontdesk_encoder_linear(
                    kind, rooms.make(rows.flatMap { $0 }, kind).start, rows.count, inputs,
                    packed.start, bias, 96, FRONTDESK_ENCODER_PLAIN, output.start)
                return output.values(rows.count * 96, kind)
            }
            #expect(found[0] == found[1], "\(inputs) inputs")
            for (index, row) in shaping.enumerated() {
                let wanted = row.reduce(0.0) { $0 + Double($1) * Double($1) }
                let sum = Double(found[0][index * 96 + index])
                // The tiniest products are less than the tiniest float.
                #expect(abs(sum - wanted) <= wanted * 2e-3 + 1e-37, "\(inputs), row \(index)")
            }
            #expect(found[0][(shaping.count * 96)...].allSatisfy { $0 == 0 })
        }
    }

    @Test("GELU holds from the deepest to the highest input", arguments: kinds)
    func gelu(kind: frontdesk_encoder_kind) {
        var inputs: [Float] = [
            0, -0.0, 1e-30, -1e-30, 1e30, -1e30, 3e38, -3e38, 88, -88, 5.6, -5.6,
        ]
        inputs += (-800...800).map { Float($0) / 64 }
        inputs += [Float](repeating: 0, count: 96 - inputs.count % 96)
        // One row times weights of zero: the biases alone pass through.
        let outputs = inputs.count
        let packed = rooms.make(floats: frontdesk_encoder_packed_bytes(kind, outputs, 32) / 4)
        frontdesk_encoder_pack(
            kind, [Float](repeating: 0, count: outputs * 32), 1, outputs, 32, packed.start)
        let output = rooms.make(floats: outputs)
        frontdesk_encoder_linear(
            kind, rooms.make([Float](repeating: 1, count: 32), kind).start, 1, 32,
            packed.start, inputs, outputs, FRONTDESK_ENCODER_GELU, output.start)
        for (x, y) in zip(inputs, output.values(outputs, kind)) {
            let wanted = gelu(Double(x))
            let bound = abs(wanted) * KernelNumbers.grain(kind) + KernelNumbers.curve(kind)
            #expect(abs(Double(y) - wanted) <= bound, "\(x)")
        }
    }

    @Test(
        "Attention is the weighted mean of the values, for every length", arguments: kinds,
        [Float(0), 1, 9])
    func attention(kind: frontdesk_encoder_kind, scale: Float) {
        var numbers = KernelNumbers(seed: 11)
        let heads = 2
        // Scores of a thousand are known to some digits only.
        let bound = 2 * KernelNumbers.grain(kind) + Double(scale * scale) * 1e-5
        let width = heads * 32
        let scratch = rooms.make(floats: frontdesk_encoder_attention_scratch() / 4)
        // Whatever lies there from before, nothing may come of it.
        for place in 0..<frontdesk_encoder_attention_scratch() / 4 { scratch.floats[place] = .nan }
        for tokens in Array(1...34) + [63, 64, 65, 126, 255, 256, 512] {
            var qkv = numbers.floats(tokens * 3 * width, -2...2)
            for row in 0..<tokens {
                for column in 0..<width { qkv[row * 3 * width + column] *= scale }
            }
            qkv = qkv.map(KernelNumbers.rounded)
            let output = rooms.make(floats: tokens * width)
            frontdesk_encoder_attention(
                kind, rooms.make(qkv, kind).start, tokens, heads, scratch.start,
                output.start)
            let found = output.values(tokens * width, kind)
            for row in Set([0, tokens / 2, tokens - 1]) {
                let wanted = attended(qkv, row, tokens, heads)
                for (column, value) in wanted.enumerated() {
                    let error = abs(Double(found[row * width + column]) - value)
                    #expect(
                        error <= bound,
                        "\(tokens) tokens, [\(row)][\(column)]")
                }
            }
        }
    }

    private func attended(_ qkv: [Float], _ row: Int, _ tokens: Int, _ heads: Int) -> [Double] {
        let width = heads * 32
        func part(_ token: Int, _ kind: Int, _ head: Int, _ index: Int) -> Double {
            Double(qkv[token * 3 * width + kind * width + head * 32 + index])
        }
        return (0..<heads).flatMap { head -> [Double] in
            let scores = (0..<tokens).map { token in
                (0..<32).reduce(0.0) { $0 + part(row, 0, head, $1) * part(token, 1, head, $1) }
            }
            let most = scores.max() ?? 0
            let shares = scores.map { exp($0 - most) }
            let total = shares.reduce(0, +)
            return (0..<32).map { index in
                shares.enumerated().reduce(0.0) {
                    $0 + $1.element * part($1.offset, 2, head, index)
                } / total
            }
        }
    }

    @Test("Layer normalisation holds for flat, tiny and huge rows", arguments: kinds)
    func normalise(kind: frontdesk_encoder_kind) {
        var numbers = KernelNumbers(seed: 13)
        let width = 384
        let gain = numbers.floats(width, 0...2)
        let shift = numbers.floats(width, -1...1)
        let rows: [[Float]] = [
            numbers.floats(width, -1...1), numbers.floats(width, 99...101),
            numbers.floats(width, -1e15...1e15), numbers.floats(width, -1e-4...1e-4),
            [Float](repeating: 3, count: width),
        ]
        let states = rooms.make(floats: rows.count * width)
        for (index, value) in rows.joined().enumerated() { states.floats[index] = value }
        let copy = rooms.make(floats: rows.count * width)
        frontdesk_encoder_normalise(
            kind, states.floats, rows.count, width, gain, shift, 1e-12, copy.start)
        let copied = copy.values(rows.count * width, kind)
        for (number, row) in rows.enumerated() {
            let mean = row.reduce(0.0) { $0 + Double($1) } / Double(width)
            let variance =
                row.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(width)
            for index in 0..<width {
                let place = number * width + index
                let wanted =
                    (Double(row[index]) - mean) / (variance + 1e-12).squareRoot()
                    * Double(gain[index]) + Double(shift[index])
                let found = states.floats[place]
                #expect(abs(Double(found) - wanted) <= 1e-4, "row \(number), \(index)")
                if !KernelNumbers.isWide(kind) {
                    #expect(copied[place] == KernelNumbers.rounded(found))
                }
            }
        }
    }

    @Test("The pooled vector is the mean at length 1", arguments: kinds)
    func pool(kind: frontdesk_encoder_kind) {
        var numbers = KernelNumbers(seed: 17)
        for count in [1, 2, 7, 256] {
            let rows = numbers.floats(count * 384, -3...3)
            var vector = [Float](repeating: 0, count: 384)
            frontdesk_encoder_pool(kind, rows, count, 384, &vector)
            var mean = (0..<384).map { index in
                (0..<count).reduce(0.0) { $0 + Double(rows[$1 * 384 + index]) } / Double(count)
            }
            let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
            mean = mean.map { $0 / length }
            for (found, wanted) in zip(vector, mean) {
                #expect(abs(Double(found) - wanted) <= 1e-6)
            }
        }
        var still = [Float](repeating: 1, count: 384)
        frontdesk_encoder_pool(kind, [Float](repeating: 0, count: 384), 1, 384, &still)
        #expect(still.allSatisfy { $0 == 0 })
    }

    @Test("Tokens begin as word, place and segment together")
    func begin() {
        var numbers = KernelNumbers(seed: 19)
        let (words, places) = (numbers.floats(5 * 32, -1...1), numbers.floats(3 * 32, -1...1))
        let segment = numbers.floats(32, -1...1)
        var states = [Float](repeating: 0, count: 96)
        frontdesk_encoder_begin(words, places, segment, [4, 0, 2], 3, 32, &states)
        for (row, token) in [4, 0, 2].enumerated() {
            for index in 0..<32 {
                let wanted = words[token * 32 + index] + places[row * 32 + index] + segment[index]
                #expect(abs(states[row * 32 + index] - wanted) < 1e-6)
            }
        }
    }
}
