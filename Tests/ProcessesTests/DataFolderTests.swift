import Foundation
import Glibc
import Testing

@testable import Processes

@Suite("The data folder")
struct DataFolderTests {
    private let folder: TestFolder
    private var place: String { folder.path }

    init() throws {
        folder = try TestFolder()
    }

    @Test("It is made with its rooms, closed to others, and can be made twice")
    func layout() throws {
        for _ in 0..<2 {
            let data = try DataFolder(preparing: "\(place)/deep/data")
            #expect(try mode(data.path) == (SystemUser.isRoot ? 0o711 : 0o700))
            for folder in [data.blobs, data.snapshots, data.keys] {
                #expect(try mode(folder) == 0o700)
            }
            #expect(!Files.exists(data.postgres))
        }
    }

    @Test("Rooms left open by somebody are closed again")
    func closesAgain() throws {
        let data = try DataFolder(preparing: place)
        chmod(data.keys, 0o777)
        _ = try DataFolder(preparing: place)
        #expect(try mode(data.keys) == 0o700)
    }

    @Test("A second server is refused in plain words; after the first it may come")
    func lock() throws {
        let data = try DataFolder(preparing: place)
        var first: FileLock? = try data.lock()
        let fault = #expect(throws: ProcessFault.self) { _ = try data.lock() }
        let words = fault?.description ?? ""
        #expect(words.contains("another frontdesk (process \(getpid())) uses this folder"))
        #expect(words.contains("FRONTDESK_DATA"))
        withExtendedLifetime(first) {}
        first = nil
        _ = try data.lock()
    }

    @Test("A file or a link in the place of a room is refused")
    func notAFolder() throws {
        symlink("/etc", "\(place)/keys")
        let link = #expect(throws: ProcessFault.self) { _ = try DataFolder(preparing: place) }
        #expect(link == .place(path: "\(place)/keys", problem: "is not a folder"))
        #expect(throws: ProcessFault.self) {
            _ = try DataFolder(preparing: "/proc/cannot/be/made")
        }
    }

    @Test("A path leads where its folders let the account through", .enabled(if: SystemUser.isRoot))
    func entering() throws {
        let user = try #require(SystemUser.named("nobody"))
        let inner = "\(place)/inner"
        try Files.ensureFolder(inner, mode: 0o755)
        #expect(!Files.canEnter(inner, user))
        chmod(place, 0o711)
        #expect(Files.canEnter(inner, user))
        #expect(!Files.canEnter("\(place)/nothing", user))
    }

    @Test("What set-up fetched is found from deep inside the clone, and only there")
    func vendor() throws {
        try Files.ensureFolder("\(place)/.vendor", mode: 0o700)
        let found = VendorFolder.find(above: "\(place)/.build/release/frontdesk")
        #expect(found == "\(place)/.vendor")
        #expect(VendorFolder.find(above: "/usr/bin/frontdesk") == nil)
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require((attributes[.posixPermissions] as? NSNumber)?.intValue)
    }
}
