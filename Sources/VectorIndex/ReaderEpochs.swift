import Foundation
import Synchronization

/// Who is searching since when, so that memory is reused only when nobody can see its old contents.
///
/// Epoch-based reclamation (Fraser, "Practical lock-freedom", 2004). A reader writes the epoch into
/// a cell of its own; what is taken out of the graph is kept with the epoch of that moment until
/// every cell is empty or later. Readers never wait for writers, nor writers for readers.
final class ReaderEpochs: Sendable {
    /// Searches that run at once; more wait for one of these to end.
    static let cellCount = 64

    private let epoch = Atomic<UInt64>(1)
    private let cells: [ReaderCell]

    init(width: Int) {
        cells = (0..<Self.cellCount).map { _ in ReaderCell(width: width) }
    }

    /// Lends working memory for as long as `body` runs; what it sees meanwhile is not reused.
    func read<Result, Failure: Error>(
        _ body: (SearchScratch) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let cell = claim()
        defer { cell.since.store(0, ordering: .releasing) }
        return try body(cell.scratch)
    }

    private func claim() -> ReaderCell {
        // Threads start at different cells; one that keeps coming finds its own still warm.
        var place = Int(truncatingIfNeeded: UInt(pthread_self()) &* 0x9E37_79B9_7F4A_7C15 >> 58)
        while true {
            for _ in 0..<Self.cellCount {
                let cell = cells[place & (Self.cellCount - 1)]
                if cell.since.load(ordering: .relaxed) == 0 {
                    let now = epoch.load(ordering: .sequentiallyConsistent)
                    let claimed = cell.since.compareExchange(
                        expected: 0, desired: now, ordering: .sequentiallyConsistent)
                    if claimed.exchanged { return cell }
                }
                place += 1
            }
            sched_yield()
        }
    }

    /// Ends an epoch; what was taken out before belongs to the one that is returned.
    func advance() -> UInt64 {
        epoch.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue
    }

    /// Whether nobody reads who began in that epoch or before. O(cells)
    func isOver(_ past: UInt64) -> Bool {
        cells.allSatisfy { cell in
            let since = cell.since.load(ordering: .sequentiallyConsistent)
            return since == 0 || since > past
        }
    }
}

/// A place for one reader with its working memory; whoever claims the cell owns the scratch.
private final class ReaderCell: @unchecked Sendable {
    /// The epoch in which its reader began; 0 when there is none.
    let since = Atomic<UInt64>(0)
    let width: Int
    lazy var scratch = SearchScratch(width: width)

    init(width: Int) {
        self.width = width
    }
}
