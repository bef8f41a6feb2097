import Base
import Encoder
import Foundation
import Learning

/// Learns spans from labelled texts and finds them in others.
///
///     bench tagging --data FILE.jsonl [--test FILE.jsonl] [--folder .vendor/minilm]
///
/// A line has `text`, `slots` (a list of kind, begin and end in Unicode scalars) and may have
/// `requested_slots`, what had just been asked for. Without a file to test on, every fifth text is
/// kept apart. A span counts when its kind and both ends are right.
enum TaggingSuite {
    static func run(_ words: [String]) throws -> Report {
        guard let path = option("--data", in: words) else { throw BenchFailure("name --data FILE") }
        let encoder = try TextEncoder(
            modelFolder: URL(fileURLWithPath: option("--folder", in: words) ?? ".vendor/minilm"))
        var learned = try texts(path)
        var tested: [LabelledText]
        if let path = option("--test", in: words) {
            tested = try texts(path)
        } else {
            tested = learned.enumerated().filter { $0.offset % 5 == 4 }.map(\.element)
            learned = learned.enumerated().filter { $0.offset % 5 != 4 }.map(\.element)
        }
        let kinds = Set(learned.flatMap { $0.spans.map(\.kind) }).sorted()
        let reader = TokenReader(encoder: encoder, kinds: kinds)
        var report = Report("tagging")
        var set = try TaggingSet(kinds: kinds, dimension: reader.dimension)
        let reading = try timed {
            for text in learned {
                let read = reader.read(text)
                guard !read.tokens.isEmpty else { continue }
                try set.add(read.rows, spans: read.spans(of: text))
            }
        }
        report.add("reading \(learned.count) texts, one thread", value: reading, unit: "s")
        var trained: TaggingHead?
        let training = try timed {
            trained = try TaggingTrainer.train(set, model: TextEncoder.modelID)
        }
        guard let head = trained else { throw BenchFailure("nothing was trained") }
        report.add("training on \(set.tokenCount) tokens", value: training, unit: "s")
        try add(evaluate(head, reader, tested), to: &report)
        report.note(
            "penalty \(head.metrics.penalty), held-out F1 in training"
                + " \(Report.short(100 * head.metrics.heldOut.f1)) %,"
                + " file \(try head.encoded().count / 1_024) kB, load \(ProcessFigures.loadAverage)"
        )
        return report
    }

    private static func evaluate(
        _ head: TaggingHead, _ reader: TokenReader, _ texts: [LabelledText]
    ) throws -> TaggingEvaluation {
        var evaluation = TaggingEvaluation()
        for text in texts {
            let read = reader.read(text)
            let found = read.tokens.isEmpty ? [] : try head.spans(in: read.rows)
            evaluation.add(
                present: text.spans,
                found: found.map { span in
                    LabelledText.Span(
                        kind: span.span.kind,
                        range: read.tokens[span.span.tokens.lowerBound]
                            .range
                            .lowerBound..<read.tokens[span.span.tokens.upperBound - 1]
                            .range.upperBound)
                }
            ) { $0.kind }
        }
        return evaluation
    }

    private static func add(_ evaluation: TaggingEvaluation, to report: inout Report) {
        let all = evaluation.all
        report.add(
            "span F1 on \(evaluation.texts) texts", value: 100 * all.f1, unit: "%")
        report.add("precision", value: 100 * all.precision, unit: "%")
        report.add("recall", value: 100 * all.recall, unit: "%")
        for (kind, counts) in evaluation.byKind.sorted(by: { $0.key < $1.key }) {
            report.add("F1 of \(kind), \(counts.present) spans", value: 100 * counts.f1, unit: "%")
        }
    }

    private static func timed(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private static func texts(_ path: String) throws -> [LabelledText] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").compactMap {
            try LabelledText($0)
        }
    }
}

/// One line of the data.
private struct LabelledText {
    struct Span: Hashable {
        let kind: String
        let range: Range<Int>
    }

    let text: String
    let asked: Set<String>
    let spans: [Span]

    init?(_ line: Substring) throws {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        guard let object, let text = object["text"] as? String else { return nil }
        self.text = text
        asked = Set(object["requested_slots"] as? [String] ?? [])
        spans = (object["slots"] as? [[Any]] ?? []).compactMap { slot in
            guard slot.count == 3, let kind = slot[0] as? String, let begin = slot[1] as? Int,
                let end = slot[2] as? Int, begin < end
            else { return nil }
            return Span(kind: kind, range: begin..<end)
        }
    }
}

/// A text's tokens, and for each a row: the last layer's vector, what had been asked for, and what
/// the model cannot see of the letters, since it reads everything in lower case.
private struct TokenReader {
    struct Read {
        let tokens: [PlacedToken]
        let rows: [Float]

        /// Labelled spans in tokens; those that no token lies in are left out, and of two that
        /// share a token the later one.
        func spans(of text: LabelledText) -> [TokenSpan] {
            var end = 0
            return text.spans.sorted { $0.range.lowerBound < $1.range.lowerBound }.compactMap {
                span in
                let inside = tokens.indices.filter { tokens[$0].range.overlaps(span.range) }
                guard let first = inside.first, let last = inside.last, first >= end
                else { return nil }
                end = last + 1
                return TokenSpan(kind: span.kind, tokens: first..<end)
            }
        }
    }

    let encoder: TextEncoder
    let kinds: [String]
    private let scratch = EncoderScratch()

    init(encoder: TextEncoder, kinds: [String]) {
        self.encoder = encoder
        self.kinds = kinds
    }

    var dimension: Int { TextEncoder.dimensions + kinds.count + 3 }

    func read(_ text: LabelledText) -> Read {
        let placed = encoder.tokenizer.placedTokens(of: text.text)
        let states = encoder.states(ofTokens: placed.map(\.id), scratch)
        let tokens = Array(placed.dropFirst().dropLast())
        let scalars = Array(text.text.unicodeScalars)
        let asked = kinds.map { Float(text.asked.contains($0) ? 1 : 0) }
        var rows: [Float] = []
        rows.reserveCapacity(tokens.count * dimension)
        for (number, token) in tokens.enumerated() {
            let first = number * TextEncoder.dimensions
            rows += states[first..<first + TextEncoder.dimensions]
            rows += asked
            let letters = scalars[token.range]
            rows.append(letters.first.map { $0.properties.isUppercase } == true ? 1 : 0)
            rows.append(letters.contains { $0.properties.numericType != nil } ? 1 : 0)
            let follows =
                number > 0 && tokens[number - 1].range.upperBound == token.range.lowerBound
            rows.append(follows ? 1 : 0)
        }
        return Read(tokens: tokens, rows: rows)
    }
}
