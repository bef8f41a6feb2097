import CKernels
import Foundation
import Synchronization

/// What readers need to compare vectors, as of one moment; never changed once published.
struct NodeForm {
    /// For layer 0, with its lists to be fetched ahead; and for the layers above.
    var ground: frontdesk_vector_rows
    var upper: frontdesk_vector_rows
    /// The middle of the vectors, which sketches are drawn around; nil while there are no sketches.
    var centre: UnsafeMutablePointer<Float>?
    /// The vectors as they were given, row after row; nil once there are too many to keep.
    var originals: UnsafeMutablePointer<Float>?

    var isLarge: Bool { centre != nil }
}

/// Holds the form in force: *small* with the original vectors, or *large* with sketches.
///
/// A collection starts small and answers from the originals, exactly. Past `exactCrossover` slots it
/// becomes large for good: sketches are drawn into heads of their own and published with the
/// centre at once, so that no reader sees half of it.
final class NodeFormBox: @unchecked Sendable {
    private(set) var heads: SlabSection
    private let present: Atomic<UnsafeMutablePointer<NodeForm>>
    private let width: Int
    private(set) var originals: SlabSection?
    private var retired: [UnsafeMutablePointer<NodeForm>] = []
    private var retiredSections: [SlabSection] = []

    /// The smallest slab that holds the originals of a small collection.
    private static let originalShift: UInt32 = 12

    init(
        width: Int, codes: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
        rests: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>,
        ground: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, groundBytes: Int
    ) {
        self.width = width
        precondition(VectorLimits.exactCrossover <= 1 << Int(Self.originalShift))
        heads = Self.makeHeads(width: width)
        let originals = SlabSection(
            "originals", rowBytes: width * 4, shift: Self.originalShift, slabsMaximum: 1)
        let given = originals.makeSlab()
        self.originals = given ? originals : nil
        var rows = frontdesk_vector_rows()
        rows.heads = UnsafePointer(heads.directory)
        rows.codes = UnsafePointer(codes)
        rows.rests = UnsafePointer(rests)
        rows.shift = NodeSlabs.shift
        rows.width = UInt32(width)
        rows.head_bytes = UInt32(heads.rowBytes)
        rows.ground_words = UInt32(groundBytes / 4)
        var form = NodeForm(ground: rows, upper: rows, centre: nil, originals: nil)
        form.ground.ground = UnsafeRawPointer(ground).assumingMemoryBound(
            to: UnsafeMutablePointer<UInt32>?.self)
        form.originals = given ? originals.row(0, of: Float.self) : nil
        let memory = UnsafeMutablePointer<NodeForm>.allocate(capacity: 1)
        memory.initialize(to: form)
        present = Atomic(memory)
    }

    deinit {
        let form = present.load(ordering: .acquiring)
        form.pointee.centre?.deallocate()
        form.deallocate()
        for old in retired { old.deallocate() }
    }

    /// The form in force; good until the search that asked for it ends.
    var current: UnsafePointer<NodeForm> { UnsafePointer(present.load(ordering: .acquiring)) }

    /// Puts the large form in force. `heads` hold the sketches around `centre`, which is taken over.
    ///
    /// The old form stays until `dropRetired`.
    func enlarge(heads: SlabSection, centre: UnsafeMutablePointer<Float>) {
        let old = present.load(ordering: .acquiring)
        var form = old.pointee
        form.ground.heads = UnsafePointer(heads.directory)
        form.upper.heads = UnsafePointer(heads.directory)
        form.centre = centre
        form.originals = nil
        let memory = UnsafeMutablePointer<NodeForm>.allocate(capacity: 1)
        memory.initialize(to: form)
        present.store(memory, ordering: .releasing)
        retired.append(old)
        retiredSections.append(self.heads)
        if let originals { retiredSections.append(originals) }
        self.heads = heads
        originals = nil
    }

    /// Frees what no reader can see any more.
    func dropRetired() {
        for old in retired { old.deallocate() }
        retired = []
        retiredSections = []
    }

    static func makeHeads(width: Int) -> SlabSection {
        let bytes = (Int(FRONTDESK_VECTOR_HEAD_FIXED) + width / 8 + 63) / 64 * 64
        return SlabSection(
            "heads", rowBytes: bytes, shift: NodeSlabs.shift,
            slabsMaximum: NodeSlabs.slabsMaximum)
    }
}
