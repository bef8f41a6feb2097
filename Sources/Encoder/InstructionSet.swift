import CKernels

/// Which kernels compute; the order is from portable to fast.
package enum InstructionSet: String, Sendable, CaseIterable, Comparable {
    /// BLAS for the linear layers, plain C for the rest.
    case portable
    case avx2
    case avx512

    /// The best that this CPU has.
    package static var best: InstructionSet {
        switch frontdesk_isa_detect() {
        case FRONTDESK_ISA_AVX512, FRONTDESK_ISA_AVX512_BF16: .avx512
        case FRONTDESK_ISA_AVX2: .avx2
        default: .portable
        }
    }

    /// Those that this CPU can run.
    package static var available: [InstructionSet] { allCases.filter { $0 <= best } }

    package static func < (left: InstructionSet, right: InstructionSet) -> Bool {
        left.order < right.order
    }

    private var order: Int {
        switch self {
        case .portable: 0
        case .avx2: 1
        case .avx512: 2
        }
    }
}
