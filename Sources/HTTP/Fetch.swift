import Base

/// The port for outgoing requests; `HTTPClient` implements it.
package struct Fetch: Sendable {
    /// Sends a request and gives the answer as soon as its headers are there.
    ///
    /// The body is read by the caller; leaving it unread and letting go of it closes the transfer.
    package var open: @Sendable (FetchRequest) async throws(FetchError) -> FetchStream

    package init(
        open: @escaping @Sendable (FetchRequest) async throws(FetchError) -> FetchStream
    ) {
        self.open = open
    }

    /// Sends a request and gives the whole answer, at most `maximumResponseBytes` of body.
    package func callAsFunction(_ request: FetchRequest) async throws(FetchError) -> FetchResponse {
        var request = request
        request.deadlineCoversBody = true
        let stream = try await open(request)
        do {
            let body = try await stream.body.collect(upTo: request.maximumResponseBytes)
            return FetchResponse(status: stream.status, headers: stream.headers, body: body)
        } catch {
            switch error {
            case .tooLarge(let limit): throw .tooLarge(limit: limit)
            case .incomplete: throw .connection("the answer ended early")
            case .late: throw .timeout
            case .cancelled: throw .cancelled
            }
        }
    }
}

/// A request to another server.
package struct FetchRequest: Sendable {
    package var method: HTTPMethod
    /// An absolute http or https address.
    package var url: String
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// The longest time from the call to the last byte; for streams, to the first headers.
    package var deadline: Duration
    /// Whether the deadline is for the last byte; a stream's is for its headers only.
    package var deadlineCoversBody = false
    package var maximumResponseBytes: Int
    /// Redirects to follow, always within http and https and never from https to http.
    package var maximumRedirects: Int

    package init(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        deadline: Duration = .seconds(30), maximumResponseBytes: Int = 8 << 20,
        maximumRedirects: Int = 0
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadline = deadline
        self.maximumResponseBytes = maximumResponseBytes
        self.maximumRedirects = maximumRedirects
    }

    /// A POST of the house's JSON.
    package static func json(
        _ url: String, _ value: some Encodable, headers: HTTPHeaders = [:]
    ) throws -> FetchRequest {
        var request = FetchRequest(
            .post, url, headers: headers, body: Array(try JSONCoding.encode(value)))
        request.headers.setDefault("Content-Type", ContentType.json.description)
        return request
    }
}

/// A whole answer.
package struct FetchResponse: Sendable {
    package var status: HTTPStatus
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(_ status: HTTPStatus, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.init(status: status, headers: headers, body: body)
    }

    init(status: HTTPStatus, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Decodes the house's JSON.
    package func decodeJSON<Value: Decodable>(
        _ type: Value.Type = Value.self
    ) throws(JSONBodyRefusal) -> Value {
        try decodeJSONBytes(type, body)
    }
}

/// An answer whose body is still coming.
package struct FetchStream: Sendable {
    package let status: HTTPStatus
    package let headers: HTTPHeaders
    package let body: HTTPBody

    package init(status: HTTPStatus, headers: HTTPHeaders, body: HTTPBody) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why no answer came.
package enum FetchError: Fault, Hashable {
    /// The address cannot be used: no http or https, or malformed.
    case badURL
    case resolution
    /// Nobody took the connection, so nothing was sent.
    case unconnected
    /// Reset or ended early, perhaps after the request was read; the text is for logs.
    case connection(String)
    case encryption
    case timeout
    case tooLarge(limit: Int)
    case tooManyRedirects
    case cancelled

    package var retryable: Bool {
        switch self {
        case .resolution, .unconnected, .connection, .timeout: true
        case .badURL, .encryption, .tooLarge, .tooManyRedirects, .cancelled: false
        }
    }
}
