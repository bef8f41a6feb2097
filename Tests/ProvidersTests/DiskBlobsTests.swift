import Base
import Domain
import Foundation
import TestKit
import Testing

@testable import Providers

@Suite("Blobs on the disk")
struct DiskBlobsTests {
    private static let name = String(repeating: "ab", count: 32)

    @Test("The same content is kept once, for its owner alone, and deleting twice is no error")
    func keep() throws {
        let folder = try TestFolder()
        let port = DiskBlobs(folder: folder.path).port
        for _ in 0..<2 {
            let temporary = port.temporaryPath()
            try Data("hello".utf8).write(to: URL(fileURLWithPath: temporary))
            // Whoever keeps may have to keep again, so the file stays until its owner removes it.
            for _ in 0..<2 { try port.keep(temporary, Self.name) }
            #expect(FileManager.default.fileExists(atPath: temporary))
            try FileManager.default.removeItem(atPath: temporary)
        }
        let path = port.path(Self.name)
        #expect(path == "\(folder.path)/ab/ab/\(Self.name)")
        #expect(FileManager.default.contents(atPath: path) == Data("hello".utf8))
        let mode = try FileManager.default.attributesOfItem(atPath: path)
        #expect(mode[.posixPermissions] as? Int == 0o600)
        try port.delete(Self.name)
        try port.delete(Self.name)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("Of all places the fullest counts, and a name that is no hash leads nowhere")
    func roomAndNames() throws {
        let folder = try TestFolder()
        let free = try #require(DiskBlobs(folder: folder.path).port.freeBytes())
        #expect(free > 0)
        // No byte can be written to /proc.
        let port = DiskBlobs(folder: folder.path, companions: ["/proc", "/nowhere"]).port
        #expect(port.freeBytes() == 0)
        for name in ["", "../../etc/passwd", Self.name.uppercased(), Self.name + "0"] {
            #expect(throws: BlobFault.failed("name", code: EINVAL)) { try port.delete(name) }
        }
    }

    @Test("Uploads that were left are cleared, and those under way are not")
    func abandoned() async throws {
        let folder = try TestFolder()
        let blobs = DiskBlobs(folder: folder.path)
        let path = blobs.port.temporaryPath()
        try Data("half".utf8).write(to: URL(fileURLWithPath: path))
        let now = World.live.now()
        blobs.removeAbandoned(before: now - .hours(1))
        #expect(FileManager.default.fileExists(atPath: path))
        blobs.removeAbandoned(before: now + .hours(1))
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
