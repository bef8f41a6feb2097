/// How an encoder computes: what the command line says, before it is held against this CPU.
package struct EncoderOptions: Sendable, Equatable {
    /// In what numbers weights and inputs of the linear layers are kept.
    package enum Precision: String, Sendable, CaseIterable {
        /// `bf16` where the CPU multiplies it in hardware, else `f32`.
        case auto
        case f32
        case bf16
        /// Eight bits: fastest, and a model of its own, because its vectors differ noticeably.
        case int8
    }

    /// The newest instructions that may be used.
    package enum ISA: String, Sendable, CaseIterable {
        /// The best of this CPU.
        case auto
        case avx512
        case avx2
        case portable
    }

    package var precision: Precision
    package var isa: ISA

    package init(precision: Precision = .auto, isa: ISA = .auto) {
        self.precision = precision
        self.isa = isa
    }

    /// What is really used on this CPU; refuses what it lacks rather than computing something else.
    func resolved() throws(EncoderFault) -> (InstructionSet, Precision) {
        let instructions: InstructionSet
        switch isa {
        case .auto: instructions = .best
        case .avx512: instructions = .avx512
        case .avx2: instructions = .avx2
        case .portable: instructions = .portable
        }
        guard instructions <= .best
        else { throw .unsupported(precision: precision.rawValue, isa: isa.rawValue) }
        switch precision {
        case .auto, .f32: return (instructions, .f32)
        case .bf16, .int8:
            throw .unsupported(precision: precision.rawValue, isa: isa.rawValue)
        }
    }
}
