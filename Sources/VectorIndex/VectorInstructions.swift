import CKernels

/// The newest processor instructions that the kernels may use.
package enum VectorInstructions: String, Sendable, CaseIterable {
    /// The best of this processor.
    case auto
    /// AVX-512 with VNNI.
    case avx512
    case avx2
    /// Plain C, on every processor.
    case portable

    /// What is really used; refuses what this processor lacks rather than measuring something else.
    func resolved() throws(VectorRefusal) -> frontdesk_isa {
        let best = frontdesk_isa_detect()
        let wanted: frontdesk_isa =
            switch self {
            case .auto: best
            case .avx512: FRONTDESK_ISA_AVX512
            case .avx2: FRONTDESK_ISA_AVX2
            case .portable: FRONTDESK_ISA_PORTABLE
            }
        guard wanted.rawValue <= best.rawValue else { throw .noSuchInstructions(rawValue) }
        return wanted
    }
}
