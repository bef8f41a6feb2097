import Base
import Desk
import Domain
import Foundation
import Store

/// A business in a folder: `business.json`, and `documents/`.
struct BusinessFolder: Sendable {
    let file: BusinessFile
    private let path: String

    static let documentLimit = 1_000

    init(_ path: String) throws {
        self.path = path
        let place = URL(fileURLWithPath: path + "/business.json")
        do {
            file = try BusinessFile.read(Data(contentsOf: place))
        } catch {
            throw OperatorError("\(place.path) cannot be read as a business: \(error)")
        }
    }

    /// Opens the workspace, or goes on with the one that has this address and this owner.
    func open(
        on desk: FrontDesk, _ database: Database, owner email: String, password: Secret
    ) async throws -> Staff {
        let slug = file.slug
        guard let workspace = try await database.beforeTenant({ try $0.workspace(ofSlug: slug) })
        else {
            return try await desk.open(
                file, owner: .init(name: "Owner of \(file.name)", email: email, password: password))
        }
        let people = try await desk.reading.read(workspace) { try AccountStore.all($0) }
        guard let owner = people.first(where: { $0.email == email && $0.role == .owner }) else {
            throw OperatorError(
                "There is a workspace \"\(file.slug)\" already, with another owner than \(email).")
        }
        try await desk.seedCatalogue(file, by: owner)
        return owner
    }

    /// Uploads what the workspace has no document of that name for.
    func upload(to desk: FrontDesk, by owner: Staff) async throws {
        let known = try await desk.reading.read(owner.workspace) { reader in
            try DocumentStore.page(after: nil, limit: PageCursor.sizeLimit, reader)
        }
        let names = Set(known.items.map(\.fileName))
        let folder = "\(path)/documents"
        let found = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        for name in found.prefix(BusinessFolder.documentLimit)
        where !names.contains(name) && !name.hasPrefix(".") {
            let chunks = FileChunks(path: "\(folder)/\(name)")
            _ = try await desk.intake.upload(name: name, chunks: chunks, by: owner)
        }
    }
}

/// The bytes of a file, a piece at a time.
private struct FileChunks: AsyncSequence {
    let path: String

    struct Iterator: AsyncIteratorProtocol {
        let handle: FileHandle?

        mutating func next() async throws -> [UInt8]? {
            guard let handle else { throw CocoaError(.fileReadNoSuchFile) }
            guard let data = try handle.read(upToCount: 256 << 10), !data.isEmpty else {
                return nil
            }
            return Array(data)
        }
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(handle: FileHandle(forReadingAtPath: path))
    }
}
