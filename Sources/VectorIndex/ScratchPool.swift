import Base

/// Scratches that are free at the moment; searches borrow one each.
final class ScratchPool: Sendable {
    /// Scratches kept for reuse; more exist only while more searches run at once.
    static let keptMaximum = 16

    private let dimension: Int
    private let free = Lock<[Box]>([])

    /// Moves a scratch between threads; whoever took it out owns it.
    private struct Box: @unchecked Sendable {
        let scratch: SearchScratch
    }

    init(dimension: Int) {
        self.dimension = dimension
    }

    func with<Result>(_ body: (SearchScratch) -> Result) -> Result {
        let taken = free.withLock { $0.popLast() }
        let box = taken ?? Box(scratch: SearchScratch(dimension: dimension))
        defer {
            free.withLock { free in
                if free.count < Self.keptMaximum { free.append(box) }
            }
        }
        return body(box.scratch)
    }
}
