import Encoder
import Foundation

/// How fast the encoder turns tokens into vectors, for each precision, instruction set and count
/// of threads.
///
///     bench inference [--model .vendor/minilm] [--repeats 5] [--threads 1,2]
///         [--fixtures Tests/EncoderTests/Fixtures]
///     bench inference --follow
///
/// `batch` is 32 texts of 126 tokens, `mixed` 32 of 8 to 244 that make as many, `query` one of 12.
/// `load` is a fresh encoder and its first query. The fixtures are 300 texts with the vectors that
/// sentence-transformers gives them: told is the largest distance of ours. With `--follow` it reads
/// what to measure, one line after another (`bf16 avx512 2 batch`), and answers each with a line of
/// JSON, so that `rivals/inference.py` can take turns with it.
enum InferenceSuite {
    static func run(_ words: [String]) throws -> Report? {
        let bench = InferenceBench(
            folder: URL(fileURLWithPath: option("--model", in: words) ?? ".vendor/minilm"),
            repeats: number("--repeats", in: words, default: 5))
        if words.contains("--follow") {
            while let line = readLine() { Output.write(try bench.answer(line)) }
            return nil
        }
        let threads = (option("--threads", in: words) ?? "1,2").split(separator: ",")
            .compactMap { Int($0) }
        var report = Report("inference")
        let fixtures = option("--fixtures", in: words) ?? "Tests/EncoderTests/Fixtures"
        for (precision, isa) in InferenceCase.paths {
            let options = EncoderOptions(precision: precision, isa: isa)
            guard options.isAvailable else { continue }
            let distance = try bench.furthest(options, from: URL(fileURLWithPath: fixtures))
            report.note(
                "\(precision.rawValue) \(isa.rawValue): at most "
                    + String(format: "%.1e", distance)
                    + " from sentence-transformers (1 - cosine)")
            for work in InferenceWork.allCases {
                for threads in work.isShared ? threads : [1] {
                    let one = InferenceCase(options: options, threads: threads, work: work)
                    let figures = try bench.measure(one)
                    report.add("\(one)", figures.milliseconds)
                    guard work.isShared else { continue }
                    report.add(
                        "\(one), tokens", value: figures.tokensPerSecond, unit: "tokens/s")
                }
            }
        }
        return report
    }

    private static func option(_ name: String, in words: [String]) -> String? {
        guard let place = words.firstIndex(of: name), place + 1 < words.count else { return nil }
        return words[place + 1]
    }
}

/// What to measure.
struct InferenceCase: CustomStringConvertible, Sendable {
    /// Automatic choices are left out: they are one of these.
    static let paths: [(EncoderOptions.Precision, EncoderOptions.ISA)] = [
        (.int8, .avx512), (.int16, .avx512), (.bf16, .avx512), (.f32, .avx512), (.f32, .avx2),
        (.f32, .portable),
    ]

    var options: EncoderOptions
    var threads: Int
    var work: InferenceWork

    init(options: EncoderOptions, threads: Int, work: InferenceWork) {
        self.options = options
        self.threads = threads
        self.work = work
    }

    /// From a line like `bf16 avx512 2 batch`; nil when it says something else.
    init?(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 4, let precision = EncoderOptions.Precision(rawValue: words[0]),
            let isa = EncoderOptions.ISA(rawValue: words[1]), let threads = Int(words[2]),
            (1...64).contains(threads), let work = InferenceWork(rawValue: words[3])
        else { return nil }
        options = EncoderOptions(precision: precision, isa: isa)
        self.threads = threads
        self.work = work
    }

    var description: String {
        "\(options.precision.rawValue) \(options.isa.rawValue), "
            + "\(threads) thread\(threads == 1 ? "" : "s"), \(work.rawValue)"
    }
}

/// Token sequences that the rival script makes in the same way.
enum InferenceWork: String, CaseIterable, Sendable {
    case batch
    case mixed
    case query
    case load

    /// Whether several threads share it.
    var isShared: Bool { self == .batch || self == .mixed }

    /// Runs for one figure: a query is too short for one.
    var runs: Int { self == .query ? 50 : 1 }

    var texts: [[Int32]] {
        switch self {
        case .batch: (0..<32).map { InferenceWork.text($0, tokens: 126) }
        case .mixed:
            (0..<32).map { InferenceWork.text($0, tokens: 126 + ($0 * 37 % 32 - 16) * 118 / 16) }
        case .query, .load: [InferenceWork.text(0, tokens: 12)]
        }
    }

    private static func text(_ number: Int, tokens: Int) -> [Int32] {
        [101] + (1..<(tokens - 1)).map { Int32(1_000 + (number * 977 + $0 * 7_919) % 28_000) }
            + [102]
    }
}
