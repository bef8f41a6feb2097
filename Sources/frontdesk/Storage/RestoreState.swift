import Base
import Foundation
import Postgres
import Processes
import Store

/// A restore changes two things that no transaction spans, the database and the folders; this brings
/// them together again when it was interrupted between them.
///
/// The database says which: in the transaction that replaces everything it notes the id of the
/// restore. With that id in the database the folders follow, without it nothing had happened.
struct RestoreState: Sendable {
    let data: DataFolder
    let place: DatabaseLocation
    let logger: Logger

    /// Below the data folder.
    static let folder = "restore"

    var swap: FolderSwap { FolderSwap(in: data.path, name: RestoreState.folder) }

    /// Finishes or takes back what is pending; call it before anything else uses the data.
    func settle() async throws {
        guard let plan = try swap.pending else { return try swap.discard() }
        let stored = try await place.asOwner { try InstallationStore.value(of: .restore, $0) }
        if stored == plan.id {
            try finish()
            logger.notice("an interrupted restore was finished")
        } else {
            try swap.takeBack()
            logger.warning("an interrupted restore was taken back: say it again")
        }
    }

    /// Puts the folders in place, and forgets what was made from other tables.
    func finish() throws {
        let files = FileManager.default
        for name in try files.contentsOfDirectory(atPath: data.snapshots) {
            try files.removeItem(atPath: "\(data.snapshots)/\(name)")
        }
        try swap.finish()
    }
}
