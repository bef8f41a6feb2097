package import Base

/// Why a vector, a query or a snapshot is not accepted.
package enum VectorRefusal: Refusal, Hashable {
    case dimensionOutOfRange(Int)
    case wrongDimension(expected: Int, found: Int)
    /// A component is NaN or infinite, or the vector is too long to square (above 1e18).
    case notFinite
    /// A vector of length zero has no direction, so cosine cannot place it.
    case zeroVector
    case tooManyVectors(limit: Int)
    case countOutOfRange(Int)
    case modelNameTooLong
    /// This processor lacks them.
    case noSuchInstructions(String)
    case snapshotUnreadable(SnapshotFlaw)
    /// The file was made with another model, metric or dimension; build the index anew.
    case snapshotOfAnother(String)

    package var code: String {
        switch self {
        case .dimensionOutOfRange: "vector.dimension_out_of_range"
        case .wrongDimension: "vector.wrong_dimension"
        case .notFinite: "vector.not_finite"
        case .zeroVector: "vector.zero"
        case .tooManyVectors: "vector.too_many"
        case .countOutOfRange: "vector.count_out_of_range"
        case .modelNameTooLong: "vector.model_name_too_long"
        case .noSuchInstructions: "vector.no_such_instructions"
        case .snapshotUnreadable: "vector.snapshot_unreadable"
        case .snapshotOfAnother: "vector.snapshot_of_another"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .tooManyVectors: .limited
        case .snapshotUnreadable, .snapshotOfAnother: .conflict
        default: .invalid
        }
    }

    package var detail: String {
        switch self {
        case .dimensionOutOfRange(let found): "A vector cannot have \(found) dimensions."
        case .wrongDimension(let expected, let found):
            "The vector has \(found) dimensions; this collection holds \(expected)."
        case .notFinite: "A component of the vector is not a usable number."
        case .zeroVector: "A vector of length zero has no direction."
        case .tooManyVectors(let limit): "The collection holds at most \(limit) vectors."
        case .countOutOfRange(let found): "\(found) is not an allowed number here."
        case .modelNameTooLong: "The name of the model is too long."
        case .noSuchInstructions(let name): "This processor has no \(name)."
        case .snapshotUnreadable(let flaw): "The snapshot cannot be read: \(flaw.rawValue)."
        case .snapshotOfAnother(let what): "The snapshot was made with another \(what)."
        }
    }
}

/// What is wrong with a snapshot file.
package enum SnapshotFlaw: String, Sendable, Hashable {
    case missing = "there is no file"
    case cannotWrite = "the file cannot be written"
    case notASnapshot = "it is not a snapshot"
    case anotherVersion = "it is of another version"
    case cannotRead = "the file cannot be read"
    case wrongSize = "its size does not fit its header"
    case wrongChecksum = "its checksum does not fit"
    case wrongContents = "its contents contradict each other"
}
