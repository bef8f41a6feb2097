import Foundation

@testable import Processes

/// A folder of one test, gone with it.
final class TestFolder: Sendable {
    let path: String

    /// `open` lets the database's account through.
    init(open: Bool = false) throws {
        path = try Files.makeUnique("/tmp/frontdesk-test-")
        if open { try Files.ensureFolder(path, mode: 0o711) }
    }

    deinit {
        // Litter in the temporary folder fails no test.
        try? FileManager.default.removeItem(atPath: path)
    }
}
