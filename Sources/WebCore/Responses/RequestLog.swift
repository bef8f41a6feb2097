package import Base
package import HTTP

/// One line and two measurements for each request; never a path, a query or a body.
package struct RequestLog: Sendable {
    package let logger: Logger
    package let metrics: Metrics
    package let reader: VisitorReader

    package init(logger: Logger, metrics: Metrics, reader: VisitorReader) {
        self.logger = logger
        self.metrics = metrics
        self.reader = reader
    }

    package func layer(_ request: HTTPRequest, _ next: Responder) async -> HTTPResponse {
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
        return watched(response, request, pattern)
    }

    /// A stream fails after its status was sent and counted: nobody but the log can be told.
    private func watched(
        _ response: HTTPResponse, _ request: HTTPRequest, _ pattern: String
    ) -> HTTPResponse {
        guard case .stream(var stream) = response.body else { return response }
        let produce = stream.produce
        let id = request.id.description
        stream.produce = { [logger] writer in
            do {
                try await produce(writer)
            } catch {
                let fields: [String: Logger.Value] = [
                    "request": .text(id), "route": .text(pattern), "cause": .failure(error),
                ]
                if error is HTTPBodyError || error is CancellationError {
                    logger.debug("a client left its stream", fields)
                } else {
                    logger.error("a stream broke off", fields)
                }
                throw error
            }
        }
        var response = response
        response.body = .stream(stream)
        return response
    }
}
