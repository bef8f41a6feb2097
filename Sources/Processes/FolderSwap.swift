import Base
import Foundation
import Glibc

/// Puts prepared folders in the place of others, together with a change elsewhere (of a database), so
/// that a kill at any moment leaves the old or the new, and the next start knows which.
///
///     PLACE/NAME/new/…       what shall stand in PLACE
///     PLACE/NAME/plan.json   the promise to finish: it stands from before the change elsewhere until
///                            everything is in its place
///     PLACE/NAME/old/…       what stood there before, until the end
///
/// Without a plan nothing in PLACE was touched. With one, whoever comes next looks whether the change
/// elsewhere, which bears the plan's id, has happened: then `finish`, otherwise `takeBack`. Only one
/// process at a time may do this: hold the lock of the folder.
package struct FolderSwap: Sendable {
    package struct Plan: Codable, Sendable, Equatable {
        package let id: String
        /// Names that are replaced or made.
        package let brought: [String]
        /// Names that are taken away.
        package let removed: [String]

        package init(id: String, brought: [String], removed: [String]) {
            self.id = id
            self.brought = brought
            self.removed = removed
        }
    }

    private let place: String
    /// Where everything of the swap lies.
    package let folder: String
    /// What is put here with its final name will stand in the place.
    package var staging: String { "\(folder)/new" }
    private var old: String { "\(folder)/old" }
    private var planFile: String { "\(folder)/plan.json" }

    package init(in place: String, name: String) {
        self.place = place
        folder = "\(place)/\(name)"
    }

    /// An empty staging folder; refuses while an earlier plan is neither finished nor taken back.
    package func prepare() throws(ProcessFault) {
        guard !Files.exists(planFile) else {
            throw .place(path: folder, problem: "an earlier exchange was not finished")
        }
        try discard()
        for path in [folder, staging, old] { try Files.ensureFolder(path, mode: 0o700) }
    }

    /// Promises to finish: from now on `pending` is not nil, whatever happens.
    package func plan(_ plan: Plan) throws {
        let data = try JSONCoding.encode(plan)
        let partial = "\(planFile).partial"
        try data.write(to: URL(fileURLWithPath: partial))
        // Everything that the plan speaks of must outlive a power cut as well.
        sync()
        try Files.rename(partial, planFile)
        try force(folder)
        try force(place)
    }

    /// The plan that was neither finished nor taken back.
    package var pending: Plan? {
        get throws {
            guard let data = FileManager.default.contents(atPath: planFile) else { return nil }
            return try JSONCoding.decode(from: data)
        }
    }

    /// Whether there is anything of a swap, be it only the leavings of one without a plan.
    package var isThere: Bool { Files.exists(folder) }

    /// Moves everything into its place; what was moved before stays. Tests throw in `step`, which
    /// comes before each change.
    package func finish(step: () throws -> Void = {}) throws {
        guard let plan = try pending else { return }
        for name in plan.brought where Files.exists("\(staging)/\(name)") {
            try putAway(name, step)
            try step()
            try Files.rename("\(staging)/\(name)", "\(place)/\(name)")
        }
        for name in plan.removed { try putAway(name, step) }
        try force(place)
        try step()
        try end()
    }

    /// Forgets the plan; nothing in the place was touched.
    package func takeBack() throws {
        try end()
    }

    /// Removes what is left of a swap that has no plan.
    package func discard() throws(ProcessFault) {
        guard Files.exists(folder) else { return }
        do { try FileManager.default.removeItem(atPath: folder) } catch {
            throw .place(path: folder, problem: "cannot be removed: \(error.localizedDescription)")
        }
    }

    private func putAway(_ name: String, _ step: () throws -> Void) throws {
        let path = "\(place)/\(name)"
        guard Files.exists(path) else { return }
        try step()
        guard Files.exists("\(old)/\(name)") else {
            return try Files.rename(path, "\(old)/\(name)")
        }
        // Put away before, and since then made anew by a start: it is empty.
        guard rmdir(path) == 0 else {
            throw ProcessFault.place(
                path: path, problem: "should be empty but is not. Move what is in it elsewhere.")
        }
    }

    private func end() throws {
        guard unlink(planFile) == 0 || errno == ENOENT else {
            throw ProcessFault.place(path: planFile, problem: Files.reason())
        }
        try force(folder)
        try discard()
    }

    private func force(_ path: String) throws(ProcessFault) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .place(path: path, problem: Files.reason()) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .place(path: path, problem: Files.reason()) }
    }
}
