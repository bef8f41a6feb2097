import Base
import CCurl
import HTTP

/// One request on its way, between the loop's thread and the task that awaits it.
final class Transfer: Sendable {
    /// Says only that there is an outcome; the outcome itself is under the lock.
    typealias Opened = CheckedContinuation<Void, Never>

    /// Bytes that may wait for the reader before the transfer is paused.
    static let pipeBytes = 256 << 10
    static let maximumHeaderBytes = 64 << 10

    private struct State {
        var opened: Opened?
        var refusal: FetchError?
        var status: Int?
        var headers = HTTPHeaders()
        var headerBytes = 0
        var hasOpened = false
        var chunks: [[UInt8]] = []
        var count = 0
        var isPaused = false
        var end: Result<Void, HTTPBodyError>?
        var readers: [CheckedContinuation<Void, Never>] = []
    }

    let request: FetchRequest
    private let loop: CurlLoop
    private let headerDeadline: ContinuousClock.Instant
    private let state = Lock(State())

    init(_ request: FetchRequest, loop: CurlLoop) {
        self.request = request
        self.loop = loop
        headerDeadline = .now + request.deadline
    }

    func begin(_ continuation: Opened) { state.withLock { $0.opened = continuation } }

    var isFinished: Bool { state.withLock { $0.end != nil } }

    func isLate(_ now: ContinuousClock.Instant) -> Bool {
        now > headerDeadline && state.withLock { !$0.hasOpened }
    }

    // MARK: the loop's thread

    /// One header line; false when the headers are too large.
    func takeHeader(_ line: String) -> Bool {
        let opened = state.withLock { state -> Opened? in
            state.headerBytes += line.utf8.count
            let text = line.split(whereSeparator: \.isNewline).first ?? ""
            if text.hasPrefix("HTTP/") {
                let words = text.split(separator: " ")
                state.status = words.count > 1 ? Int(words[1]) : nil
                state.headers = HTTPHeaders()
            } else if let colon = text.firstIndex(of: ":") {
                let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                state.headers.add(String(text[..<colon]), String(value))
            } else if text.isEmpty, !state.hasOpened, isFinal(state) {
                state.hasOpened = true
                defer { state.opened = nil }
                return state.opened
            }
            return nil
        }
        opened?.resume()
        return state.withLock { $0.headerBytes <= Transfer.maximumHeaderBytes }
    }

    /// Whether these headers are the answer, and not an interim one or a redirect to follow.
    private func isFinal(_ state: State) -> Bool {
        guard let status = state.status, status >= 200 else { return false }
        let redirects = (300..<400).contains(status) && state.headers.contains("Location")
        return !(redirects && request.maximumRedirects > 0)
    }

    /// Bytes of the body; false when the reader is behind and the transfer must pause.
    func take(_ bytes: [UInt8]) -> Bool {
        let (taken, readers) = state.withLock { state in
            // The body of a redirect that is being followed belongs to nobody.
            guard state.hasOpened else { return (true, state.readers) }
            guard state.count < Transfer.pipeBytes || state.end != nil else {
                state.isPaused = true
                return (false, [])
            }
            state.chunks.append(bytes)
            state.count += bytes.count
            defer { state.readers = [] }
            return (true, state.readers)
        }
        for reader in readers { reader.resume() }
        return taken
    }

    func finish(_ code: CURLcode) {
        if code == CURLE_OK { end(nil) } else { end(error(code)) }
    }

    /// Ends the transfer with an error, wherever it is; the first end counts.
    func fail(_ error: FetchError) { end(error) }

    private func end(_ error: FetchError?) {
        let (opened, readers) = state.withLock { state in
            if state.end == nil {
                state.end = error.map { .failure(bodyError($0)) } ?? .success(())
            }
            if state.opened != nil {
                state.refusal = error ?? .connection("the answer had no readable headers")
            }
            defer {
                state.opened = nil
                state.readers = []
            }
            return (state.opened, state.readers)
        }
        opened?.resume()
        for reader in readers { reader.resume() }
    }

    // MARK: the reader's task

    /// What came after `begin`, for the task that waited: the open answer, or why there is none.
    func answer() throws(FetchError) -> FetchStream {
        let (status, headers, refusal) = state.withLock { state in
            (state.status ?? 0, state.headers, state.refusal)
        }
        if let refusal { throw refusal }
        let lease = CurlLease(self)
        let body = HTTPBody(length: headers["Content-Length"].flatMap { Int($0) }) {
            () throws(HTTPBodyError) -> [UInt8]? in
            try await lease.transfer.read()
        }
        return FetchStream(status: HTTPStatus(status), headers: headers, body: body)
    }

    private func read() async throws(HTTPBodyError) -> [UInt8]? {
        while true {
            let (step, unpause) = state.withLock { takeStep(&$0) }
            if unpause { loop.send(.unpause(self)) }
            if let step { return try step.get() }
            if Task.isCancelled {
                drop()
                throw .cancelled
            }
            await wait()
        }
    }

    private func takeStep(_ state: inout State) -> (Result<[UInt8]?, HTTPBodyError>?, Bool) {
        if !state.chunks.isEmpty {
            var all = state.chunks[0]
            for chunk in state.chunks.dropFirst() { all += chunk }
            state.chunks = []
            state.count = 0
            defer { state.isPaused = false }
            return (.success(all), state.isPaused)
        }
        guard let end = state.end else { return (nil, false) }
        return (end.map { nil }, false)
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    if Task.isCancelled || state.end != nil || !state.chunks.isEmpty { return true }
                    state.readers.append(continuation)
                    return false
                }
                if ready { continuation.resume() }
            }
        } onCancel: {
            let readers = state.withLock { state in
                defer { state.readers = [] }
                return state.readers
            }
            for reader in readers { reader.resume() }
        }
    }

    /// Gives the transfer up: nobody will read the rest.
    func drop() {
        guard !isFinished else { return }
        fail(.cancelled)
        loop.send(.drop(self))
    }
}

/// Held by the body of an answer: when nobody can read it any more, the transfer ends.
private final class CurlLease: Sendable {
    let transfer: Transfer

    init(_ transfer: Transfer) {
        self.transfer = transfer
    }

    deinit { transfer.drop() }
}

private func error(_ code: CURLcode) -> FetchError {
    switch code {
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .badURL
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolution
    case CURLE_COULDNT_CONNECT: .unconnected
    case CURLE_OPERATION_TIMEDOUT: .timeout
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
        CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER:
        .encryption
    case CURLE_TOO_MANY_REDIRECTS: .tooManyRedirects
    default: .connection(String(cString: curl_easy_strerror(code)))
    }
}

private func bodyError(_ error: FetchError) -> HTTPBodyError {
    switch error {
    case .cancelled: .cancelled
    case .timeout: .late
    default: .incomplete
    }
}
