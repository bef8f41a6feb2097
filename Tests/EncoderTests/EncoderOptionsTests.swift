import Encoder
import Testing

struct EncoderOptionsTests {
    @Test("What this CPU lacks is refused, not replaced")
    func refused() {
        for isa in [EncoderOptions.ISA.avx512, .avx2]
        where !InstructionSet.available.contains(where: { $0.rawValue == isa.rawValue }) {
            #expect(throws: EncoderFault.unsupported(precision: "f32", isa: isa.rawValue)) {
                try TextEncoder(
                    modelFolder: ModelFixture.folder,
                    options: EncoderOptions(precision: .f32, isa: isa))
            }
        }
    }

    @Test("Automatic options compute with the best of this CPU")
    func automatic() throws {
        let encoder = try ModelFixture.encoder.get()
        #expect(encoder.instructions == .best)
        #expect(encoder.precision == (InstructionSet.best == .avx512 ? .int16 : .f32))
        #expect(encoder.modelID == TextEncoder.modelID)
    }

    @Test("Vectors of eight bits carry a model id of their own")
    func eightBits() throws {
        let options = EncoderOptions(precision: .int8)
        guard options.isAvailable else { try Test.cancel("this CPU has no VNNI") }
        let encoder = try TextEncoder(modelFolder: ModelFixture.folder, options: options)
        #expect(encoder.modelID == "all-MiniLM-L6-v2-int8")
        #expect(encoder.precision == .int8)
    }

    @Test("What no kernels exist for is refused", arguments: [EncoderOptions.ISA.avx2, .portable])
    func withoutKernels(isa: EncoderOptions.ISA) {
        for precision in [EncoderOptions.Precision.bf16, .int8, .int16] {
            #expect(!EncoderOptions(precision: precision, isa: isa).isAvailable)
        }
    }
}
