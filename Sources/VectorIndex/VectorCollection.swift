import Base
import CBLAS
import CKernels
import Synchronization

/// Vectors by 64-bit id with exact and graph search; safe to use from any thread.
///
/// Calls block the thread they are on (a build for long), so an actor with a thread of its own
/// should make them. Searches wait for nobody; changes wait for one another.
package final class VectorCollection: @unchecked Sendable {
    package let dimension: Int
    package let metric: Metric
    package let settings: HNSWSettings
    /// Which model made the vectors; a snapshot of another is refused.
    package let model: String
    /// What the kernels use of the processor.
    package let instructions: VectorInstructions

    let nodes: NodeSlabs
    let graph: HNSWGraph
    let readers: ReaderEpochs
    let pending = PendingList()
    /// Held by the one writer from plan to end; searches never take it.
    let writer = Lock(())
    /// Held for one look or one change at a time.
    let table = Lock(IDTable())
    /// How many vectors can be answers, and how many of them are in the graph.
    let living = Atomic<Int>(0)
    let linked = Atomic<Int>(0)
    /// What the writer alone looks at.
    var maintenance = IndexMaintenance()
    /// The file that it was opened from; set before anybody else knows the collection.
    var source: SnapshotSource?

    package init(
        dimension: Int, metric: Metric = .cosine, model: String = "",
        settings: HNSWSettings = HNSWSettings(), instructions: VectorInstructions = .auto
    ) throws(VectorRefusal) {
        guard VectorLimits.dimension.contains(dimension) else {
            throw .dimensionOutOfRange(dimension)
        }
        guard VectorLimits.modelBytes.contains(model.utf8.count) else { throw .modelNameTooLong }
        let isa = try instructions.resolved()
        // Our own threads share the work; BLAS threads inside them would only fight.
        openblas_set_num_threads(1)
        self.dimension = dimension
        self.metric = metric
        self.model = model
        self.settings = settings
        self.instructions = instructions
        nodes = NodeSlabs(dimension: dimension, metric: metric, settings: settings, isa: isa)
        graph = HNSWGraph(nodes: nodes)
        readers = ReaderEpochs(width: nodes.width)
    }

    /// How many vectors can be answers. O(1)
    package var count: Int { living.load(ordering: .acquiring) }

    /// How many of them are not yet in the graph. O(1)
    package var pendingCount: Int { count - linkedCount }

    var linkedCount: Int { linked.load(ordering: .acquiring) }

    /// Every id that is stored, in no order. O(n)
    package var ids: [Int64] { table.withLock { table in table.slots.map { nodes.id($0) } } }

    /// Whether an id is stored. Expected O(1)
    package func contains(_ id: Int64) -> Bool { slot(of: id) != nil }

    func slot(of id: Int64) -> UInt32? { table.withLock { $0.slot(of: id, nodes) } }

    /// The stored vector (at unit length under cosine). O(dimension)
    ///
    /// As it was given while the collection is small; afterwards each component is within 1/4000 of
    /// the largest one.
    package func vector(_ id: Int64) -> [Float]? {
        readers.read { scratch in
            guard let slot = slot(of: id) else { return nil }
            let form = nodes.form.current
            if let originals = form.pointee.originals {
                return Array(
                    UnsafeBufferPointer(
                        start: originals + Int(slot) * nodes.width, count: dimension))
            }
            withUnsafePointer(to: form.pointee.upper) { rows in
                frontdesk_vector_decode(nodes.isa, rows, slot, scratch.vector)
            }
            return Array(UnsafeBufferPointer(start: scratch.vector, count: dimension))
        }
    }

    /// Above this, single-precision distances could overflow and lose their order.
    static let squaredLengthMaximum = 1e36

    /// Checks a vector; its squared length. O(dimension)
    func checked(_ vector: [Float]) throws(VectorRefusal) -> Double {
        guard vector.count == dimension else {
            throw .wrongDimension(expected: dimension, found: vector.count)
        }
        let squared = frontdesk_vector_dot(nodes.isa, vector, vector, dimension)
        guard squared.isFinite, squared <= Self.squaredLengthMaximum else { throw .notFinite }
        guard metric != .cosine || squared > 0 else { throw .zeroVector }
        return squared
    }

    /// Brings a vector to the form in which it is stored or compared. O(dimension)
    func bring(_ vector: [Float], squared: Double, to place: UnsafeMutablePointer<Float>) {
        frontdesk_vector_bring(
            nodes.isa, vector, dimension, metric == .cosine ? squared.squareRoot() : 1,
            nodes.width, place)
    }

    /// Puts a query into the scratch with its parts of a distance, but not yet its codes.
    func load(_ query: [Float], _ scratch: SearchScratch) throws(VectorRefusal) {
        let squared = try checked(query)
        bring(query, squared: squared, to: scratch.vector)
        scratch.query.pointee.offset = metric.offset(squaredLength: squared)
        scratch.query.pointee.scale = metric.scale
        scratch.query.pointee.bias_weight = metric.usesBias ? 1 : 0
    }

    /// The level of the next node: floor(−ln(u) / ln(M)), drawn from the seed (section 4.1).
    func drawLevel() -> Int {
        maintenance.levelsDrawn += 1
        let mixed = maintenance.levelsDrawn &* 0xD1B5_4A32_D192_ED03
        var chance = SeededRandom(seed: settings.seed &+ mixed)
        return settings.level(fraction: chance.fraction())
    }
}

/// The writer's books.
struct IndexMaintenance {
    /// How many slots were ever taken: the number that decides the next node's level.
    var levelsDrawn: UInt64 = 0
    /// Hidden nodes that are still stepping stones of the graph.
    var dead = 0
    /// Hidden nodes that were never linked, still in the list of the pending.
    var deadPending = 0
    /// Links put in place since it was last looked whether all can be reached.
    var changed = 0
    /// Slots that no list leads to any more, with the epoch in which the last one did.
    var limbo: [(epoch: UInt64, slots: [UInt32])] = []
    /// The epoch in which the small form was left; nil when nothing of it is kept.
    var retired: UInt64?
}
