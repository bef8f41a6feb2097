import Foundation
import VectorIndex

/// Recall and speed of the vector index on raw files of vectors, beside nothing and nobody.
///
///     bench vector --base FILE --queries FILE [--truth FILE] [--k 10] [--m 16]
///         [--ef-construction 200] [--ef 16,24,32,48,64,96,128,192,256] [--threads 1,2]
///         [--dim N] [--limit N] [--rounds 3] [--build-threads N] [--dump FILE]
///         [--isa avx512|avx2|portable] [--engine ours|pgvector] [--open FILE]
///         [--snapshot FILE] [--live INSERTS/S] [--churn SHARE] [--filters SHARE,…]
///         [--interactive]
///
/// Files end in `.f16` or `.f32`: little-endian, row after row; the dimension comes from the
/// `meta.json` beside them or from `--dim`. The truth holds, as int32, the nearest rows of each
/// query, best first; without it the exact search is the truth. One JSON line per ef and number of
/// threads; a pass over all queries is repeated `--rounds` times and the median pass is told.
///
/// `--open` takes the index from a snapshot instead of building it. `--snapshot`, `--live` and
/// `--churn` measure those things afterwards, one line each, and `--filters` the recall of searches
/// that so large a share of the vectors passes, as predicate and as set. `--interactive` builds, then
/// answers each line "EF THREADS" on standard input with one measurement, for rounds beside rivals.
enum VectorSuite {
    /// Runs the suite; false when the arguments are of no use.
    static func run(_ arguments: [String]) async throws -> Bool {
        guard let plan = VectorPlan(arguments) else { return false }
        let files = try VectorFiles(plan)
        var subject = try await open(plan, files)
        Output.write(subject.opening.json)
        if plan.isInteractive {
            while let line = readLine(), let order = Order(line) {
                let first = try subject.measure(
                    width: order.width, threads: order.threads, rounds: 1)
                // Quick passes are repeated, so that none is judged by its start.
                let more = min(25, Int(VectorRun.secondsTogether / first.seconds))
                let run =
                    more < 2
                    ? first
                    : try subject.measure(
                        width: order.width, threads: order.threads, rounds: more)
                Output.write(run.line(of: subject, files, plan).json)
            }
            try await subject.close()
            return true
        }
        let dump = try plan.dump.map { try VectorDump($0) }
        for width in plan.widths {
            for threads in plan.threads {
                let run = try subject.measure(
                    width: width, threads: threads, rounds: plan.rounds)
                Output.write(run.line(of: subject, files, plan).json)
                if threads == plan.threads.first { dump?.add(run.found, k: plan.k) }
            }
        }
        if let ours = subject as? OurVectors { try ours.measureMore(plan, files) }
        try await subject.close()
        return true
    }

    private static func open(_ plan: VectorPlan, _ files: VectorFiles) async throws
        -> any VectorSubject
    {
        switch plan.engine {
        case .ours: try OurVectors(plan, files)
        case .pgvector: try await TheirVectors(plan, files)
        }
    }

    /// One line of an interactive run.
    private struct Order {
        let width: Int
        let threads: Int

        init?(_ line: String) {
            let words = line.split(separator: " ").compactMap { Int($0) }
            guard words.count == 2 else { return nil }
            width = words[0]
            threads = words[1]
        }
    }
}

/// What can be measured: it holds the base vectors and finds the nearest.
protocol VectorSubject {
    /// What it says about itself before the first query.
    var opening: JSONLine { get }
    var buildSeconds: Double { get }
    /// Bytes of resident memory that one vector costs now, mapped pages counted.
    var bytesPerVector: Double { get }
    /// Passes over all queries with so many threads; the median one.
    mutating func measure(width: Int, threads: Int, rounds: Int) throws -> VectorRun
    func close() async throws
}

/// What the command line asks for.
struct VectorPlan {
    enum Engine: String {
        case ours
        case pgvector
    }

    let base: String
    let queries: String
    let truth: String?
    let dimension: Int
    let k: Int
    let connections: Int
    let constructionWidth: Int
    let widths: [Int]
    let threads: [Int]
    let buildThreads: Int
    let limit: Int
    let rounds: Int
    let dump: String?
    let instructions: VectorInstructions
    let engine: Engine
    let snapshotToOpen: String?
    let snapshot: String?
    let insertsPerSecond: Int?
    let churn: Double?
    let filters: [Double]
    let isInteractive: Bool

    init?(_ arguments: [String]) {
        var options: [String: String] = [:]
        for (name, value) in zip(arguments, arguments.dropFirst()) where name.hasPrefix("--") {
            options[name] = value
        }
        func numbers(_ name: String, _ usual: String) -> [Int] {
            (options[name] ?? usual).split(separator: ",").compactMap { Int($0) }
                .filter { $0 > 0 }
        }
        guard let base = options["--base"], let queries = options["--queries"],
            let dimension = numbers("--dim", VectorPlan.dimension(beside: base)).first,
            let k = numbers("--k", "10").first, let connections = numbers("--m", "16").first,
            let constructionWidth = numbers("--ef-construction", "200").first,
            let limit = numbers("--limit", "100000000").first,
            let rounds = numbers("--rounds", "3").first,
            let engine = Engine(rawValue: options["--engine"] ?? "ours"),
            let instructions = VectorInstructions(rawValue: options["--isa"] ?? "auto")
        else { return nil }
        widths = numbers("--ef", "16,24,32,48,64,96,128,192,256")
        threads = numbers("--threads", "1,2")
        guard let most = threads.max(),
            let buildThreads = numbers("--build-threads", "\(most)").first
        else { return nil }
        self.base = base
        self.queries = queries
        self.dimension = dimension
        self.k = k
        self.connections = connections
        self.constructionWidth = constructionWidth
        self.buildThreads = buildThreads
        self.limit = limit
        self.rounds = rounds
        self.engine = engine
        truth = options["--truth"]
        dump = options["--dump"]
        self.instructions = instructions
        snapshotToOpen = options["--open"]
        snapshot = options["--snapshot"]
        insertsPerSecond = numbers("--live", "").first
        churn = options["--churn"].flatMap { Double($0) }
        filters = (options["--filters"] ?? "").split(separator: ",").compactMap { Double($0) }
        isInteractive = arguments.contains("--interactive")
    }

    /// The `dim` of the `meta.json` in the same folder; empty when there is none.
    private static func dimension(beside path: String) -> String {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        // Without the file `--dim` must say it.
        guard let data = try? Data(contentsOf: folder.appendingPathComponent("meta.json")),
            let meta = try? JSONDecoder().decode(Meta.self, from: data)
        else { return "" }
        return String(meta.dim)
    }

    private struct Meta: Decodable {
        let dim: Int
    }
}
