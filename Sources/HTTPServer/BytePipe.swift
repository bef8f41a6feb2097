/// A bounded queue of chunks between the server's thread and a task; lives inside a lock.
///
/// It never suspends anybody itself: both sides ask, and are woken to ask again.
struct BytePipe {
    private var chunks: [[UInt8]] = []
    private var head = 0
    /// Bytes already taken from the first chunk.
    private var offset = 0
    private(set) var count = 0
    var isEnded = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    var isEmpty: Bool { count == 0 }

    mutating func append(_ chunk: [UInt8]) {
        guard !chunk.isEmpty else { return }
        chunks.append(chunk)
        count += chunk.count
    }

    mutating func takeFirst() -> [UInt8]? {
        guard head < chunks.count else { return nil }
        let chunk = offset == 0 ? chunks[head] : Array(chunks[head][offset...])
        count -= chunk.count
        dropFirst()
        return chunk
    }

    /// Copies up to `room` bytes to `target`; returns how many.
    mutating func copy(to target: UnsafeMutableRawPointer, room: Int) -> Int {
        var copied = 0
        while copied < room, head < chunks.count {
            let amount = min(room - copied, chunks[head].count - offset)
            chunks[head].withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                (target + copied).copyMemory(from: base + offset, byteCount: amount)
            }
            copied += amount
            offset += amount
            if offset == chunks[head].count { dropFirst() }
        }
        count -= copied
        return copied
    }

    mutating func removeAll() {
        chunks = []
        head = 0
        offset = 0
        count = 0
    }

    private mutating func dropFirst() {
        chunks[head] = []
        head += 1
        offset = 0
        if head == chunks.count {
            chunks.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 64 {
            chunks.removeFirst(head)
            head = 0
        }
    }

    mutating func wait(_ continuation: CheckedContinuation<Void, Never>) {
        waiting.append(continuation)
    }

    /// Everybody who waits, to be resumed after the lock is released.
    mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
        defer { waiting = [] }
        return waiting
    }
}
