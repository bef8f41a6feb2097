import Base
import CKernels
import Testing

/// Rows of a few vectors, encoded and laid out as the kernels want them.
private final class KernelRows {
    let width: Int
    let vectors: [[Float]]
    let isa: frontdesk_isa
    private let memory: [UnsafeMutablePointer<UInt8>]
    private let directories: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>
    var rows = frontdesk_vector_rows()

    init(_ vectors: [[Float]], isa: frontdesk_isa, centre: [Float]?) {
        self.vectors = vectors
        self.isa = isa
        width = vectors[0].count
        let headBytes = (16 + width / 8 + 63) / 64 * 64
        let sizes = [headBytes, width, width / 2]
        memory = sizes.map { size in
            let place = UnsafeMutablePointer<UInt8>.allocate(capacity: size * vectors.count)
            place.initialize(repeating: 0, count: size * vectors.count)
            return place
        }
        directories = .allocate(capacity: 3)
        for index in 0..<3 { (directories + index).initialize(to: memory[index]) }
        rows.heads = UnsafePointer(directories)
        rows.codes = UnsafePointer(directories + 1)
        rows.rests = UnsafePointer(directories + 2)
        rows.shift = 16
        rows.width = UInt32(width)
        rows.head_bytes = UInt32(headBytes)
        for (place, vector) in vectors.enumerated() {
            frontdesk_vector_encode(
                isa, width, vector, 1, centre, memory[0] + place * headBytes,
                memory[1] + place * width, memory[2] + place * width / 2)
        }
    }

    deinit {
        for place in memory { place.deallocate() }
        directories.deallocate()
    }

    func decoded(_ slot: UInt32) -> [Float] {
        [Float](unsafeUninitializedCapacity: width) { room, count in
            frontdesk_vector_decode(isa, &rows, slot, room.baseAddress)
            count = width
        }
    }

    func codes(_ slot: Int) -> [Int] { (0..<width).map { Int(memory[1][slot * width + $0]) } }

    func step(_ slot: Int) -> Float {
        UnsafeRawPointer(memory[0] + slot * Int(rows.head_bytes)).load(as: Float.self)
    }

    /// Lends a query whose distance is 1 − q · x.
    func withQuery<Result>(
        _ vector: [Float], centre: [Float]? = nil, caution: Float = 1,
        _ body: (inout frontdesk_vector_query) -> Result
    ) -> Result {
        var exact = vector
        var codes = [Int8](repeating: 0, count: width)
        var wide = [Int16](repeating: 0, count: width)
        var centred = [Int8](repeating: 0, count: width)
        var planes = [UInt64](repeating: 0, count: width / 16)
        return exact.withUnsafeMutableBufferPointer { exact in
            codes.withUnsafeMutableBufferPointer { codes in
                wide.withUnsafeMutableBufferPointer { wide in
                    centred.withUnsafeMutableBufferPointer { centred in
                        planes.withUnsafeMutableBufferPointer { planes in
                            var query = frontdesk_vector_query()
                            query.exact = exact.baseAddress
                            query.codes = codes.baseAddress
                            query.wide = wide.baseAddress
                            query.centred = centred.baseAddress
                            query.planes = planes.baseAddress
                            query.scale = 1
                            query.bias_weight = 1
                            frontdesk_vector_prepare(isa, width, centre, caution, &query)
                            return body(&query)
                        }
                    }
                }
            }
        }
    }
}

@Suite("Kernels")
struct KernelTests {
    /// Every set that this processor has.
    static let sets: [frontdesk_isa] =
        [FRONTDESK_ISA_PORTABLE, FRONTDESK_ISA_AVX2, FRONTDESK_ISA_AVX512]
        .filter { $0.rawValue <= frontdesk_isa_detect().rawValue }

    static func vectors(width: Int) -> [[Float]] {
        var chance = SeededRandom(seed: UInt64(width))
        func made(_ body: (Int) -> Float) -> [Float] { (0..<width).map(body) }
        let random = (0..<17).map { _ in made { _ in Float(chance.normal()) } }
        return random + [
            made { _ in 0 },
            made { _ in Float.leastNonzeroMagnitude },
            made { $0 == 0 ? 1e-38 : Float.leastNonzeroMagnitude },
            made { _ in 1e16 },
            made { $0 == width - 1 ? 1e18 : 1 },
            made { $0 == 3 ? -1 : 0 },
            made { $0 % 2 == 0 ? 127 : -127 },
            made { Float($0) - 31.5 },
        ]
    }

