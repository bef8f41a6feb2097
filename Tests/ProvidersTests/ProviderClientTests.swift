import Base
import Foundation
import HTTP
import HTTPClient
import HTTPServer
import TestKit
import Testing

@testable import Providers

@Suite("The provider client", .timeLimit(.minutes(2)))
struct ProviderClientTests {
    private static let start = Instant(seconds: 1_790_000_000)

    /// A client over prepared answers; keeps the requests and the moments at which they came.
    private final class Rig: Sendable {
        typealias Answer = @Sendable (Int, FetchRequest) throws(FetchError) -> FetchResponse

        let clock = ManualClock(ProviderClientTests.start)
        let client: ProviderClient
        let world: World
        private let seen: Lock<[(request: FetchRequest, at: Duration)]>
        private let lines: Lock<[String]>

        init(
            seed: UInt64 = 1, adjust: (inout ProviderClient.Limits) -> Void = { _ in },
            _ answer: @escaping Answer
        ) {
            var limits = ProviderClient.Limits()
            adjust(&limits)
            let clock = clock
            let seen = Lock<[(request: FetchRequest, at: Duration)]>([])
            let lines = Lock<[String]>([])
            (self.seen, self.lines) = (seen, lines)
            world = .test(seed: seed, at: clock)
            let fetch = Fetch.answering { request throws(FetchError) in
                let number = seen.withLock { seen in
                    seen.append((request, clock.elapsed))
                    return seen.count
                }
                return try answer(number, request)
            }
            client = ProviderClient(
                name: "stub", fetch: fetch, world: world,
                logger: Logger(minimum: .debug, now: { clock.now }) { line in
                    lines.withLock { $0.append(line) }
                }, limits: limits)
        }

        var requests: [FetchRequest] { seen.withLock { $0.map(\.request) } }
        var moments: [Duration] { seen.withLock { $0.map(\.at) } }
        var log: String { lines.withLock { $0.joined(separator: "\n") } }

        func send(
            _ repetition: ProviderClient.Repetition = .harmless,
            to url: String = "https://api.stub.test/v1/things",
            within seconds: Int = 60, lost: () -> Void = {}
        ) async throws -> FetchResponse {
            try await client.send(
                "do", repetition, by: world.uptime() + .seconds(seconds), lost: lost
            ) { FetchRequest(.post, url, headers: ["Authorization": "Bearer hush"]) }
        }
    }

    private static func status(_ code: Int, _ headers: HTTPHeaders = [:]) -> FetchResponse {
        FetchResponse(HTTPStatus(code), headers: headers, body: Array("+447700900123".utf8))
    }

    @Test(
        "What is transient is tried again after pauses that double within bounds", arguments: 1...5)
    func pauses(seed: UInt64) async throws {
        let answer: Rig.Answer = { number, _ in Self.status(number < 5 ? 503 : 200) }
        let rig = Rig(seed: seed, adjust: { $0.breaker.failures = .max }, answer)
        _ = try await rig.send()
        let gaps = zip(rig.moments, rig.moments.dropFirst()).map { $1 - $0 }
        #expect(gaps.count == 4)
        for (number, gap) in gaps.enumerated() {
            let whole = Duration.milliseconds(100) * (1 << number)
            #expect(gap >= whole * 0.5 && gap <= whole, "pause \(number): \(gap)")
        }
    }

    @Test("Pauses of two clients that fail together differ")
    func jitter() async throws {
        var moments: Set<Duration> = []
        for seed in 1...8 {
            let rig = Rig(seed: UInt64(seed)) { number, _ in Self.status(number < 2 ? 500 : 200) }
            _ = try await rig.send()
            moments.insert(rig.moments[1])
        }
        #expect(moments.count == 8)
    }

