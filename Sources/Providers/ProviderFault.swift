import Base
package import HTTP

/// Why a service did not do what it was asked.
package enum ProviderFault: ExplainedFault, Equatable {
    /// No answer came. Unless `mayHaveHappened` says no, the service may have acted all the same.
    case unreachable(FetchError)
    /// The last answer, when trying again was of no use or no time was left for it.
    case refused(ProviderAnswer)
    /// The time was over before an attempt could begin.
    case late
    /// It has failed several times in a row and is left alone for a moment.
    case resting

    package var retryable: Bool {
        switch self {
        case .unreachable(let error): error.retryable
        case .refused(let answer): answer.isTransient
        case .late, .resting: true
        }
    }

    /// Whether the service may have done what was asked, so that asking again without a key could do
    /// it twice.
    package var mayHaveHappened: Bool {
        switch self {
        case .unreachable(.resolution), .unreachable(.unconnected), .unreachable(.badURL), .late,
            .resting:
            false
        case .unreachable: true
        case .refused(let answer): answer.status >= 500 || answer.status == 408
        }
    }

    package var explanation: String {
        switch self {
        case .unreachable: "The service cannot be reached."
        case .refused(let answer) where answer.status == 429: "The service is busy."
        case .refused(let answer) where answer.status == 401 || answer.status == 403:
            "The service refuses our credentials (status \(answer.status)). Check them."
        case .refused(let answer): "The service refuses its work (status \(answer.status))."
        case .late: "The service takes too long to answer."
        case .resting: "The service keeps failing and is left alone for a moment."
        }
    }
}

/// An answer that is not 2xx, for whoever knows the service's way of saying why.
///
/// Prints its status only: bodies repeat what was sent, such as a telephone number.
package struct ProviderAnswer: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]

    init(_ response: FetchResponse) {
        self.init(
            status: response.status.code, headers: response.headers, body: response.body)
    }

    private init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// For a service that asked to be left alone for longer than there is time.
    static let tooManyRequests = ProviderAnswer(status: 429, headers: [:], body: [])

    /// Whether the same may succeed later; where the service says so itself, its word counts.
    var isTransient: Bool {
        for name in ["Stripe-Should-Retry", "X-Should-Retry"] {
            if let word = headers[name]?.lowercased() { return word == "true" }
        }
        return status == 408 || status == 429 || status >= 500
    }

    package var description: String { "status \(status)" }
    package var customMirror: Mirror { Mirror(self, children: ["status": status]) }
}
