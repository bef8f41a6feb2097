import Foundation

/// The vectors that a run is about, read where they lie: the base is mapped, never copied whole.
final class VectorFiles {
    let base: RawVectors
    let queries: [[Float]]
    /// The nearest rows of each query, best first; nil when nobody has said them.
    private(set) var truth: [[Int32]]?

    init(_ plan: VectorPlan) throws {
        base = try RawVectors(plan.base, dimension: plan.dimension, limit: plan.limit)
        let raw = try RawVectors(plan.queries, dimension: plan.dimension, limit: .max)
        queries = (0..<raw.count).map { raw[$0] }
        guard !queries.isEmpty, base.count > 0 else { throw BenchFailure("there are no vectors") }
        // Rows beyond the limit would be right answers that nobody can give.
        guard let path = plan.truth, base.isWhole else { return }
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        let depth = data.count / 4 / queries.count
        guard depth >= plan.k else { throw BenchFailure("the truth is shorter than k") }
        truth = data.withUnsafeBytes { bytes in
            let rows = bytes.bindMemory(to: Int32.self)
            return queries.indices.map { Array(rows[$0 * depth..<$0 * depth + plan.k]) }
        }
    }

    /// The truth, or what `exact` finds when there is none.
    func knowTruth(_ exact: () throws -> [[Int64]]) rethrows {
        if truth == nil { truth = try exact().map { $0.map { Int32(truncatingIfNeeded: $0) } } }
    }

    /// The share of the true `k` nearest among those found, over all queries.
    func recall(_ found: [[Int64]], k: Int) -> Double {
        guard let truth else { return .nan }
        var hits = 0
        for (given, right) in zip(found, truth) {
            hits += Set(given.prefix(k)).intersection(right.prefix(k).map(Int64.init)).count
        }
        return Double(hits) / Double(queries.count * k)
    }
}

/// Rows of numbers in a mapped file; `.f16` and `.f32` by suffix.
final class RawVectors {
    let dimension: Int
    let count: Int
    /// Whether the limit left nothing out.
    let isWhole: Bool
    private let isHalf: Bool
    private let bytes: UnsafeRawBufferPointer

    init(_ path: String, dimension: Int, limit: Int) throws {
        self.dimension = dimension
        isHalf = path.hasSuffix(".f16")
        let stride = dimension * (isHalf ? 2 : 4)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BenchFailure("\(path) cannot be read") }
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size >= stride, size.isMultiple(of: stride),
            let memory = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
            memory != MAP_FAILED
        else { throw BenchFailure("\(path) does not hold rows of \(dimension) numbers") }
        bytes = UnsafeRawBufferPointer(start: memory, count: size)
        count = min(limit, size / stride)
        isWhole = limit >= size / stride
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

    subscript(row: Int) -> [Float] {
        [Float](unsafeUninitializedCapacity: dimension) { place, count in
            count = dimension
            if isHalf {
                let numbers = bytes.bindMemory(to: UInt16.self)
                for column in 0..<dimension {
                    place[column] = Float(Float16(bitPattern: numbers[row * dimension + column]))
                }
            } else {
                let numbers = bytes.bindMemory(to: Float.self)
                for column in 0..<dimension { place[column] = numbers[row * dimension + column] }
            }
        }
    }

    /// Gives the pages back to the system, so that they do not count as memory of the index.
    func forget() {
        madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, MADV_DONTNEED)
    }
}

/// Result ids as raw int32, queries × k, one ef after the other; −1 where fewer were found.
final class VectorDump {
    private let file: FileHandle

    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw BenchFailure("\(path) cannot be written") }
        self.file = file
    }

    func add(_ found: [[Int64]], k: Int) {
        var data = Data()
        for ids in found {
            let padded = ids.prefix(k) + repeatElement(-1, count: max(0, k - ids.count))
            for id in padded {
                withUnsafeBytes(of: Int32(truncatingIfNeeded: id).littleEndian) {
                    data.append(contentsOf: $0)
                }
            }
        }
        file.write(data)
    }
}

/// One object on one line, its fields in the order in which they were added.
struct JSONLine {
    private var fields: [String] = []

    mutating func add(_ name: String, _ value: Double) {
        fields.append("\"\(name)\":\(value.isFinite ? String(format: "%.5g", value) : "null")")
    }

    mutating func add(_ name: String, _ value: Int) { fields.append("\"\(name)\":\(value)") }
    mutating func add(_ name: String, _ value: String) { fields.append("\"\(name)\":\"\(value)\"") }

    var json: String { "{\(fields.joined(separator: ","))}" }
}
