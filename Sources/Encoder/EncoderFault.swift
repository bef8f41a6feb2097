import Base

/// Why a model cannot be used.
package enum EncoderFault: Fault, Equatable, CustomStringConvertible {
    /// The file is not there or cannot be read.
    case unreadable(file: String, errno: Int32)
    /// The file is not the published one.
    case wrongHash(file: String, expected: String, found: String)
    /// The file does not hold what its format promises.
    case malformed(file: String, reason: String)
    /// This CPU cannot compute what was asked for.
    case unsupported(precision: String, isa: String)

    package var retryable: Bool { false }

    package var description: String {
        switch self {
        case .unreadable(let file, let errno): "cannot read \(file) (error \(errno))"
        case .wrongHash(let file, let expected, let found):
            "\(file) has SHA-256 \(found), not \(expected): fetch it again"
        case .malformed(let file, let reason): "\(file) is damaged: \(reason)"
        case .unsupported(let precision, let isa):
            "this CPU cannot compute precision \(precision) with isa \(isa): use auto"
        }
    }
}
