import CKernels
import Foundation
import Synchronization

/// Where a node is in its life; bit 0 says whether it may be an answer.
enum NodeState {
    static let free: UInt8 = 0
    static let pending: UInt8 = 1
    static let dead: UInt8 = 2
    static let linked: UInt8 = 3
}

/// The memory of all nodes: a number of sections, each with one row for each slot.
///
///     heads    16 + width/8 bytes, to a multiple of 64: factors, then the sketch (vector_kernels.h)
///     codes    width bytes: eight bits of each component; width is the dimension up to 64s
///     rests    width/2 bytes: four bits more of each, for the last ordering
///     ground   4 · (1 + 2M) bytes: how many links on layer 0, then the links
///     ids      8 bytes: the caller's id
///     states   1 byte: `NodeState`          levels   1 byte: the node's highest layer
///     places   4 bytes: for levels above 0, the first of its rows in `upper`, one for each layer
///     upper    4 · (1 + M) bytes, by place and not by slot
///
/// Everything little-endian and without pointers, so that sections can be written to a file and
/// mapped back as they are. Rows are written before their slot is published by a link or by the
/// list of the pending, with release, and read after that is loaded, with acquire.
final class NodeSlabs: @unchecked Sendable {
    static let shift: UInt32 = 16
    static let rows = 1 << 16
    static let slabsMaximum = VectorLimits.vectors.upperBound >> 16

    let dimension: Int
    /// The dimension to a multiple of 64, as the kernels want it; zeros beyond the dimension.
    let width: Int
    let metric: Metric
    let settings: HNSWSettings
    let isa: frontdesk_isa

    let codes: SlabSection
    let rests: SlabSection
    let ground: SlabSection
    let ids: SlabSection
    let states: SlabSection
    let levels: SlabSection
    let places: SlabSection
    let upper: SlabSection
    /// Heads, centre and originals, which change together when the collection grows large.
    let form: NodeFormBox

    /// Slots from 0 that have ever been used; readers take it for the size of their marks.
    let usedSlots = Atomic<Int>(0)
    /// Rows of `upper` that have ever been used.
    var usedPlaces: UInt32 = 0
    /// Runs of places given back, by their length.
    var freedPlaces: [[UInt32]] = Array(repeating: [], count: VectorLimits.topLayer + 1)
    private var freed: [UInt32] = []
    /// The slots in use when huge pages were last asked for.
    private var gathered = 0

    init(dimension: Int, metric: Metric, settings: HNSWSettings, isa: frontdesk_isa) {
        self.dimension = dimension
        self.metric = metric
        self.settings = settings
        self.isa = isa
        let width = (dimension + 63) / 64 * 64
        self.width = width
        func section(_ name: String, _ bytes: Int) -> SlabSection {
            SlabSection(name, rowBytes: bytes, shift: Self.shift, slabsMaximum: Self.slabsMaximum)
        }
        codes = section("codes", width)
        rests = section("rests", width / 2)
        ground = section("ground", 4 * (1 + settings.maximumLinks(layer: 0)))
        ids = section("ids", 8)
        states = section("states", 1)
        levels = section("levels", 1)
        places = section("places", 4)
        upper = section("upper", 4 * (1 + settings.maximumLinks(layer: 1)))
        form = NodeFormBox(
            width: width, codes: codes.directory, rests: rests.directory,
            ground: ground.directory, groundBytes: ground.rowBytes)
    }

    /// Those with a row for each slot, but for the heads, which are `form.heads`.
    var slotSections: [SlabSection] { [codes, rests, ground, ids, states, levels, places] }

    var used: Int { usedSlots.load(ordering: .acquiring) }