    @Test(
        "What would happen twice is sent again only when the service cannot have acted, or by its key",
        arguments: [
            (503, false), (500, false), (408, false), (429, true), (400, false), (409, false),
        ])
    func harmful(code: Int, isRepeated: Bool) async throws {
        let once = Rig { number, _ in Self.status(number == 1 ? code : 200) }
        if isRepeated {
            _ = try await once.send(.harmful)
        } else {
            let fault = await #expect(throws: ProviderFault.self) { try await once.send(.harmful) }
            #expect(fault?.mayHaveHappened == (code >= 500 || code == 408))
        }
        #expect(once.requests.count == (isRepeated ? 2 : 1))
        guard code == 408 || code == 429 || code >= 500 else { return }
        let keyed = Rig { number, _ in Self.status(number < 3 ? code : 200) }
        _ = try await keyed.send(.keyed("effect-7"))
        #expect(
            keyed.requests.map { $0.headers["Idempotency-Key"] }
                == .init(repeating: "effect-7", count: 3))
    }

    @Test(
        "Without an answer only what cannot have arrived is sent again without a key",
        arguments: [
            (FetchError.resolution, true), (.unconnected, true), (.connection("reset"), false),
            (.timeout, false), (.encryption, false), (.badURL, false),
        ])
    func unanswered(error: FetchError, isRepeated: Bool) async throws {
        let answer: Rig.Answer = { number, _ throws(FetchError) in
            if number == 1 { throw error }
            return Self.status(200)
        }
        let losses = Lock(0)
        let rig = Rig(answer)
        // What the call throws is looked at by its traces.
        let answered = try? await rig.send(.harmful) { losses.withLock { $0 += 1 } }
        #expect((answered != nil) == isRepeated)
        #expect(rig.requests.count == (isRepeated ? 2 : 1))
        #expect(losses.withLock { $0 } == 1)
        let fault = ProviderFault.unreachable(error)
        #expect(fault.mayHaveHappened == ![.resolution, .unconnected, .badURL].contains(error))
    }

    @Test("The service's own word whether to try again counts first")
    func ownWord() async throws {
        for header in ["Stripe-Should-Retry", "X-Should-Retry"] {
            let never = Rig { _, _ in Self.status(503, [header: "false"]) }
            await #expect(throws: ProviderFault.self) { try await never.send() }
            #expect(never.requests.count == 1)
            let always = Rig { number, _ in Self.status(number < 3 ? 409 : 200, [header: "true"]) }
            _ = try await always.send(.keyed("k"))
            #expect(always.requests.count == 3)
            let harmful = Rig { _, _ in Self.status(500, [header: "true"]) }
            await #expect(throws: ProviderFault.self) { try await harmful.send(.harmful) }
            #expect(harmful.requests.count == 1)
        }
    }

    @Test("A busy service is left alone as long as it asks, by every caller")
    func rests() async throws {
        let rig = Rig { number, _ in Self.status(number == 1 ? 429 : 200, ["Retry-After": "20"]) }
        _ = try await rig.send()
        #expect(rig.moments.count == 2 && rig.moments[1] >= .seconds(20))
        // Another place is not concerned, and the same one is until its time.
        let busy = Rig { number, request in
            Self.status(request.url.contains("other") ? 200 : 429, ["Retry-After": "120"])
        }
        for _ in 0..<3 {
            let fault = await #expect(throws: ProviderFault.self) { try await busy.send() }
            guard case .refused(let answer) = fault else {
                Issue.record("\(fault as Any)")
                return
            }
            #expect(answer.status == 429)
        }
        #expect(busy.requests.count == 1)
        _ = try await busy.send(to: "https://other.stub.test/")
        #expect(
            busy.moments.last == busy.moments.first.map { $0 + .zero } || busy.requests.count == 2)
        busy.clock.advance(by: .seconds(120))
        await #expect(throws: ProviderFault.self) { try await busy.send() }
        #expect(busy.requests.count == 3)
    }

    @Test("A clock that is set back does not lengthen a rest or a deadline")
    func clocks() async throws {
        let rig = Rig { number, _ in Self.status(number == 1 ? 429 : 200, ["Retry-After": "30"]) }
        let world = rig.world
        let until = world.uptime() + .seconds(10)
        await #expect(throws: ProviderFault.self) {
            try await rig.client.send("do", .harmless, by: until) {
                FetchRequest(.get, "http://a.test")
            }
        }
        rig.clock.set(Self.start - .hours(5))
        rig.clock.advance(by: .seconds(31))
        let late = world.uptime() + .seconds(5)
        let answer = try await rig.client.send("do", .harmless, by: late) {
            FetchRequest(.get, "http://a.test")
        }
        #expect(answer.status.code == 200)
    }

    @Test("A call ends by its deadline, and an attempt that hangs leaves time for another")
    func deadlines() async throws {
        let down = Rig { _, _ in Self.status(503) }
        await #expect(throws: ProviderFault.self) { try await down.send(within: 0) }
        #expect(down.requests.isEmpty)
        let late: Rig.Answer = { number, _ throws(FetchError) in
            if number == 1 { throw .timeout }
            return Self.status(200)
        }
        let hanging = Rig(adjust: { $0.attemptDeadline = .seconds(4) }, late)
        _ = try await hanging.send(within: 6)
        #expect(hanging.requests.allSatisfy { $0.deadline <= .seconds(4) })
        let whole = Rig { _, _ in Self.status(200) }
        _ = try await whole.send(within: 7)
        #expect(whole.requests.map(\.deadline) == [.seconds(7)])
    }

    @Test("A place that keeps failing is left alone, and another one is not")
    func breaker() async throws {
        let isWell = Lock(false)
        let answer: Rig.Answer = { _, request in
            Self.status(request.url.contains("other") || isWell.withLock { $0 } ? 200 : 500)
        }
        let rig = Rig(adjust: { $0.attempts = 1 }, answer)
        for _ in 0..<5 { await #expect(throws: ProviderFault.self) { try await rig.send() } }
        await #expect(throws: ProviderFault.resting) { try await rig.send() }
        #expect(rig.requests.count == 5)
        _ = try await rig.send(to: "https://other.stub.test/")
        isWell.withLock { $0 = true }
        rig.clock.advance(by: .seconds(1))
        _ = try await rig.send()
        #expect(rig.log.contains("left alone"))
        // Of more places than it remembers it forgets the ones that are used least.
        for number in 0..<200 { _ = try await rig.send(to: "https://other\(number).test/") }
        _ = try await rig.send()
    }

    @Test("No log and no printed fault holds a key, a path, a query or a body")
    func redaction() async throws {
        let rig = Rig { _, _ in Self.status(400) }
        let url = "https://user:hush@api.stub.test:8443/v1/+447700900123?token=hush"
        let fault = await #expect(throws: ProviderFault.self) {
            try await rig.send(.keyed("effect-7"), to: url)
        }
        let shown = [rig.log, "\(fault as Any)", String(reflecting: fault)].joined()
        var dumped = ""
        dump(fault, to: &dumped)
        for text in [shown, dumped] {
            for secret in ["hush", "447700900123", "token", "/v1", "effect-7", "user"] {
                #expect(!text.contains(secret), "\(secret)")
            }
        }
        #expect(rig.log.contains("https://api.stub.test:8443") && rig.log.contains("400"))
        guard case .refused(let answer) = fault else {
            Issue.record("\(fault as Any)")
            return
        }
        #expect(String(decoding: answer.body, as: UTF8.self) == "+447700900123")
    }

    @Test("One that was cancelled is no failure of the service")
    func cancelled() async throws {
        let answer: Rig.Answer = { number, _ throws(FetchError) in
            if number <= 10 { throw .cancelled }
            return Self.status(200)
        }
        let rig = Rig(adjust: { $0.attempts = 1 }, answer)
        for _ in 0..<10 {
            await #expect(throws: CancellationError.self) { try await rig.send() }
        }
        _ = try await rig.send()
    }

    @Test("Over real connections: nobody there, a cut answer, a busy server and a good one")
    func live() async throws {
        let count = Lock(0)
        let server = try Server(ServerConfiguration()) { request in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number == 1 {
                return HTTPResponse(.serviceUnavailable, headers: ["Retry-After": "0.02"])
            }
            return .json(["key": .text(request.headers["Idempotency-Key"] ?? "")] as JSONValue)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let client = ProviderClient(name: "live", fetch: CurlClient().fetch, world: .live)
            let url = server.url
            let answer = try await client.send(
                "do", .keyed("one"), by: World.live.uptime() + .seconds(30)
            ) { FetchRequest(.post, url) }
            #expect(answer.text.contains("one") && count.withLock { $0 } == 2)
            let fault = await #expect(throws: ProviderFault.self) {
                try await client.send(
                    "do", .harmful, by: World.live.uptime() + .milliseconds(200)
                ) { FetchRequest(.post, "http://127.0.0.1:1/") }
            }
            #expect(fault == .unreachable(.unconnected) && fault?.mayHaveHappened == false)
            group.cancelAll()
        }
    }

    @Test("The time that a busy service asks for is read in each of its forms")
    func rests() {
        let now = Instant(seconds: 1_790_000_000)
        func rest(_ headers: HTTPHeaders) -> Duration? {
            RetryAfter.pause(in: headers, at: now)
        }
        #expect(rest(["Retry-After": "7"]) == .seconds(7))
        #expect(rest(["Retry-After": "0.5"]) == .milliseconds(500))
        #expect(rest(["retry-after-ms": "250", "Retry-After": "1"]) == .milliseconds(250))
        #expect(rest(["Retry-After": HTTPDate.format(now + .seconds(90))]) == .seconds(90))
        for text in ["", "soon", "nan", "-", "inf"] { #expect(rest(["Retry-After": text]) == nil) }
        #expect(rest([:]) == nil)
    }
}
