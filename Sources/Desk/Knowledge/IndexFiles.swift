import Domain
import Foundation
import Store
import VectorIndex

/// The files in which large workspaces' indexes outlive a restart; each can be thrown away.
package struct IndexFiles: Sendable {
    private let folder: String
    /// Workspaces with fewer vectors are read from the tables every time.
    let smallest: Int

    /// A file is written again when one in so many vectors has come or gone since.
    static let unsavedShare = 10
    /// Vectors that are compared with the tables before a file is believed.
    static let sampleSize = 128
    /// Cosines of a vector with itself after the codes of the index are at least this.
    static let sameCosine: Float = 0.999

    /// Whether the disk has room for a file that can be done without.
    let hasRoom: @Sendable () -> Bool

    package init(
        folder: String, smallest: Int = VectorIndexCache.graphThreshold,
        hasRoom: @escaping @Sendable () -> Bool = { true }
    ) {
        self.folder = folder
        self.smallest = smallest
        self.hasRoom = hasRoom
    }

    /// What the names of the files end with; before it stands the workspace's id.
    package static let suffix = ".index"

    private func path(_ workspace: WorkspaceID) -> String { "\(folder)/\(workspace)\(Self.suffix)" }

    func has(_ workspace: WorkspaceID) -> Bool {
        FileManager.default.fileExists(atPath: path(workspace))
    }

    /// Removes the file, if there is one.
    func discard(_ workspace: WorkspaceID) { unlink(path(workspace)) }

    func save(_ collection: VectorCollection, of workspace: WorkspaceID) throws(VectorRefusal) {
        try collection.save(to: path(workspace))
    }

    /// The newest keys and others evenly spread.
    ///
    /// A database that was put back to an earlier day gives out keys again, beginning with the
    /// newest, for other passages: they show it.
    static func sample(of keys: [Int64]) -> [Int64] {
        let step = max(1, keys.count / (sampleSize / 2))
        let spread = stride(from: 0, to: keys.count, by: step).map { keys[$0] }
        return Array(Set(keys.suffix(sampleSize / 2) + spread))
    }

    /// Opens a file and compares it with what the tables say about some of its keys.
    ///
    /// Refuses damage, another model, and vectors that are not those of the tables.
    func open(
        _ workspace: WorkspaceID, model: String, sample: [PassageStore.IndexEntry]
    ) throws(VectorRefusal) -> VectorCollection {
        let collection = try VectorCollection.open(
            path: path(workspace), dimension: sample.first?.embedding.count ?? 0,
            metric: .cosine, model: model)
        for entry in sample {
            guard let held = collection.vector(entry.key) else { continue }
            guard Self.isSame(held, entry.embedding) else { throw .snapshotOfAnother("database") }
        }
        return collection
    }

    private static func isSame(_ left: [Float], _ right: [Float]) -> Bool {
        func dot(_ left: [Float], _ right: [Float]) -> Float {
            zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
        }
        guard left.count == right.count else { return false }
        let lengths = (dot(left, left) * dot(right, right)).squareRoot()
        return lengths > 0 && dot(left, right) / lengths >= sameCosine
    }
}
