import Base

/// The disk did not keep or give a file.
package enum BlobFault: Fault, Equatable {
    /// The step that failed, and the system's errno.
    case failed(String, code: Int32)

    package var retryable: Bool { true }
}
