import Synchronization

/// Slots that are stored and not yet linked, in order of arrival; one writer, readers without locks.
///
/// An entry whose node has died stays until it is taken or the list is made anew.
final class PendingList: @unchecked Sendable {
    /// Entries from `head` to `tail`; appended to, never rewritten.
    private final class Block {
        let slots: UnsafeMutablePointer<UInt32>
        let capacity: Int
        let head = Atomic<Int>(0)
        let tail = Atomic<Int>(0)

        init(capacity: Int) {
            self.capacity = capacity
            slots = .allocate(capacity: capacity)
            slots.initialize(repeating: 0, count: capacity)
        }

        deinit { slots.deallocate() }
    }

    private var block: Block
    private let published: Atomic<Unmanaged<Block>>
    /// Blocks that readers may still hold.
    private var retired: [Block] = []

    init() {
        let block = Block(capacity: 64)
        self.block = block
        published = Atomic(Unmanaged.passUnretained(block))
    }

    /// Entries, the dead among them too.
    var count: Int {
        block.tail.load(ordering: .relaxed) - block.head.load(ordering: .relaxed)
    }

    func append(_ slot: UInt32) {
        let tail = block.tail.load(ordering: .relaxed)
        guard tail < block.capacity else {
            replace(with: Array(first(count)))
            return append(slot)
        }
        block.slots[tail] = slot
        block.tail.store(tail + 1, ordering: .releasing)
    }

    /// The oldest entries; for the writer.
    func first(_ count: Int) -> UnsafeBufferPointer<UInt32> {
        let head = block.head.load(ordering: .relaxed)
        return UnsafeBufferPointer(start: block.slots + head, count: min(count, self.count))
    }

    func removeFirst(_ count: Int) {
        block.head.wrappingAdd(count, ordering: .releasing)
    }

    /// Makes the list anew from these.
    func replace(with slots: [UInt32]) {
        let fresh = Block(capacity: max(64, slots.count * 2))
        for (place, slot) in slots.enumerated() { fresh.slots[place] = slot }
        fresh.tail.store(slots.count, ordering: .releasing)
        retired.append(block)
        block = fresh
        published.store(Unmanaged.passUnretained(fresh), ordering: .releasing)
    }

    var hasRetired: Bool { !retired.isEmpty }

    /// Frees what no reader can see any more.
    func dropRetired() { retired = [] }

    /// What a reader sees; good until its search ends.
    var seen: UnsafeBufferPointer<UInt32> {
        let block = published.load(ordering: .acquiring).takeUnretainedValue()
        let tail = block.tail.load(ordering: .acquiring)
        let head = min(tail, block.head.load(ordering: .acquiring))
        return UnsafeBufferPointer(start: block.slots + head, count: tail - head)
    }
}