    /// A slot for a node of this level; nil when the collection or the system is full.
    ///
    /// The row of links is empty. Amortised O(1).
    func take(level: Int) -> UInt32? {
        let slot: UInt32
        if let reused = freed.popLast() {
            slot = reused
        } else {
            let used = self.used
            guard used < VectorLimits.vectors.upperBound, makeRoom(for: used) else { return nil }
            slot = UInt32(used)
        }
        guard let place = takePlaces(level) else {
            freed.append(slot)
            return nil
        }
        levels.row(slot)[0] = UInt8(level)
        places.row(slot, of: UInt32.self)[0] = place
        frontdesk_vector_list_store(ground.row(slot, of: UInt32.self), nil, 0)
        if Int(slot) == used { usedSlots.store(Int(slot) + 1, ordering: .releasing) }
        return slot
    }

    private func makeRoom(for slot: Int) -> Bool {
        guard slot == codes.slabCount * Self.rows else { return true }
        for section in slotSections where section.slabCount * Self.rows <= slot {
            guard section.makeSlab() else { return false }
        }
        return form.heads.slabCount * Self.rows > slot || form.heads.makeSlab()
    }

    private func takePlaces(_ level: Int) -> UInt32? {
        guard level > 0 else { return 0 }
        let place: UInt32
        if let reused = freedPlaces[level].popLast() {
            place = reused
        } else {
            place = usedPlaces
            while upper.slabCount * Self.rows < Int(place) + level {
                guard upper.makeSlab() else { return nil }
            }
            usedPlaces += UInt32(level)
        }
        for layer in 0..<UInt32(level) {
            frontdesk_vector_list_store(upper.row(place + layer, of: UInt32.self), nil, 0)
        }
        return place
    }

    /// Gives a slot back; nobody may be able to reach it any more. O(1)
    func release(_ slot: UInt32) {
        let level = level(slot)
        if level > 0 { freedPlaces[level].append(places.row(slot, of: UInt32.self)[0]) }
        freed.append(slot)
    }

    /// What a file left to be used again: slots, and rows of `upper` one by one.
    func adopt(freed: [UInt32], places: [UInt32]) {
        self.freed = freed
        freedPlaces[1] = places
    }

    /// Writes zeros over the vectors of slots that wait to be used again, for they may be secret.
    func clearFreed() {
        let originals = form.current.pointee.originals
        for slot in freed {
            for rows in [codes, rests, form.heads] {
                rows.row(slot).update(repeating: 0, count: rows.rowBytes)
            }
            if let originals { (originals + Int(slot) * width).update(repeating: 0, count: width) }
        }
    }

    /// Asks for huge pages under what every search touches, once for each doubling of the nodes.
    ///
    /// A walk jumps about; with small pages every other jump misses the table of addresses too.
    func gather() {
        let used = self.used
        guard used >= 2 * gathered, used >= VectorLimits.exactCrossover else { return }
        gathered = used
        for section in [form.heads, codes, rests, ground] { section.gather(rows: used) }
    }

    func id(_ slot: UInt32) -> Int64 { ids.row(slot, of: Int64.self)[0] }
    func state(_ slot: UInt32) -> UInt8 { frontdesk_vector_byte_load(states.row(slot)) }
    func level(_ slot: UInt32) -> Int { Int(levels.row(slot)[0]) }

    func setState(_ slot: UInt32, _ state: UInt8) {
        frontdesk_vector_byte_store(states.row(slot), state)
    }

    /// The link list of a node: its length, then the slots.
    func list(_ slot: UInt32, layer: Int) -> UnsafeMutablePointer<UInt32> {
        if layer == 0 { return ground.row(slot, of: UInt32.self) }
        let place = places.row(slot, of: UInt32.self)[0]
        return upper.row(place &+ UInt32(truncatingIfNeeded: layer &- 1), of: UInt32.self)
    }

    func links(_ slot: UInt32, layer: Int) -> [UInt32] {
        let most = settings.maximumLinks(layer: layer)
        return Array(unsafeUninitializedCapacity: most) { room, count in
            count = frontdesk_vector_list_load(list(slot, layer: layer), room.baseAddress, most)
        }
    }

    func setLinks(_ slot: UInt32, layer: Int, _ links: [UInt32]) {
        precondition(links.count <= settings.maximumLinks(layer: layer))
        frontdesk_vector_list_store(list(slot, layer: layer), links, links.count)
    }
}
