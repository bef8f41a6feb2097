package import HTTP

/// Where the server listens, and every limit that it keeps.
package struct ServerConfiguration: Sendable {
    /// A numeric IPv4 or IPv6 address; loopback unless somebody decides otherwise.
    package var address = "127.0.0.1"
    /// 0 takes any free port; `Server.port` tells which.
    package var port = 0
    /// With one more, those that have asked for nothing for longest are closed.
    package var maximumConnections = ServerConfiguration.usualConnections
    /// How many of them one client may have; a quarter of all when nobody says.
    package var maximumConnectionsPerAddress: Int?
    /// Whether many clients come from this address, as behind a proxy; then it has no limit of its
    /// own.
    package var isShared: @Sendable (_ address: String) -> Bool = ClientAddress.isPrivate
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

    package static let usualConnections = 2_000
    /// Open files that this program needs beside its connections: the database, logs, uploads.
    static let otherFiles = 256

    /// Streams that stay open may take this many of the connections; the others are for requests.
    package var maximumStreams: Int { max(1, maximumConnections / 2) }

    /// No more connections than open files allow: each is one, and may send a file.
    package mutating func fit(openFiles: Int) {
        let room = max(16, (openFiles - ServerConfiguration.otherFiles) / 2)
        maximumConnections = min(maximumConnections, room)
    }

    var connectionsPerAddress: Int {
        max(1, maximumConnectionsPerAddress ?? maximumConnections / 4)
    }

    /// Sockets that are open while others are being closed for them.
    var reserve: Int { max(16, maximumConnections / 8) }
}
