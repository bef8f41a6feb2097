import Encoder
import Foundation
import Testing

struct TensorFileTests {
    private func file(_ bytes: Data) throws -> MappedFile {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("tensors-\(bytes.hashValue)-\(bytes.count)")
        try bytes.write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }  // The mapping keeps the bytes.
        return try MappedFile(path: path.path)
    }

    private func tensors(_ header: String, numbers: [Float] = []) throws -> TensorFile {
        let header = header + String(repeating: " ", count: (4 - header.utf8.count % 4) % 4)
        var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
        bytes += Data(header.utf8)
        bytes += numbers.withUnsafeBytes { Data($0) }
        return try TensorFile(try file(bytes))
    }

    @Test("A tensor is found with its shape")
    func found() throws {
        let tensors = try tensors(
            #"{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}"#, numbers: [1, 2, 3, 4])
        #expect(Array(try tensors.numbers("w", shape: [2, 2])) == [1, 2, 3, 4])
    }

    @Test(
        "A header that lies is refused",
        arguments: [
            "", "[]", "{", #"{"w":1}"#, #"{"w":{"dtype":"F32","shape":[4]}}"#,
            #"{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,17]}}"#,
            #"{"w":{"dtype":"F32","shape":[4],"data_offsets":[-4,12]}}"#,
            #"{"w":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}"#,
            #"{"w":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}"#,
            #"{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,16]}}"#,
            #"{"w":{"dtype":"F16","shape":[4],"data_offsets":[0,16]}}"#,
            #"{"w":{"dtype":"F32","shape":[4],"data_offsets":[2,18]}}"#,
            #"{"v":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#,
        ])
    func lying(header: String) {
        #expect(throws: EncoderFault.self) {
            try tensors(header, numbers: [1, 2, 3, 4]).numbers("w", shape: [4])
        }
    }

    @Test(
        "A file too short for its header is refused",
        arguments: [
            Data([1]), Data([2, 0, 0, 0, 0, 0, 0, 0]), Data(repeating: 255, count: 64),
        ])
    func short(bytes: Data) {
        #expect(throws: EncoderFault.self) { try TensorFile(try file(bytes)) }
    }

    @Test("SHA-256 agrees with the standard's example and with itself on every length")
    func sha256() throws {
        #expect(
            try file(Data("abc".utf8)).sha256
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let million = try file(Data(repeating: UInt8(ascii: "a"), count: 1_000_000))
        #expect(
            million.sha256 == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        #expect(throws: EncoderFault.self) { try million.check(sha256: "00") }
    }
}
