import Foundation

/// What a running server writes about itself into its cluster (`postmaster.pid`).
struct PostmasterFile {
    let processID: Int32
    let status: String?

    /// Nil when there is no such file or it is not whole yet.
    init?(cluster: String) {
        // No file means no server, which is an answer and not an error.
        guard let text = try? String(contentsOfFile: Self.path(cluster), encoding: .utf8) else {
            return nil
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let processID = Int32(first) else { return nil }
        self.processID = processID
        status = lines.count > 7 ? lines[7].trimmingCharacters(in: .whitespaces) : nil
    }

    static func path(_ cluster: String) -> String { "\(cluster)/postmaster.pid" }
}
