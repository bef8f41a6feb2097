import Base
import CMicroHTTPD
import HTTP

/// What the library's callbacks reach: the table of connections and the way to the responder.
final class Intake: Sendable {
    let limits: ServerConfiguration
    let connections = ConnectionTable()
    let isStopping = Lock(false)
    private let world: World
    private let responder: Responder

    init(limits: ServerConfiguration, world: World, responder: @escaping Responder) {
        self.limits = limits
        self.world = world
        self.responder = responder
    }

    // MARK: callbacks, on the server's thread

    func opened(_ handle: OpaquePointer) -> Connection {
        let address = numericAddress(frontdesk_mhd_peer(handle))
        let now = ContinuousClock.now
        let connection = Connection(
            descriptor: frontdesk_mhd_fd(handle), address: address,
            client: limits.isShared(address) ? nil : ClientAddress.client(of: address),
            opened: now, deadline: now + limits.headerDeadline)
        connections.insert(connection)
        connections.makeRoom(for: connection, limits, now: now)
        return connection
    }

    /// The request line is there: the headers must follow in time.
    func sawTarget(_ target: String, on connection: Connection?) -> Exchange {
        let deadline = ContinuousClock.now + limits.headerDeadline
        connection?.state.withLock { state in
            state.deadline = min(state.deadline ?? deadline, deadline)
        }
        return Exchange(target: target, limits: limits)
    }

    /// The first call for a request: checks it, and starts its handler or turns it away.
    func begin(
        _ exchange: Exchange, _ handle: OpaquePointer, _ connection: Connection, _ method: String,
        _ version: String
    ) -> Bool {
        connection.state.withLock { state in
            if !state.isLeaving { state.deadline = nil }
            state.idleSince = nil
            state.exchange = exchange
        }
        let head = StrictReading.Head(
            target: exchange.target, method: method, version: version, fields: fields(of: handle),
            headerBytes: frontdesk_mhd_header_size(handle))
        do throws(HTTPRejection) {
            let reading = try StrictReading(head, limits)
            let limit = limits.maximumBodyBytes(HTTPMethod(method), reading.target)
            if let length = reading.contentLength, length > limit {
                throw HTTPRejection(.contentTooLarge, "request.too_large")
            }
            let request = request(exchange, method, reading, connection)
            exchange.begin(
                handle: handle, reading: reading, bodyLimit: limit,
                isStopping: isStopping.withLock { $0 }
            ) { exchange in await self.handle(request, exchange) }
            return true
        } catch {
            exchange.state.withLock { state in
                state.hasBegun = true
                state.hasAnswered = true
            }
            return queue(error.response, on: handle, for: nil)
        }
    }

    func completed(_ exchange: Exchange, _ connection: Connection?) {
        exchange.complete()
        let now = ContinuousClock.now
        connection?.state.withLock { state in
            state.exchange = nil
            state.idleSince = now
            if !state.isLeaving { state.deadline = now + limits.idleDeadline }
        }
    }

    // MARK: the handler's task

    private func handle(_ request: HTTPRequest, _ exchange: Exchange) async {
        let response = await responder(request)
        guard case .stream(let stream) = response.body, request.method != .head else {
            exchange.respond(response, streams: false)
            if case .stream = response.body { exchange.endOutput(failed: false) }
            return
        }
        exchange.respond(response, streams: true)
        await exchange.run(stream, pipeBytes: limits.pipeBytes)
    }

    private func request(
        _ exchange: Exchange, _ method: String, _ reading: StrictReading, _ connection: Connection
    ) -> HTTPRequest {
        let pipeBytes = limits.pipeBytes
        let body = HTTPBody(length: reading.hasBody ? reading.contentLength : 0) {
            () throws(HTTPBodyError) -> [UInt8]? in
            try await exchange.read(pipeBytes: pipeBytes)
        }
        return HTTPRequest(
            method: HTTPMethod(method), target: reading.target, headers: reading.headers,
            body: body, remoteAddress: connection.address, id: world.id())
    }
}

private final class FieldList {
    var fields: [(name: String, value: String)] = []
}

/// The header fields as the library read them.
private func fields(of handle: OpaquePointer) -> [(name: String, value: String)] {
    let list = FieldList()
    withExtendedLifetime(list) {
        _ = MHD_get_connection_values_n(
            handle, .HEADER_KIND,
            { context, _, key, keySize, value, valueSize in
                guard let context, let key else { return .NO }
                let list = Unmanaged<FieldList>.fromOpaque(context).takeUnretainedValue()
                list.fields.append((text(key, keySize), value.map { text($0, valueSize) } ?? ""))
                return .YES
            }, Unmanaged.passUnretained(list).toOpaque())
    }
    return list.fields
}

/// Copies bytes as text; what is not UTF-8 becomes replacement characters.
private func text(_ pointer: UnsafePointer<CChar>, _ count: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: pointer, count: count), as: UTF8.self)
}
