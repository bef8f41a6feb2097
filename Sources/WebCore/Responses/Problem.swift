import Base
import Desk
import Domain
package import HTTP

/// An error as clients see it: the one place where what was thrown becomes an answer.
///
/// The status for each kind of refusal is the single switch in `HTTPStatus.init(_: RefusalKind)`;
/// faults are 503 or 500 and say nothing of their cause.
package struct Problem: Sendable {
    package var document: ProblemDocument
    /// Members beside those of RFC 9457, for refusals that can tell how to go on.
    package var members: [String: JSONValue] = [:]
    package var headers: HTTPHeaders = [:]

    package init(_ error: any Error, in request: HTTPRequest) {
        document = ProblemDocument(describing: error, in: request)
        document.title = ProblemCodes.title(of: code) ?? document.title
        if document.status == 401 { headers["WWW-Authenticate"] = "Bearer" }
        if let seconds = Problem.retryAfter(error) { headers["Retry-After"] = String(seconds) }
        if case WebRefusal.tooManyRequests(_, let state?) = error {
            for header in state.headers { headers[header.name] = header.value }
        }
        if case RouteRefusal.methodNotAllowed(let allow) = error {
            headers["Allow"] = allow.joined(separator: ", ")
        }
        members = Problem.members(of: error)
    }

    /// "booking.slot_taken": what programs compare.
    package var code: String { String(document.type.dropFirst("urn:frontdesk:problem:".count)) }

    /// Seconds after which trying again makes sense.
    private static func retryAfter(_ error: any Error) -> Int? {
        switch error {
        case AccountRefusal.tooManyAttempts(let seconds),
            PortalRefusal.tooManyCodes(let seconds),
            WebRefusal.tooManyRequests(let seconds, _):
            seconds
        case WebRefusal.tooManyStreams: 30
        case is WebRefusal: nil
        case let refusal as any Refusal where refusal.kind == .limited: 5
        case let fault as any Fault where fault.retryable: 2
        default: nil
        }
    }

    /// What a person must see to decide again.
    private static func members(of error: any Error) -> [String: JSONValue] {
        switch error {
        case DraftRefusal.slotTaken(let slots), BookingRefusal.slotTaken(let slots),
            DraftRefusal.slotUnavailable(_, let slots), BookingRefusal.unavailable(_, let slots):
            ["changed": "slot", "alternatives": .list(slots.map(slot))]
        case DraftRefusal.customerWroteAgain, DraftRefusal.answeredMeanwhile:
            ["changed": "conversation"]
        case DraftRefusal.bookingChanged: ["changed": "booking"]
        case DraftRefusal.sourceGone: ["changed": "source"]
        case DraftRefusal.unreadable: ["changed": "draft"]
        case DraftRefusal.versionChanged(let current):
            ["changed": "draft", "current_version": .integer(current)]
        case DraftRefusal.notOpen(let status):
            ["changed": "draft", "current_status": .text(status.rawValue)]
        case EditRefusal.changedMeanwhile(let current),
            WebRefusal.preconditionFailed(let current):
            ["current_version": .integer(current)]
        case PortalRefusal.wrongCode(let left): ["tries_left": .integer(left)]
        default: [:]
        }
    }

    private static func slot(_ slot: Slot) -> JSONValue {
        [
            "service_id": .text(slot.service.description),
            "staff_id": .text(slot.staff.description),
            "start": .text(slot.start.description), "end": .text(slot.end.description),
        ]
    }

    package var response: HTTPResponse {
        var all: [String: JSONValue] = members
        all["type"] = .text(document.type)
        all["title"] = .text(document.title)
        all["status"] = .integer(document.status)
        if let detail = document.detail { all["detail"] = .text(detail) }
        if let instance = document.instance { all["instance"] = .text(instance) }
        if let errors = document.errors {
            all["errors"] = .list(
                errors.map { ["field": .text($0.field), "message": .text($0.message)] })
        }
        var response = HTTPResponse.json(JSONValue.object(all), HTTPStatus(document.status))
        response.headers["Content-Type"] = ContentType.problem.description
        response.headers["Cache-Control"] = "no-store"
        for field in headers { response.headers.add(field.name, field.value) }
        return response
    }
}

/// What happens with everything that a route throws.
package struct ErrorResponder: Sendable {
    package let context: SiteContext
    /// A problem as a page, for people; nil leaves it as problem+json.
    package let page: @Sendable (Problem, HTTPRequest) -> HTTPResponse?

    package init(
        context: SiteContext, page: @escaping @Sendable (Problem, HTTPRequest) -> HTTPResponse?
    ) {
        self.context = context
        self.page = page
    }

    package func answer(_ error: any Error, _ request: HTTPRequest) async -> HTTPResponse {
        let problem = Problem(error, in: request)
        note(error, request)
        if !ErrorResponder.isForPrograms(request),
            let page = page(problem, request)
        {
            var page = page
            for field in problem.headers where !page.headers.contains(field.name) {
                page.headers.add(field.name, field.value)
            }
            return page
        }
        return problem.response
    }

    private func note(_ error: any Error, _ request: HTTPRequest) {
        let cause: [String: Logger.Value] = [
            "route": .text(request.route?.pattern ?? "(none)"), "cause": .failure(error),
        ]
        switch error {
        case is any Refusal: context.desk.logger.debug("refused", cause)
        case is CancellationError: context.desk.logger.debug("cancelled", cause)
        default: context.desk.logger.error("a request failed", cause)
        }
    }

    /// The API answers with JSON whatever is accepted; pages answer whom they are for.
    private static func isForPrograms(_ request: HTTPRequest) -> Bool {
        if let route = request.route, route.isListed { return true }
        if request.target.segments.first == "api" { return true }
        let offered = [ContentType.problem, ContentType.html]
        let best = ContentType.negotiate(accept: request.headers["Accept"], offered: offered)
        return best?.essence != ContentType.html.essence
    }
}
