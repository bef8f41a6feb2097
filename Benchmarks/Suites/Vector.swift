import Foundation
import VectorIndex

/// Recall and speed of the graph beside exact search, on raw vectors.
///
///     bench vector --base FILE --queries FILE --dim N [--ef 32,64] [--threads N] [--limit N]
///
/// Files end in `.f16` or `.f32`: little-endian, row after row. One JSON line per width.
enum VectorSuite {
    static let defaults = ["--ef": "32,64,96,128,256", "--threads": "2", "--limit": "1000000"]

    /// Runs the suite; false when the arguments or files are of no use.
    static func run(_ arguments: [String]) throws -> Bool {
        var options = defaults
        for (name, value) in zip(arguments, arguments.dropFirst()) where name.hasPrefix("--") {
            options[name] = value
        }
        guard let base = options["--base"], let queryFile = options["--queries"],
            let dimension = options["--dim"].flatMap({ Int($0) }), dimension > 0,
            let threads = options["--threads"].flatMap({ Int($0) }),
            let limit = options["--limit"].flatMap({ Int($0) })
        else { return false }
        let widths = (options["--ef"] ?? "").split(separator: ",").compactMap { Int($0) }
        let vectors = try rows(base, dimension, limit)
        let queries = try rows(queryFile, dimension, 1_000)
        let clock = ContinuousClock()
        let collection = try VectorCollection(dimension: dimension)
        let build = try clock.measure {
            let items = vectors.enumerated().map { (id: Int64($0.offset), vector: $0.element) }
            try collection.insert(items, threads: threads)
        }
        var truth: [[Neighbour]] = []
        let exact = try clock.measure {
            for query in queries {
                truth.append(try collection.search(query, k: 10, strategy: .exact))
            }
        }
        let batch = try clock.measure {
            _ = try collection.search(batch: queries, k: 10, strategy: .exact)
        }
        report([
            "n": Double(vectors.count), "build_seconds": build / .seconds(1),
            "threads": Double(threads), "exact_qps": Double(queries.count) / (exact / .seconds(1)),
            "exact_batch_qps": Double(queries.count) / (batch / .seconds(1)),
        ])
        for width in widths {
            try measure(collection, queries, truth, width: width, clock: clock)
        }
        return true
    }

    private static func measure(
        _ collection: VectorCollection, _ queries: [[Float]], _ truth: [[Neighbour]], width: Int,
        clock: ContinuousClock
    ) throws {
        var hits = 0
        var times: [Double] = []
        for (query, right) in zip(queries, truth) {
            var found: [Neighbour] = []
            let time = try clock.measure {
                found = try collection.search(query, k: 10, width: width, strategy: .graph)
            }
            times.append(time / .microseconds(1))
            hits += Set(found.map(\.id)).intersection(right.map(\.id)).count
        }
        let total = times.reduce(0, +)
        times.sort()
        report([
            "ef": Double(width), "recall": Double(hits) / Double(queries.count * 10),
            "qps": Double(queries.count) / total * 1e6, "p50_us": times[times.count / 2],
            "p99_us": times[times.count * 99 / 100],
        ])
    }

    private static func rows(_ path: String, _ dimension: Int, _ limit: Int) throws -> [[Float]] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let half = path.hasSuffix(".f16")
        let stride = dimension * (half ? 2 : 4)
        return data.withUnsafeBytes { bytes in
            (0..<min(limit, data.count / stride)).map { row in
                (0..<dimension).map { column in
                    let place = row * stride + column * (half ? 2 : 4)
                    return half
                        ? Float(
                            Float16(
                                bitPattern: bytes.loadUnaligned(
                                    fromByteOffset: place, as: UInt16.self)))
                        : bytes.loadUnaligned(fromByteOffset: place, as: Float.self)
                }
            }
        }
    }

    private static func report(_ figures: [String: Double]) {
        let fields = figures.sorted { $0.key < $1.key }
            .map { "\"\($0.key)\":\(String(format: "%.4g", $0.value))" }
        FileHandle.standardOutput.write(Data("{\(fields.joined(separator: ","))}\n".utf8))
    }
}
