import Base
import Desk
import Domain
import HTTP
import WebCore

/// Where outside services report what customers wrote and what became of messages: a route for each
/// endpoint of each channel. A new channel adds none here.
struct WebhookRoutes: Sendable {
    let context: SiteContext

    var all: [Route<Visitor>] {
        context.desk.channels.all.flatMap { channel in
            channel.endpoints.map { endpoint in
                Route(description(endpoint)) { request, _ in try await take(request, endpoint) }
            }
        }
    }

    private func description(_ endpoint: InboundEndpoint) -> RouteDescription {
        let method: HTTPMethod = endpoint.method == .get ? .get : .post
        let words = endpoint.path.replacing("/", with: "_").replacing("-", with: "_")
        return RouteDescription(
            method, "/webhooks/" + endpoint.path, operation: "webhook_\(endpoint.method)_\(words)",
            summary: "For the service behind a channel", tag: "webhooks",
            authentication: .signature,
            problems: ["webhook.bad_signature", "webhook.unreadable"],
            maximumBodyBytes: endpoint.bodyLimit, isListed: false)
    }

    /// Stores what came and answers at once; drafting and sending follow by themselves.
    private func take(
        _ request: HTTPRequest, _ endpoint: InboundEndpoint
    ) async throws -> HTTPResponse {
        let bytes = try await request.body.collect(upTo: endpoint.bodyLimit)
        let headers = request.headers
        let reading = try endpoint.read(
            InboundRequest(
                method: request.method.rawValue, target: request.target.description, body: bytes,
                query: { [query = request.query] in query[$0] }, header: { headers[$0] }))
        for batch in reading.batches { try await context.desk.inbox.take(batch) }
        guard let type = ContentType(reading.answer.contentType) else {
            return HTTPResponse(.noContent)
        }
        return HTTPResponse(.ok, type, Array(reading.answer.body.utf8))
    }
}
