import CKernels

/// How an encoder computes: what the command line says, before it is held against this CPU.
package struct EncoderOptions: Sendable, Equatable {
    /// In what numbers weights and inputs of the linear layers are kept.
    package enum Precision: String, Sendable, CaseIterable {
        /// `int16` where the CPU multiplies it in hardware, else `f32`.
        case auto
        case f32
        /// Sixteen bits as whole numbers: for every row and output in steps of its own.
        case int16
        /// Sixteen bits as the upper half of a float; less exact and slower than `int16`.
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
    /// Whether linear layers make their products in pairs; nil does what is faster on this CPU.
    ///
    /// Other figures in the last digits, never another precision; only f32 and int16 with AVX-512
    /// have such kernels, others compute as ever. For measuring and tests.
    package var inPairs: Bool?

    package init(precision: Precision = .auto, isa: ISA = .auto, inPairs: Bool? = nil) {
        self.precision = precision
        self.isa = isa
        self.inPairs = inPairs
    }

    /// Whether this CPU can compute so.
    package var isAvailable: Bool { (try? resolved()) != nil }  // The reason is only ever that.

    /// What is really used on this CPU; refuses what it lacks rather than computing something else.
    func resolved() throws(EncoderFault) -> EncoderChoice {
        let instructions: InstructionSet =
            switch isa {
            case .auto: .best
            case .avx512: .avx512
            case .avx2: .avx2
            case .portable: .portable
            }
        let pairs = inPairs ?? frontdesk_encoder_gains_by_pairs()
        let precisions: [Precision] = precision == .auto ? [.int16, .f32] : [precision]
        let choices = precisions.map { EncoderChoice(instructions, $0, inPairs: pairs) }
        guard
            let choice = choices.lazy.compactMap(\.self)
                .first(where: { frontdesk_encoder_has($0.kind) })
        else { throw .unsupported(precision: precision.rawValue, isa: isa.rawValue) }
        return choice
    }
}

/// Instructions and precision that kernels exist for.
struct EncoderChoice {
    let instructions: InstructionSet
    let precision: EncoderOptions.Precision
    let kind: frontdesk_encoder_kind

    init?(
        _ instructions: InstructionSet, _ precision: EncoderOptions.Precision, inPairs: Bool
    ) {
        switch (instructions, precision) {
        case (.portable, .f32): kind = FRONTDESK_ENCODER_F32_PORTABLE
        case (.avx2, .f32): kind = FRONTDESK_ENCODER_F32_AVX2
        case (.avx512, .f32):
            kind = inPairs ? FRONTDESK_ENCODER_F32_AVX512_PAIRS : FRONTDESK_ENCODER_F32_AVX512
        case (.avx512, .int16):
            kind =
                inPairs ? FRONTDESK_ENCODER_INT16_AVX512_PAIRS : FRONTDESK_ENCODER_INT16_AVX512
        case (.avx512, .bf16): kind = FRONTDESK_ENCODER_BF16_AVX512
        case (.avx512, .int8): kind = FRONTDESK_ENCODER_INT8_AVX512
        default: return nil
        }
        self.instructions = instructions
        self.precision = precision
    }
}
