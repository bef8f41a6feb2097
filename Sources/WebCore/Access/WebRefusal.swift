package import Base

/// What the site itself refuses, before or beside the desk's rules.
package enum WebRefusal: Refusal, Hashable {
    case formExpired
    case crossOrigin
    /// With how the client stands, where a limit of requests says so.
    case tooManyRequests(retryAfterSeconds: Int, RateState? = nil)
    case forStaffOnly
    case forCustomersOnly
    case notFound
    case badCursor
    case badParameter(String, String)
    case missingFile
    case badKey
    case keyReused
    case stillRunning
    case preconditionFailed(current: Int)
    case tooManyStreams
    case registrationClosed
    case notFromHere

    package var code: String {
        switch self {
        case .formExpired: "request.form_expired"
        case .crossOrigin: "request.cross_origin"
        case .tooManyRequests: "request.too_many"
        case .forStaffOnly: "request.for_staff_only"
        case .forCustomersOnly: "request.for_customers_only"
        case .notFound: "request.not_found"
        case .badCursor: "request.bad_cursor"
        case .badParameter: "request.invalid_field"
        case .missingFile: "request.missing_file"
        case .badKey: "request.bad_idempotency_key"
        case .keyReused: "request.key_reused"
        case .stillRunning: "request.still_running"
        case .preconditionFailed: "request.precondition_failed"
        case .tooManyStreams: "request.too_many_streams"
        case .registrationClosed: "account.registration_closed"
        case .notFromHere: "request.not_from_here"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .formExpired, .crossOrigin, .forStaffOnly, .forCustomersOnly, .registrationClosed,
            .notFromHere:
            .forbidden
        case .tooManyRequests, .tooManyStreams: .limited
        case .notFound: .missing
        case .badCursor, .badParameter, .missingFile, .badKey: .invalid
        case .keyReused, .stillRunning: .conflict
        case .preconditionFailed: .preconditionFailed
        }
    }

    package var detail: String {
        switch self {
        case .formExpired: "This form has expired. Load the page again and repeat the step."
        case .crossOrigin: "This request came from another site."
        case .tooManyRequests(let seconds, _): "Too many requests. Try again in \(seconds) seconds."
        case .forStaffOnly: "This is for staff; the token is a customer's."
        case .forCustomersOnly: "This is for customers; the token is a member of staff's."
        case .notFound: "There is nothing of this kind here."
        case .badCursor: "The cursor is not one that a list has given."
        case .badParameter(let name, let what): "The parameter \(name) \(what)."
        case .missingFile: "Send the document as the part named file."
        case .badKey: "An Idempotency-Key has 1 to 200 visible ASCII characters."
        case .keyReused: "This Idempotency-Key was used for another request."
        case .stillRunning: "The first request with this Idempotency-Key is still running."
        case .preconditionFailed:
            "Somebody changed this since it was read. Read it again, and send what is still to be "
                + "changed with its new ETag."
        case .tooManyStreams: "Too many event streams are open. Close some, or try again later."
        case .registrationClosed:
            "New workspaces are not opened here by themselves. To work for a business that is here "
                + "already, ask its owner to add you. To open another one, ask whoever runs this "
                + "server: it is made with `frontdesk owner create`, or with registration set open."
        case .notFromHere:
            "This is for the server's own machine and for the networks that its operator named in "
                + "MONITORING_NETWORKS."
        }
    }

    package var fields: [FieldProblem] {
        if case .badParameter(let name, let what) = self { return [FieldProblem(name, what)] }
        if case .missingFile = self { return [FieldProblem("file", "is required")] }
        return []
    }
}
