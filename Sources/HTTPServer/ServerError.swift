import Base

/// Why the server could not start.
package enum ServerError: Fault, Hashable {
    /// The text is no numeric address.
    case badAddress(String)
    /// The system refused the address or port; `code` is errno.
    case cannotListen(address: String, port: Int, code: Int32)
    case cannotStart

    package var retryable: Bool { false }
}
