import Base

/// One event of an event stream (WHATWG HTML, "Server-sent events").
package struct ServerSentEvent: Sendable, Hashable {
    package var event: String?
    package var data: String
    package var id: String?
    /// How long the browser waits before it connects again.
    package var retry: Duration?

    package init(
        data: String, event: String? = nil, id: String? = nil, retry: Duration? = nil
    ) {
        self.event = event
        self.data = data
        self.id = id
        self.retry = retry
    }

    /// The event as it goes over the wire. Line ends in `event` and `id` become spaces.
    package var encoded: [UInt8] {
        var text = ""
        if let event { text += "event: \(ServerSentEvent.oneLine(event))\n" }
        if let id { text += "id: \(ServerSentEvent.oneLine(id))\n" }
        if let retry { text += "retry: \(retry.microseconds / 1000)\n" }
        for line in ServerSentEvent.lines(data) { text += "data: \(line)\n" }
        return Array((text + "\n").utf8)
    }

    private static func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { "\r\n\0".unicodeScalars.contains($0) ? " " : $0 }))
    }

    private static func lines(_ text: String) -> [String] {
        let unix = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        return unix.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}

/// Sends events into an open stream.
package struct EventWriter: Sendable {
    private let writer: HTTPWriter

    init(_ writer: HTTPWriter) {
        self.writer = writer
    }

    /// Sends one event; throws when the client has gone.
    package func send(_ event: ServerSentEvent) async throws(HTTPBodyError) {
        try await writer.write(event.encoded)
    }
}

extension HTTPResponse {
    /// The time between two heartbeats of an event stream.
    package static let heartbeatInterval = Duration.seconds(15)

    /// An event stream: uncached, unbuffered by proxies, with a comment as heartbeat.
    package static func events(
        heartbeat: Duration = heartbeatInterval,
        _ produce: @escaping @Sendable (EventWriter) async throws -> Void
    ) -> HTTPResponse {
        let beat = HTTPStream.Heartbeat(bytes: Array(":\n\n".utf8), interval: heartbeat)
        let stream = HTTPStream(heartbeat: beat) { writer in
            // The first bytes make the headers leave at once, so the browser knows it is connected.
            try await writer.write(":\n\n")
            try await produce(EventWriter(writer))
        }
        return HTTPResponse(
            .ok,
            headers: [
                "Content-Type": ContentType.events.description, "Cache-Control": "no-cache",
                "X-Accel-Buffering": "no",
            ], body: .stream(stream))
    }
}
