import Foundation
import Glibc

/// Holds a process and its children still while `body` runs, as a machine that hangs does: they are
/// there, they take connections, and they say nothing.
package func withProcessHeld<Result>(
    _ process: Int32, _ body: () async throws -> Result
) async throws -> Result {
    kill(process, SIGSTOP)
    // Whoever was being started at that moment is found by the second look.
    var held = [process]
    for _ in 0..<2 {
        for child in childProcesses(of: process) where !held.contains(child) {
            kill(child, SIGSTOP)
            held.append(child)
        }
    }
    defer { for process in held.reversed() { kill(process, SIGCONT) } }
    return try await body()
}

/// Process ids of the direct children whose command line holds the word, or all.
package func childProcesses(of process: Int32, _ word: String? = nil) -> [Int32] {
    let list = "/proc/\(process)/task"
    // A process that has just ended has no children.
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: list)) ?? []
    let numbers = threads.flatMap { thread in
        (FileManager.default.contents(atPath: "\(list)/\(thread)/children")
            .map { String(decoding: $0, as: UTF8.self) } ?? "")
            .split(separator: " ").compactMap { Int32($0) }
    }
    return numbers.filter { number in
        let words = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") ?? Data()
        return word.map(String(decoding: words, as: UTF8.self).contains) ?? true
    }
}
