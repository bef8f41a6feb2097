import Foundation
import Glibc
import TestKit

/// Many open connections of one client that does no more with them than it was told.
final class FloodSockets {
    private var descriptors: [Int32] = []

    /// Opens so many connections, and sends `bytes` on each.
    init(_ count: Int, port: Int, sending bytes: [UInt8]) {
        for _ in 0..<count {
            let descriptor = connectedSocket(port: port)
            guard descriptor >= 0 else { continue }
            // A server that is full must not hold up the flood.
            _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
            _ = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            descriptors.append(descriptor)
        }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    var count: Int { descriptors.count }

    /// How many of them the server has not closed.
    var openCount: Int {
        descriptors.count { descriptor in
            var entry = pollfd(fd: descriptor, events: Int16(0x2000), revents: 0)
            return poll(&entry, 1, 0) == 0
        }
    }

    /// Lets this program have as many open files as it may.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// Calls on connections of their own, as somebody makes who comes just now.
enum FreshCalls {
    struct Outcome {
        /// Milliseconds from connecting to the last byte.
        var times: [Double] = []
        var failed = 0
    }

    /// Makes the requests one after another in turn for so long, on a thread of their own.
    static func run(
        _ requests: [String], port: Int, for duration: Duration
    ) async -> Outcome {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var outcome = Outcome()
                let end = ContinuousClock.now + duration
                var number = 0
                while ContinuousClock.now < end {
                    let begun = ContinuousClock.now
                    let isGood = call(requests[number % requests.count], port: port)
                    outcome.times.append((ContinuousClock.now - begun) / .milliseconds(1))
                    if !isGood { outcome.failed += 1 }
                    number += 1
                    usleep(20_000)
                }
                continuation.resume(returning: outcome)
            }
        }
    }

    /// Longer waits count as failures.
    private static let patienceSeconds = 5

    private static func call(_ request: String, port: Int) -> Bool {
        let descriptor = connectedSocket(port: port)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
        let bytes = Array(request.utf8)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
        else { return false }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var isGood = false
        var isFirst = true
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return count == 0 && isGood }
            if isFirst { isGood = buffer.starts(with: Array("HTTP/1.1 200".utf8)) }
            isFirst = false
        }
    }
}
