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

    @Test("300 varied texts have the vectors of sentence-transformers", arguments: Path.all)
    func equalsReference(_ path: Path) throws {
        guard path.options.isAvailable else {
            try Test.cancel("this CPU does not compute \(path)")
        }
        let encoder = try TextEncoder(modelFolder: ModelFixture.folder, options: path.options)
        let texts = try ModelFixture.texts()
        let expected = try reference()
        #expect(texts.count == 300)
        #expect(expected.count == 300)
        let vectors = encoder.vectors(of: texts)
        var worst = 0.0
        for (index, (found, wanted)) in zip(vectors, expected).enumerated() {
            let one = distance(found, wanted)
            worst = max(worst, one)
            #expect(one <= path.bound, "text \(index)")
            #expect(abs(found.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5, "length of \(index)")
        }
        #expect(worst > 0)
    }

    /// One way to compute, and how far its vectors may be from the reference: 1 - cosine.
    struct Path: CustomTestStringConvertible, Sendable {
        let options: EncoderOptions
        let bound: Double

        init(
            _ precision: EncoderOptions.Precision, _ isa: EncoderOptions.ISA,
            inPairs: Bool? = nil, bound: Double
        ) {
            options = EncoderOptions(precision: precision, isa: isa, inPairs: inPairs)
            self.bound = bound
        }

        var testDescription: String {
            let pairs = options.inPairs.map { $0 ? " in pairs" : " singly" } ?? ""
            return "\(options.precision.rawValue) with \(options.isa.rawValue)\(pairs)"
        }

        static let all = [
            Path(.f32, .portable, bound: 1e-6), Path(.f32, .avx2, bound: 1e-6),
            Path(.f32, .avx512, inPairs: false, bound: 1e-6),
            Path(.f32, .avx512, inPairs: true, bound: 1e-6),
            Path(.int16, .avx512, inPairs: false, bound: 4e-6),
            Path(.int16, .avx512, inPairs: true, bound: 4e-6),
            Path(.bf16, .avx512, bound: 1e-4), Path(.int8, .avx512, bound: 1.5e-2),
            Path(.auto, .auto, bound: 4e-6),
        ]
    }

    @Test(
        "A vector does not depend on what else is in its group",
        arguments: [EncoderOptions.Precision.f32, .auto])
    func groups(precision: EncoderOptions.Precision) throws {
        let encoder = try TextEncoder(
            modelFolder: ModelFixture.folder, options: EncoderOptions(precision: precision))
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
