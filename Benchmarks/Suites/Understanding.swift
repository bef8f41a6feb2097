import Base
import Desk
import Domain
import Encoder
import Foundation
import Learning

/// How well messages are understood and questions answered, on the corpora; no server needed.
enum UnderstandingSuite {
    static func run(_ arguments: [String]) async throws -> Bool {
        var flags: [String: String] = [:]
        for (name, value) in zip(arguments, arguments.dropFirst()) where name.hasPrefix("--") {
            flags[String(name.dropFirst(2))] = value
        }
        let corpora = URL(fileURLWithPath: flags["corpora"] ?? "corpora")
        let encoder = try TextEncoder(
            modelFolder: URL(fileURLWithPath: flags["model"] ?? ".vendor/minilm"))
        let train = try LabelledUtterances.all()
        let embeddings = encoder.vectors(of: train.map(\.text))
        if let dump = flags["dump"] {
            try dumpVectors(embeddings, to: dump)
        }
        var files = [corpora.appendingPathComponent("intents/dev.jsonl")]
        if arguments.contains("--held") {
            files.append(corpora.appendingPathComponent("held/utterances.jsonl"))
        }
        for usingVotes in [false, true] {
            let clock = ContinuousClock()
            let start = clock.now
            let model = try IntentModel.train(
                train, embeddings: embeddings, model: TextEncoder.modelID, usingVotes: usingVotes)
            let metrics = model.head.metrics
            line(
                "intents, \(train.count) utterances, \(IntentModel.folds) folds, "
                    + (usingVotes ? "with" : "without")
                    + " retrieval: accuracy \(percent(metrics.heldOut.accuracy))"
                    + " macro-F1 \(percent(metrics.heldOut.macroF1))"
                    + " calibration \(percent(metrics.heldOut.calibrationError))"
                    + " in \(clock.now - start)")
            if usingVotes { confusions(metrics.heldOut, model.head.classes) }
            for file in files { try measure(model, on: file, encoder, isWhole: usingVotes) }
        }
        try await QuestionMeasure(
            corpora: corpora, isHeld: arguments.contains("--held"), encoder: encoder,
            extractor: flags["frontdesk"] ?? besideProgram, evidence: flags["evidence"]
        ).run()
        return true
    }

    private static func measure(
        _ model: IntentModel, on file: URL, _ encoder: TextEncoder, isWhole: Bool
    ) throws {
        let rows = try LabelledUtterances.read(Data(contentsOf: file))
        let vectors = encoder.vectors(of: rows.map(\.text))
        let found = try zip(rows, vectors).map { try model.read($0.text, embedding: $1).best }
        func share(_ wanted: (Intent) -> Bool) -> String {
            let chosen = rows.indices.filter { wanted(rows[$0].intent) }
            let right = chosen.count { rows[$0].intent == found[$0] }
            return percent(Double(right) / Double(max(1, chosen.count)))
        }
        line(
            "\(rows.count) of \(file.pathComponents.suffix(2).joined(separator: "/")): accuracy "
                + "\(share { _ in true }), in scope \(share { $0 != .fallback }), "
                + "out-of-scope recall \(share { $0 == .fallback })")
        guard isWhole else { return }
        for intent in Intent.allCases { line("  \(intent.rawValue): \(share { $0 == intent })") }
    }

    private static func confusions(_ evaluation: HeadEvaluation, _ classes: [String]) {
        var pairs: [(Int, String)] = []
        for (row, counts) in evaluation.confusion.enumerated() {
            for (column, count) in counts.enumerated() where row != column && count > 2 {
                pairs.append((count, "\(classes[row]) taken for \(classes[column])"))
            }
            let all = counts.reduce(0, +)
            line("  \(classes[row]): recall \(percent(Double(counts[row]) / Double(max(1, all))))")
        }
        for (count, what) in pairs.sorted(by: { $0.0 > $1.0 }).prefix(14) {
            line("  \(count) × \(what)")
        }
    }

    private static func dumpVectors(_ vectors: [[Float]], to path: String) throws {
        var data = Data()
        for value in vectors.joined() {
            withUnsafeBytes(of: value) { data.append(contentsOf: $0) }
        }
        try data.write(to: URL(fileURLWithPath: path))
    }

    /// The `frontdesk` that was built with this program.
    static let besideProgram = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("frontdesk").path

    static func percent(_ share: Double) -> String {
        String(format: "%.1f %%", share * 100)
    }

    static func line(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
