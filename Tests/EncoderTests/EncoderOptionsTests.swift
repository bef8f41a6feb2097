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
        #expect(encoder.modelID == TextEncoder.modelID)
    }
}
