import Base
import HTTP

/// One line and two measurements for each request; never a path, a query or a body.
struct RequestLog: Sendable {
    let logger: Logger
    let metrics: Metrics
    let reader: VisitorReader

    func layer(_ request: HTTPRequest, _ next: Responder) async -> HTTPResponse {
        let clock = ContinuousClock()
        let start = clock.now
        let pattern = request.route?.pattern ?? "(none)"
        let known = request.route != nil
        // A method that no route has is a word of the client's: counted, never kept.
        let method = known ? request.method.rawValue : "(other)"
        let labels = ["route": pattern, "method": method]
        let response = await Logger.$context.withValue(["request": .text(request.id.description)]) {
            await next(request)
        }
        let took = clock.now - start
        metrics.count(
            "http_requests_total", labels.merging(["status": "\(response.status)"]) { $1 })
        metrics.observe("http_request_seconds", took, labels)
        logger.info(
            "request",
            [
                "request": .text(request.id.description), "route": .text(pattern),
                "method": .text(method), "status": .integer(response.status.code),
                "milliseconds": .number(Double(took.microseconds) / 1_000),
                "client": .personal(reader.address(of: request)),
            ])
        return response
    }
}
