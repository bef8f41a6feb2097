import Foundation

/// Places in the clone that is being tested.
package enum Clone {
    /// The folder that holds `Package.swift`.
    package static let root: String = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// A part that set-up fetched.
    package static func vendor(_ part: String) -> String { "\(root)/.vendor/\(part)" }

    /// The executable of this build.
    package static let builtProgram = file(".build/debug/frontdesk")

    /// A file of the repository, by its path from the root.
    package static func file(_ path: String) -> String { "\(root)/\(path)" }
}
