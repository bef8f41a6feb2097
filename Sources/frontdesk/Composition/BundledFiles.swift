import Foundation
import Processes

/// Where the parts beside the executable are.
enum BundledFiles {
    /// What set-up fetched (`.vendor`).
    static func vendor(_ part: String) throws -> String {
        guard let folder = VendorFolder.find() else {
            throw OperatorError(
                "The folder .vendor with PostgreSQL and the model is not there. Run `make run` once"
                    + " in the clone, or keep .vendor beside the executable.")
        }
        return "\(folder)/\(part)"
    }

    /// This very program, for children of the same kind.
    ///
    /// While a newer build has taken its place on disk, the kernel's own name of the running one.
    static var program: String {
        let link = "/proc/self/exe"
        // Without an answer the kernel's name does as well.
        let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) ?? ""
        return FileManager.default.isExecutableFile(atPath: target)
            ? target : "/proc/\(ProcessInfo.processInfo.processIdentifier)/exe"
    }
}
