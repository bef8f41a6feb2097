import Foundation

/// Runs the suites that the command line names.
enum BenchCommand {
    typealias Suite = @Sendable (_ arguments: [String]) async throws -> Report?

    /// In the order in which `bench` runs them; `false` marks those that need files named to them.
    static let suites: [(name: String, runsByItself: Bool, run: Suite)] = [
        ("startup", true, { _ in try await StartupSuite.run() }),
        ("turn", true, { _ in try await TurnSuite.run() }),
        ("upload", true, { _ in try await UploadSuite.run() }),
        ("booking", true, { _ in try await BookingSuite.run() }),
        ("hang", true, { _ in try await HangSuite.run() }),
        ("folder", true, { try await FolderSuite.run($0) }),
        ("editing", true, { try await EditingSuite.run($0) }),
        ("events", true, { try await EventsSuite.run($0) }),
        ("load", true, { try await LoadSuite.run($0) }),
        ("disk", true, { _ in try await DiskSuite.run() }),
        ("restore", true, { try await RestoreSuite.run($0) }),
        ("kills", false, { try await KillsSuite.run($0) }),
        ("memory", true, { try await MemorySuite.run($0) }),
        ("floods", true, { try await FloodSuite.run($0) }),
        ("index", true, { try await IndexSuite.run($0) }),
        (
            "vector", false,
            { arguments in
                guard try await VectorSuite.run(arguments) else { throw BenchFailure(usage) }
                return nil
            }
        ),
        ("inference", true, { try InferenceSuite.run($0) }),
        (
            "understanding", true,
            { arguments in
                guard try await UnderstandingSuite.run(arguments) else {
                    throw BenchFailure(usage)
                }
                return nil
            }
        ),
        (
            "answers", false,
            { arguments in
                try await AnswersSuite.run(arguments)
                return nil
            }
        ),
        ("language", false, { try LanguageSuite.report($0) }),
        ("inference-http", false, { try await InferenceServerSuite.run($0) }),
        ("heads", false, { try HeadsSuite.run($0) }),
    ]

    static let usage = """
        usage: bench [SUITE] [--json] [--save] [--compare]

          startup    spawn to first answer, first and second start
          turn       message accepted to draft ready; approval to reply
          upload     a 20-page PDF accepted to searchable
          booking    200 approvals of one slot at once
          hang       answers while the database or the models hang, and a turn and a document
                     after the server was killed in their middle
          folder     --documents 500: a folder dropped in one go, and everybody else meanwhile
          editing    --edits 1000: appointments made and moved while their service is edited
          events     --events 100000: what recording costs, and five subscribers of the log while
                     writers commit early and late
          load       --customers 50 --seconds 120 --every 10: streams, messages, replies
          disk       a disk of 600 MB is filled, by uploads and from outside (needs root, to mount it)
          restore    --kills 24: restores killed at random; what is there must be one of both
          kills      --kills 24 --keys 400 --seed 1: kill -9 of the server under keyed requests
          memory     --passages 100000: resident memory idle and full, and a start with them
          floods     --only streams|idle|heads|bodies|messages --seconds 10: what others wait for
                     while one client opens thousands of streams and connections, and what the
                     longest messages cost
          inference  --repeats 5 --threads 1,2: the encoder, by precision and instructions
          understanding
                     intents and answers on the corpora, learnt and held apart
          answers    --held | --fit: the questions of the corpora through the real search and
                     answerer; refits the weights on the development questions
          index      --passages 30000: our index beside pgvector, exact and HNSW
          vector     --base FILE --queries FILE …: the index on raw vectors; see its head
          inference-http
                     --rounds 5 --threads 2: what HTTP adds to the encoder, in bulk and for a query
          heads      --data FILE.tsv: seconds to train an intent head on 10,000 rows
          language   --folder FOLDER: days and times of sgd_datetime.jsonl
        """

    static func run(_ words: [String]) async -> Int32 {
        let named = words.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
        if named == "help" || words.contains("--help") {
            Output.write(usage)
            return 0
        }
        let chosen = suites.filter { named == nil ? $0.runsByItself : $0.name == named }
        guard !chosen.isEmpty else {
            Output.complain(usage)
            return 64
        }
        var regressed = false
        for suite in chosen {
            do {
                guard let report = try await suite.run(words) else { continue }
                Output.write(words.contains("--json") ? report.json : report.markdown)
                if words.contains("--save") { try Baseline.save(report) }
                if words.contains("--compare") {
                    let worse = try Baseline.compare(report)
                    for line in worse { Output.complain(line) }
                    regressed = regressed || !worse.isEmpty
                }
            } catch {
                Output.complain("\(suite.name): \(error)")
                return 1
            }
        }
        return regressed ? 1 : 0
    }
}

/// A measurement could not be made.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Where results and complaints go.
enum Output {
    static func write(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

/// Options of the form `--name value`.
func number(_ name: String, in words: [String], default usual: Int) -> Int {
    guard let place = words.firstIndex(of: name), place + 1 < words.count else { return usual }
    return Int(words[place + 1]) ?? usual
}

/// The value of an option that has one.
func option(_ name: String, in words: [String]) -> String? {
    guard let place = words.firstIndex(of: name), place + 1 < words.count else { return nil }
    return words[place + 1]
}
