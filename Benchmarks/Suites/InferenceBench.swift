import Encoder
import Foundation
import Synchronization

/// Encoders, loaded when they are first needed, and the clock.
final class InferenceBench {
    struct Figures {
        /// One run each.
        var milliseconds: [Double]
        /// Of all threads together.
        var processorMilliseconds: [Double]
        var tokens: Int

        var tokensPerSecond: Double {
            let sorted = milliseconds.sorted()
            return Double(tokens) / sorted[sorted.count / 2] * 1_000
        }
    }

    private let folder: URL
    private let repeats: Int
    private var loaded: [String: TextEncoder] = [:]

    init(folder: URL, repeats: Int) {
        self.folder = folder
        self.repeats = max(1, repeats)
    }

    /// The answer to one line of `--follow`.
    func answer(_ line: String) throws -> String {
        guard let one = InferenceCase(line) else { return #"{"error":"not understood"}"# }
        guard one.options.isAvailable else { return #"{"error":"not on this CPU"}"# }
        let figures = try measure(one)
        func list(_ values: [Double]) -> String {
            values.map { String(format: "%.4f", $0) }.joined(separator: ",")
        }
        return """
            {"precision":"\(one.options.precision.rawValue)","isa":"\(one.options.isa.rawValue)",\
            "threads":\(one.threads),"work":"\(one.work.rawValue)","tokens":\(figures.tokens),\
            "ms":[\(list(figures.milliseconds))],\
            "processor_ms":[\(list(figures.processorMilliseconds))]}
            """
    }

    func measure(_ one: InferenceCase) throws -> Figures {
        let texts = one.work.texts
        var figures = Figures(
            milliseconds: [], processorMilliseconds: [], tokens: texts.reduce(0) { $0 + $1.count })
        if one.work == .load {
            for _ in 0..<repeats {
                try time(&figures, runs: 1) {
                    let encoder = try TextEncoder(modelFolder: folder, options: one.options)
                    _ = encoder.vectors(ofTokens: texts, EncoderScratch())
                }
            }
            return figures
        }
        let encoder = try encoder(one.options)
        let groups = InferenceBench.groups(texts)
        let rooms = (0..<one.threads).map { _ in EncoderScratch() }
        InferenceBench.compute(groups, encoder, rooms)
        for _ in 0..<repeats {
            time(&figures, runs: one.work.runs) {
                InferenceBench.compute(groups, encoder, rooms)
            }
        }
        return figures
    }

    /// The largest 1 − cosine between our vectors and those of the reference.
    func furthest(_ options: EncoderOptions, from fixtures: URL) throws -> Double {
        let encoder = try encoder(options)
        let texts = try JSONDecoder().decode(
            [[Int32]].self, from: Data(contentsOf: fixtures.appendingPathComponent("tokens.json")))
        let wanted = try Data(contentsOf: fixtures.appendingPathComponent("vectors.f32"))
            .withUnsafeBytes { bytes in
                stride(from: 0, to: bytes.count, by: 4).map {
                    Double(bytes.loadUnaligned(fromByteOffset: $0, as: Float.self))
                }
            }
        let found = encoder.vectors(
            ofTokens: texts.map { encoder.tokenizer.framed($0) }, EncoderScratch())
        let width = TextEncoder.dimensions
        guard wanted.count == texts.count * width else { throw FixtureFault() }
        return found.enumerated().map { text, vector in
            let right = wanted[text * width..<(text + 1) * width]
            var (product, own, other) = (0.0, 0.0, 0.0)
            for (one, two) in zip(vector.lazy.map(Double.init), right) {
                product += one * two
                own += one * one
                other += two * two
            }
            return 1 - product / (own * other).squareRoot()
        }.max() ?? 0
    }

    private struct FixtureFault: Error, CustomStringConvertible {
        let description = "vectors.f32 does not have a vector for each text of tokens.json"
    }

    private func encoder(_ options: EncoderOptions) throws -> TextEncoder {
        let name = options.precision.rawValue + options.isa.rawValue
        if let encoder = loaded[name] { return encoder }
        let encoder = try TextEncoder(modelFolder: folder, options: options)
        loaded[name] = encoder
        return encoder
    }

    private func time(_ figures: inout Figures, runs: Int, _ work: () throws -> Void) rethrows {
        let processor = ProcessFigures.ownProcessorSeconds
        let clock = ContinuousClock()
        let time = try clock.measure { for _ in 0..<runs { try work() } }
        let used = ProcessFigures.ownProcessorSeconds - processor
        figures.milliseconds.append(time / .milliseconds(1) / Double(runs))
        figures.processorMilliseconds.append(used * 1_000 / Double(runs))
    }

    /// Texts in groups as the server makes them.
    private static func groups(_ texts: [[Int32]]) -> [[[Int32]]] {
        var groups: [[[Int32]]] = []
        var tokens = EncoderScratch.groupTokens
        for text in texts {
            if tokens + text.count > EncoderScratch.groupTokens {
                groups.append([])
                tokens = 0
            }
            groups[groups.count - 1].append(text)
            tokens += text.count
        }
        return groups
    }

    /// Each thread takes the next group until none is left.
    private static func compute(
        _ groups: [[[Int32]]], _ encoder: TextEncoder, _ rooms: [EncoderScratch]
    ) {
        guard rooms.count > 1 else {
            for group in groups { _ = encoder.vectors(ofTokens: group, rooms[0]) }
            return
        }
        let next = Atomic(0)
        // Each room is used by the one thread that was given its number.
        nonisolated(unsafe) let rooms = rooms
        DispatchQueue.concurrentPerform(iterations: rooms.count) { number in
            while true {
                let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard place < groups.count else { return }
                _ = encoder.vectors(ofTokens: groups[place], rooms[number])
            }
        }
    }
}
