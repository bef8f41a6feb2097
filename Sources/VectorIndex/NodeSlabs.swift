import Foundation

/// Where a node is in its life; bit 0 says whether it may be an answer.
enum NodeState {
    static let free: UInt8 = 0
    static let pending: UInt8 = 1
    static let dead: UInt8 = 2
    static let linked: UInt8 = 3
}

/// The memory of all nodes, in slabs of 256 that never move once made.
///
/// Slot `s` is row `s & 255` of slab `s >> 8`. The directories have room for the largest
/// collection but untouched pages cost nothing. No locking: the collection sees to that.
final class NodeSlabs {
    static let shift: UInt32 = 8
    static let rows = 1 << 8
    static let mask: UInt32 = 255
    static let slabsMaximum = VectorLimits.vectors.upperBound >> 8

    let dimension: Int
    let metric: Metric
    let settings: HNSWSettings
    private(set) var slabCount = 0
    /// Slots from 0 that have ever been used.
    private(set) var used = 0
    private var freed: [UInt32] = []

    let vectors = directory(of: Float.self)
    let biases = directory(of: Float.self)
    let ids = directory(of: Int64.self)
    let states = directory(of: UInt8.self)
    private let levels = directory(of: UInt8.self)
    private let ground = directory(of: UInt32.self)
    private let upper = directory(of: UnsafeMutablePointer<UInt32>?.self)

    init(dimension: Int, metric: Metric, settings: HNSWSettings) {
        self.dimension = dimension
        self.metric = metric
        self.settings = settings
    }

    deinit {
        for slab in 0..<slabCount {
            for row in 0..<Self.rows { upper[slab]![row]?.deallocate() }
            vectors[slab]?.deallocate()
            biases[slab]?.deallocate()
            ids[slab]?.deallocate()
            states[slab]?.deallocate()
            levels[slab]?.deallocate()
            ground[slab]?.deallocate()
            upper[slab]?.deallocate()
        }
        free(vectors)
        free(biases)
        free(ids)
        free(states)
        free(levels)
        free(ground)
        free(upper)
    }

    var capacity: Int { slabCount * Self.rows }
    private var groundStride: Int { settings.maximumLinks(layer: 0) + 1 }
    private var upperStride: Int { settings.connections + 1 }

    /// A slot for a new node, or nil when the collection is full. O(1), rarely makes a slab.
    func take(level: Int) -> UInt32? {
        let slot: UInt32
        if let reused = freed.popLast() {
            slot = reused
        } else {
            if used == capacity {
                guard slabCount < Self.slabsMaximum else { return nil }
                makeSlab()
            }
            slot = UInt32(used)
            used += 1
        }
        let (slab, row) = place(slot)
        levels[slab]![row] = UInt8(level)
        ground[slab]![row * groundStride] = 0
        if level > 0 {
            let lists = UnsafeMutablePointer<UInt32>.allocate(capacity: level * upperStride)
            lists.initialize(repeating: 0, count: level * upperStride)
            upper[slab]![row] = lists
        }
        return slot
    }

    /// Gives a slot back; its links must already be out of every list. O(1)
    func release(_ slot: UInt32) {
        let (slab, row) = place(slot)
        states[slab]![row] = NodeState.free
        upper[slab]![row]?.deallocate()
        upper[slab]![row] = nil
        freed.append(slot)
    }

    func place(_ slot: UInt32) -> (slab: Int, row: Int) {
        (Int(slot >> Self.shift), Int(slot & Self.mask))
    }

    func vector(_ slot: UInt32) -> UnsafeMutablePointer<Float> {
        vectors[Int(slot >> Self.shift)]! + Int(slot & Self.mask) * dimension
    }

    func bias(_ slot: UInt32) -> Float { biases[Int(slot >> Self.shift)]![Int(slot & Self.mask)] }
    func id(_ slot: UInt32) -> Int64 { ids[Int(slot >> Self.shift)]![Int(slot & Self.mask)] }
    func state(_ slot: UInt32) -> UInt8 { states[Int(slot >> Self.shift)]![Int(slot & Self.mask)] }
    func level(_ slot: UInt32) -> Int {
        Int(levels[Int(slot >> Self.shift)]![Int(slot & Self.mask)])
    }

    func setState(_ slot: UInt32, _ state: UInt8) {
        states[Int(slot >> Self.shift)]![Int(slot & Self.mask)] = state
    }

    /// The link list of a node: its length, then the slots.
    func list(_ slot: UInt32, layer: Int) -> UnsafeMutablePointer<UInt32> {
        let (slab, row) = place(slot)
        if layer == 0 { return ground[slab]! + row * groundStride }
        return upper[slab]![row]! + (layer - 1) * upperStride
    }

    func links(_ slot: UInt32, layer: Int) -> UnsafeBufferPointer<UInt32> {
        let list = list(slot, layer: layer)
        return UnsafeBufferPointer(start: list + 1, count: Int(list[0]))
    }

    func setLinks(_ slot: UInt32, layer: Int, _ links: [UInt32]) {
        precondition(links.count <= settings.maximumLinks(layer: layer))
        let list = list(slot, layer: layer)
        list[0] = UInt32(links.count)
        for (position, link) in links.enumerated() { list[position + 1] = link }
    }

    private func makeSlab() {
        let rows = Self.rows
        vectors[slabCount] = filled(rows * dimension, 0)
        biases[slabCount] = filled(rows, 0)
        ids[slabCount] = filled(rows, 0)
        states[slabCount] = filled(rows, NodeState.free)
        levels[slabCount] = filled(rows, 0)
        ground[slabCount] = filled(rows * groundStride, 0)
        upper[slabCount] = filled(rows, nil)
        slabCount += 1
    }
}

/// Zeroed pages that the system only backs when they are touched, hence `calloc`.
private func directory<Element>(of _: Element.Type)
    -> UnsafeMutablePointer<UnsafeMutablePointer<Element>?>
{
    let memory = calloc(NodeSlabs.slabsMaximum, MemoryLayout<UnsafeRawPointer>.stride)
    precondition(memory != nil, "out of memory")
    return memory!.assumingMemoryBound(to: UnsafeMutablePointer<Element>?.self)
}

private func filled<Element>(_ count: Int, _ value: Element) -> UnsafeMutablePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: count)
    memory.initialize(repeating: value, count: count)
    return memory
}
