import Foundation

/// Where set-up laid what it fetched (`.vendor`).
package enum VendorFolder {
    /// The nearest `.vendor` at or above the folder of the running program, or nil.
    ///
    /// The program lies in `.build` of its clone, and a deployed one beside its own `.vendor`.
    package static func find() -> String? {
        guard let program = Files.realPath("/proc/self/exe") else { return nil }
        return find(above: program)
    }

    static func find(above path: String) -> String? {
        var parts = path.split(separator: "/")
        while parts.popLast() != nil {
            let candidate = (parts + [".vendor"]).map { "/\($0)" }.joined()
            if Files.exists(candidate) { return candidate }
        }
        return nil
    }
}
