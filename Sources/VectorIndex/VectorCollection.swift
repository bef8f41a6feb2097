import Base
import CBLAS
import CKernels

/// Vectors by 64-bit id with exact and graph search; safe to use from any thread.
///
/// Calls block the thread they are on (a build for long), so an actor with a thread of its own
/// should make them.
package final class VectorCollection: @unchecked Sendable {
    package let dimension: Int
    package let metric: Metric
    package let settings: HNSWSettings
    /// Which model made the vectors; a snapshot of another is refused.
    package let model: String

    let nodes: NodeSlabs
    let graph: HNSWGraph
    let scratches: ScratchPool
    /// Guards everything that searches read: slabs, links, states, and the fields below.
    let guarded = ReadersWriterLock()
    /// Held by the one writer from plan to end; searches never take it.
    let writer = Lock(())
    var slots: [Int64: UInt32] = [:]
    /// Stored, not yet linked; in order of arrival.
    var pending: [UInt32] = []
    var linkedCount = 0
    /// How many slots were ever taken: the number that decides the next node's level.
    var levelsDrawn: UInt64 = 0

    package init(
        dimension: Int, metric: Metric = .cosine, model: String = "",
        settings: HNSWSettings = HNSWSettings()
    ) throws(VectorRefusal) {
        guard VectorLimits.dimension.contains(dimension) else {
            throw .dimensionOutOfRange(dimension)
        }
        guard VectorLimits.modelBytes.contains(model.utf8.count) else { throw .modelNameTooLong }
        // Our own threads share the work; BLAS threads inside them would only fight.
        openblas_set_num_threads(1)
        self.dimension = dimension
        self.metric = metric
        self.model = model
        self.settings = settings
        nodes = NodeSlabs(dimension: dimension, metric: metric, settings: settings)
        graph = HNSWGraph(nodes: nodes)
        scratches = ScratchPool(dimension: dimension)
    }

    /// How many vectors can be answers. O(1)
    package var count: Int { guarded.read { slots.count } }

    /// How many of them are not yet in the graph. O(1)
    package var pendingCount: Int { guarded.read { pending.count } }

    /// Whether an id is stored. O(1)
    package func contains(_ id: Int64) -> Bool { guarded.read { slots[id] != nil } }

    /// The stored vector (at unit length under cosine). O(dimension)
    package func vector(_ id: Int64) -> [Float]? {
        guarded.read {
            slots[id].map {
                Array(UnsafeBufferPointer(start: nodes.vector($0), count: dimension))
            }
        }
    }

    /// Above this, single-precision distances could overflow and lose their order.
    static let squaredLengthMaximum = 1e36

    /// Checks a vector and brings it to the form in which it is stored or compared. O(dimension)
    func prepared(_ vector: [Float]) throws(VectorRefusal) -> PreparedVector {
        guard vector.count == dimension else {
            throw .wrongDimension(expected: dimension, found: vector.count)
        }
        let squared = frontdesk_vector_squared_length(vector, dimension)
        guard squared.isFinite, squared <= Self.squaredLengthMaximum else { throw .notFinite }
        guard metric == .cosine else {
            return PreparedVector(
                components: vector, bias: metric.bias(squaredLength: squared),
                offset: metric.offset(squaredLength: squared))
        }
        guard squared > 0 else { throw .zeroVector }
        let length = squared.squareRoot()
        return PreparedVector(
            components: vector.map { Float(Double($0) / length) }, bias: 1, offset: 0)
    }

    /// The level of the next node: floor(−ln(u) / ln(M)), drawn from the seed (section 4.1).
    func drawLevel() -> Int {
        levelsDrawn += 1
        var chance = SeededRandom(seed: settings.seed &+ levelsDrawn &* 0xD1B5_4A32_D192_ED03)
        return nodes.settings.level(fraction: chance.fraction())
    }
}

/// A vector as it is stored, with its parts of a distance.
struct PreparedVector {
    let components: [Float]
    let bias: Float
    let offset: Float
}
