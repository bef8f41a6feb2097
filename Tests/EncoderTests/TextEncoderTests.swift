import Encoder
import Foundation
import Testing

struct TextEncoderTests {
    private func reference() throws -> [[Float]] {
        let data = try ModelFixture.data("vectors.f32")
        return data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 1_536).map { start in
                (0..<384).map {
                    Float(
                        bitPattern: UInt32(
                            littleEndian: bytes.loadUnaligned(
                                fromByteOffset: start + $0 * 4, as: UInt32.self)))
                }
            }
        }
    }

    private func distance(_ left: [Float], _ right: [Float]) -> Double {
        var product = 0.0
        var leftSquares = 0.0
        var rightSquares = 0.0
        for (one, two) in zip(left, right) {
            product += Double(one) * Double(two)
            leftSquares += Double(one) * Double(one)
            rightSquares += Double(two) * Double(two)
        }
        return 1 - product / (leftSquares * rightSquares).squareRoot()
    }

    @Test("300 varied texts have the vectors of sentence-transformers")
    func equalsReference() throws {
        let encoder = try ModelFixture.encoder.get()
        let texts = try ModelFixture.texts()
        let expected = try reference()
        #expect(texts.count == 300)
        #expect(expected.count == 300)
        let vectors = encoder.vectors(of: texts)
        var worst = 0.0
        for (index, (found, wanted)) in zip(vectors, expected).enumerated() {
            let one = distance(found, wanted)
            worst = max(worst, one)
            #expect(one <= 1e-6, "text \(index)")
            #expect(abs(distance(found, found)) < 1e-12)
            #expect(abs(found.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5, "length of \(index)")
        }
        #expect(worst < 1e-6, "worst \(worst)")
    }

    @Test(
        "Every instruction set of this CPU gives the same vectors",
        arguments: InstructionSet.available)
    func instructionSets(_ instructions: InstructionSet) throws {
        let encoder = try TextEncoder(
            modelFolder: ModelFixture.folder,
            options: EncoderOptions(
                precision: .f32, isa: try #require(.init(rawValue: instructions.rawValue))))
        let texts = try ModelFixture.texts()
        let expected = try reference()
        for index in stride(from: 0, to: 300, by: 10) {
            let found = encoder.vectors(of: [texts[index]])[0]
            #expect(distance(found, expected[index]) <= 1e-6, "text \(index)")
        }
    }

    @Test("A vector does not depend on what else is in its group")
    func groups() throws {
        let encoder = try ModelFixture.encoder.get()
        let texts = Array(try ModelFixture.texts()[40..<60])
        let together = encoder.vectors(of: texts)
        for (text, vector) in zip(texts, together) {
            #expect(distance(encoder.vectors(of: [text])[0], vector) < 1e-9)
        }
    }

    @Test("A missing, cut or changed weights file is refused with its reason")
    func damagedFiles() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("encoder-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // A leftover harms nobody.
        #expect(throws: EncoderFault.unreadable(file: "vocab.txt", errno: 2)) {
            try TextEncoder(modelFolder: folder)
        }
        for name in ["vocab.txt", "model.safetensors"] {
            try FileManager.default.copyItem(
                at: ModelFixture.folder.appendingPathComponent(name).resolvingSymlinksInPath(),
                to: folder.appendingPathComponent(name))
        }
        let weights = folder.appendingPathComponent("model.safetensors")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: weights.path)
        let handle = try FileHandle(forUpdating: weights)
        try handle.seek(toOffset: 50_000_000)
        try handle.write(contentsOf: Data([1, 2, 3, 4]))
        try handle.close()
        let fault = #expect(throws: EncoderFault.self) { try TextEncoder(modelFolder: folder) }
        guard case .wrongHash(let file, _, _) = fault else {
            Issue.record("\(String(describing: fault))")
            return
        }
        #expect(file == "model.safetensors")
    }
}
