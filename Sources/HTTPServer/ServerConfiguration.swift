package import HTTP

/// Where the server listens, and every limit that it keeps.
package struct ServerConfiguration: Sendable {
    /// A numeric IPv4 or IPv6 address; loopback unless somebody decides otherwise.
    package var address = "127.0.0.1"
    /// 0 takes any free port; `Server.port` tells which.
    package var port = 0
    package var maximumConnections = 2_000
    /// Loopback is counted too, so the limit is of use only without a proxy in front; 0 is none.
    package var maximumConnectionsPerAddress = 0
    /// Request line and headers together; more is answered with 431.
    package var maximumHeaderBytes = 32 << 10
    package var maximumHeaderCount = 100
    /// How long a client may take for the request line and headers, from first byte to last.
    package var headerDeadline = Duration.seconds(10)
    /// How long a kept connection may be silent between requests, or a reader may not read.
    package var idleDeadline = Duration.seconds(30)
    /// A body may take this long, and then a second more for each `minimumBodyBytesPerSecond`.
    package var bodyDeadline = Duration.seconds(20)
    package var minimumBodyBytesPerSecond = 8 << 10
    /// Bytes that wait for a handler, and bytes that wait for the client, for each request.
    package var pipeBytes = 256 << 10
    /// After an early answer, the rest of a body is read and dropped up to here.
    package var maximumDrainBytes = 64 << 20
    /// How long running handlers may finish after a stop was asked for.
    package var stopDeadline = Duration.seconds(10)
    /// The time between two looks at deadlines and at clients that have gone.
    package var watchInterval = Duration.milliseconds(100)
    /// The largest body for this request, asked before anything of it is read.
    package var maximumBodyBytes: @Sendable (HTTPMethod, HTTPTarget) -> Int = { _, _ in
        RouteDescription.defaultBodyBytes
    }

    package init() {}
}
