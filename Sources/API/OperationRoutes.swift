import Base
import Desk
import Domain
import HTTP
import WebCore

/// For those who run the server.
struct OperationRoutes: Sendable {
    let context: SiteContext
    private let monitoring: [NetworkRange]

    init(context: SiteContext) {
        self.context = context
        monitoring = context.configuration.monitoringNetworks.compactMap(NetworkRange.init)
    }

    var all: [Route<Visitor>] {
        [
            Route(OperationRoutes.health, readHealth),
            Route(OperationRoutes.metrics, readMetrics),
        ]
    }

    private static let health = RouteDescription(
        .get, "/health", operation: "readHealth",
        summary: "Whether it is well; 503 without the database. For this machine and the networks "
            + "that the operator named, also which parts are there",
        tag: "operation",
        response: .init(
            .object(
                named: "Health",
                [
                    .init("status", .oneOf(["ok", "degraded", "down"])),
                    .init("database", .oneOf(["ok", "down"]), required: false),
                    .init("models", .oneOf(["ok", "down"]), required: false),
                    .init(
                        "unreadable_rows", .integer, required: false,
                        "Records met in the last quarter of an hour that cannot be read."),
                    .init(
                        "queues",
                        .array(
                            of: .object(
                                named: "Queue",
                                [
                                    .init("lane", .string), .init("kind", .string),
                                    .init("state", .string),
                                    .init("count", .integer),
                                ])), required: false),
                ])))

    private struct Health: Encodable {
        struct Queue: Encodable {
            let lane: String
            let kind: String
            let state: String
            let count: Int
        }

        let status: String
        let database: String
        let models: String
        let unreadableRows: Int
        let queues: [Queue]
    }

    /// What everybody is told.
    private struct BareHealth: Encodable {
        let status: String
    }

    private func readHealth(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        let report = await context.desk.health.report()
        let code = report.database ? HTTPStatus.ok : .serviceUnavailable
        guard mayMonitor(visitor) else {
            return .json(BareHealth(status: report.database ? "ok" : "down"), code)
        }
        let status = report.isWell ? "ok" : report.database ? "degraded" : "down"
        return .json(
            Health(
                status: status, database: report.database ? "ok" : "down",
                models: report.models ? "ok" : "down", unreadableRows: report.unreadableRows,
                queues: report.queues.map {
                    .init(lane: $0.lane, kind: $0.kind, state: $0.state, count: $0.count)
                }), code)
    }

    /// Whether somebody asks who may know how the server does: this machine, or a network that the
    /// operator named, and nobody through a proxy that was not named.
    private func mayMonitor(_ visitor: Visitor) -> Bool {
        if visitor.origin.isLocal { return true }
        guard visitor.origin.isDirect, let address = NetworkAddress(visitor.address) else {
            return false
        }
        return monitoring.contains { $0.contains(address) }
    }

    private static let metrics = RouteDescription(
        .get, "/metrics", operation: "readMetrics",
        summary: "Counters and timings, for this machine and the networks that the operator named",
        tag: "operation", response: .init(.string, as: .text),
        problems: ["request.not_from_here"])

    private func readMetrics(
        _ request: HTTPRequest, _ visitor: Visitor
    ) async throws -> HTTPResponse {
        guard mayMonitor(visitor) else { throw WebRefusal.notFromHere }
        context.desk.metrics.gauge("event_streams", Double(context.changes.subscriberCount))
        return .text(context.desk.metrics.text())
    }
}