    @Test("Codes and rests remember each component within 1/32 of a code step", arguments: sets)
    func remembered(isa: frontdesk_isa) {
        for width in [64, 1_024] {
            let rows = KernelRows(Self.vectors(width: width), isa: isa, centre: nil)
            for (slot, vector) in rows.vectors.enumerated() {
                let most = vector.map(abs).max() ?? 0
                // The last level of all is half as wide again on one side.
                let margin = most < 1e-30 ? 1e-30 : most / 127 / 32 * 1.001 + most * 1e-6
                for (given, kept) in zip(vector, rows.decoded(UInt32(slot))) {
                    #expect(abs(given - kept) <= margin, "\(width), vector \(slot)")
                }
            }
        }
    }

    @Test("Distances by code are the plain sum of products", arguments: sets)
    func measured(isa: frontdesk_isa) {
        for width in [64, 192] {
            let rows = KernelRows(Self.vectors(width: width), isa: isa, centre: nil)
            let slots = (0..<UInt32(rows.vectors.count)).map { $0 }
            for (number, vector) in rows.vectors.enumerated() {
                let (distances, codes, step) = rows.withQuery(vector) { query in
                    var distances = [Float](repeating: 0, count: slots.count)
                    frontdesk_vector_measure(
                        isa, &rows.rows, &query, slots, slots.count, &distances)
                    return (distances, (0..<width).map { Int(query.codes[$0]) }, query.step)
                }
                for slot in slots {
                    let sum = zip(codes, rows.codes(Int(slot))).reduce(0) {
                        $0 + $1.0 * ($1.1 - 128)
                    }
                    let expected = 1 - step * rows.step(Int(slot)) * Float(sum)
                    let given = distances[Int(slot)]
                    #expect(
                        abs(given - expected) <= 1e-5 * max(1, abs(expected)),
                        "\(width), query \(number), slot \(slot)")
                }
            }
        }
    }

    @Test("Distances by code and rest are those of the vectors remembered", arguments: sets)
    func refined(isa: frontdesk_isa) {
        let width = 384
        let rows = KernelRows(Self.vectors(width: width), isa: isa, centre: nil)
        let slots = (0..<UInt32(rows.vectors.count)).map { $0 }
        let kept = slots.map { rows.decoded($0) }
        for vector in rows.vectors {
            let distances = rows.withQuery(vector) { query in
                var distances = [Float](repeating: 0, count: slots.count)
                frontdesk_vector_refine(isa, &rows.rows, &query, slots, slots.count, &distances)
                return distances
            }
            for slot in slots {
                var dot = 0.0
                var size = 0.0
                for (left, right) in zip(vector, kept[Int(slot)]) {
                    dot += Double(left) * Double(right)
                    size += abs(Double(left) * Double(right))
                }
                #expect(abs(Double(distances[Int(slot)]) - (1 - dot)) <= 1e-5 * (1 + size))
            }
        }
    }

    @Test("A cautious sketch overlooks next to nothing, a bold one much", arguments: sets)
    func sketched(isa: frontdesk_isa) {
        let width = 384
        var chance = SeededRandom(seed: 9)
        let vectors = (0..<1_000).map { _ -> [Float] in
            let raw = (0..<width).map { _ in Float(chance.normal()) + 0.3 }
            let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return raw.map { $0 / length }
        }
        let centre = (0..<width).map { place in
            vectors.reduce(Float(0)) { $0 + $1[place] } / Float(vectors.count)
        }
        let rows = KernelRows(vectors, isa: isa, centre: centre)
        let accept = [UInt8](repeating: 1, count: vectors.count)
        func scan(_ number: Int, caution: Float?) -> (found: Set<UInt32>, distances: UInt64) {
            rows.withQuery(
                vectors[number], centre: caution == nil ? nil : centre, caution: caution ?? 0
            ) { query in
                var pool = [UInt64](repeating: 0, count: 20)
                return pool.withUnsafeMutableBufferPointer { pool in
                    var walk = frontdesk_vector_walk()
                    walk.pool = pool.baseAddress
                    walk.width = 20
                    frontdesk_vector_scan(isa, &rows.rows, &query, 0, accept, accept.count, &walk)
                    return (Set(pool.map { UInt32(truncatingIfNeeded: $0) >> 1 }), walk.distances)
                }
            }
        }
        var kept = 0
        var compared: UInt64 = 0
        for number in 0..<50 {
            let right = scan(number, caution: nil)
            #expect(right.distances == 1_000)
            let cautious = scan(number, caution: 4)
            kept += cautious.found.intersection(right.found).count
            compared += scan(number, caution: 0.9).distances
        }
        #expect(kept >= 999)
        #expect(compared < 50 * 1_000 / 2)
    }

    @Test(
        "What a hop leaves waiting the next one compares, and at the end settling", arguments: sets)
    func hops(isa: frontdesk_isa) {
        let width = 64
        var chance = SeededRandom(seed: 4)
        let vectors = (0..<60).map { _ in (0..<width).map { _ in Float(chance.normal()) } }
        let rows = KernelRows(vectors, isa: isa, centre: nil)
        let slots = (0..<UInt32(60)).map { $0 }
        let lists = [0..<20, 10..<40, 40..<40, 30..<60].map { range in
            [UInt32(range.count)] + range.map { UInt32($0) }
        }
        rows.withQuery(vectors[0]) { query in
            var distances = [Float](repeating: 0, count: 60)
            frontdesk_vector_measure(isa, &rows.rows, &query, slots, 60, &distances)
            let wanted = zip(distances, slots).map { frontdesk_vector_pack($0, $1) }.sorted()
            for poolWidth in [1, 7, 8, 16] {
                var pool = [UInt64](repeating: 0, count: poolWidth)
                var marks: [UInt64] = [0]
                var touched = [UInt32](repeating: 0, count: 61)
                var waiting = [UInt32](
                    repeating: 0, count: Int(FRONTDESK_VECTOR_OFFER_MAX) + 4)
                var walk = frontdesk_vector_walk()
                walk.width = poolWidth
                walk.limit = 60
                var left: [Int] = []
                pool.withUnsafeMutableBufferPointer { pool in
                    marks.withUnsafeMutableBufferPointer { marks in
                        touched.withUnsafeMutableBufferPointer { touched in
                            waiting.withUnsafeMutableBufferPointer { waiting in
                                walk.pool = pool.baseAddress
                                walk.marks = marks.baseAddress
                                walk.touched = touched.baseAddress
                                walk.waiting = waiting.baseAddress
                                for list in lists {
                                    _ = frontdesk_vector_hop(
                                        isa, &rows.rows, &query, list, nil, &walk)
                                    left.append(walk.waiting_count)
                                }
                                _ = frontdesk_vector_settle(isa, &rows.rows, &query, &walk)
                            }
                        }
                    }
                }
                #expect(left == (poolWidth < 8 ? [0, 0, 0, 0] : [0, 20, 0, 20]))
                #expect(walk.waiting_count == 0)
                #expect(walk.distances == 60 && walk.visits == 60)
                #expect(pool == Array(wanted.prefix(poolWidth)), "a pool of \(poolWidth)")
            }
        }
    }

    @Test("Every set chooses the same links", arguments: sets)
    func selected(isa: frontdesk_isa) {
        func chosen(_ isa: frontdesk_isa) -> [UInt32] {
            let rows = KernelRows(Self.vectors(width: 128), isa: isa, centre: nil)
            let slots = (1..<UInt32(17)).map { $0 }
            var distances = [Float](repeating: 0, count: slots.count)
            rows.withQuery(rows.vectors[0]) { query in
                frontdesk_vector_measure(isa, &rows.rows, &query, slots, slots.count, &distances)
            }
            let entries = zip(distances, slots).map { frontdesk_vector_pack($0, $1) }.sorted()
            return [UInt32](unsafeUninitializedCapacity: 8) { kept, count in
                count = frontdesk_vector_select(
                    isa, &rows.rows, 1, 0, entries, entries.count, 8, kept.baseAddress)
            }
        }
        #expect(chosen(isa) == chosen(FRONTDESK_ISA_PORTABLE))
        #expect(!chosen(isa).isEmpty)
    }
}
