import Base
import Foundation
import HTTP
import HTTPClient
import Processes

/// Kills a real server again and again while keyed requests are under way, and counts what became of
/// each key.
///
/// Every key is sent until it is answered, by whichever process runs then. One piece of work that is
/// there twice, or one that was answered and is not there, ends the suite with an error.
enum KillsSuite {
    static let senders = 16
    static let people = 8

    static func run(_ words: [String]) async throws -> Report {
        let kills = number("--kills", in: words, default: 24)
        let keys = number("--keys", in: words, default: 400)
        let seed = UInt64(number("--seed", in: words, default: 1))
        let folder = try Installation.makeFolder()
        defer { Installation.remove(folder) }
        let fetch = CurlClient().fetch
        let first = try await Installation.start(in: folder, fetch: fetch)
        let staff = try await Staff.signIn(first, fetch: fetch)
        let stage = try await KillStage(staff)
        let place = KillPlace(first, token: staff.api.token ?? "", fetch: fetch)
        let drill = KillDrill(stage: stage, place: place, keys: keys)
        let begun = ContinuousClock.now
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<senders { group.addTask { try await drill.send() } }
                group.addTask {
                    try await drill.kill(kills, folder: folder, seed: seed)
                }
                try await group.waitForAll()
            }
            var report = Report("kills")
            let found = try await stage.count(place.api, drill.answers)
            report.add("kill -9 of the server", value: Double(drill.killed), unit: "")
            report.add("keys answered", value: Double(found.keys), unit: "", aim: "all")
            report.add("requests sent", value: Double(drill.sent), unit: "")
            report.add("keys sent more than once", value: Double(drill.repeated), unit: "")
            report.add("doubled", value: Double(found.doubled), unit: "", aim: "0")
            report.add("lost", value: Double(found.lost), unit: "", aim: "0")
            report.add(
                "all of it", value: (ContinuousClock.now - begun) / .seconds(1), unit: "s")
            await place.stop()
            guard found.doubled == 0, found.lost == 0, found.keys == keys, drill.killed == kills
            else { throw BenchFailure(report.markdown) }
            return report
        } catch {
            await place.stop()
            throw error
        }
    }
}

/// The server that runs at present.
final class KillPlace: Sendable {
    private let state: Lock<Installation>
    private let token: String
    private let fetch: Fetch
    private let calls = CallLog()

    init(_ first: Installation, token: String, fetch: Fetch) {
        state = Lock(first)
        self.token = token
        self.fetch = fetch
    }

    var api: Caller {
        Caller(url: state.withLock { $0.url }, fetch: fetch, token: token, calls: calls)
    }

    func kill() async {
        let child = state.withLock { $0.child }
        child.send(.kill)
        _ = await child.wait()
    }

    func start(in folder: String) async throws {
        let next = try await Installation.start(in: folder, fetch: fetch)
        state.withLock { $0 = next }
    }

    func stop() async { await state.withLock { $0 }.stop() }
}

/// What keyed requests are about: people who are always there, and a conversation.
struct KillStage: Sendable {
    let service: String
    let conversation: String

    init(_ staff: Staff) async throws {
        let api = staff.api
        let day: JSONValue = [["open": "00:00", "close": "24:00"]]
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        let week = JSONValue.object(Dictionary(uniqueKeysWithValues: days.map { ($0, day) }))
        try await api.call(
            .put, "/api/v1/hours/",
            [
                "hours": week, "closures": [],
                "policy": [
                    "minimum_notice_minutes": 0, "horizon_days": 60, "step_minutes": 15,
                    "same_day_cutoff": .null,
                ],
            ])
        var people: [JSONValue] = []
        for number in 0..<KillsSuite.people {
            let person = try await api.call(
                .post, "/api/v1/staff/", ["name": .text("Always \(number)"), "hours": week])
            people.append(person["id"] ?? .null)
        }
        service =
            try await api.call(
                .post, "/api/v1/services/",
                ["name": "Quarter", "duration_minutes": 15, "staff": .list(people)])["id"]?.text
            ?? ""
        let customer = try await Customer.signIn(1, at: staff)[0]
        try await customer.write("Hello")
        conversation = try await customer.conversation()
    }

    /// The request of a key: appointments for whoever is free, so that a repeat could take the next
    /// person, and everything else that can be added.
    func request(_ number: Int, _ api: Caller) throws -> FetchRequest {
        let key = "drill-\(number)"
        if number % 10 == 9 {
            var upload = UploadSuite.form(
                Array("Rule \(number) of the house.".utf8), named: "\(key).txt", to: api.url)
            upload.headers["Idempotency-Key"] = key
            return upload
        }
        let (path, body): (String, JSONValue) =
            switch number % 10 {
            case 6:
                (
                    "/api/v1/services/",
                    ["name": .text(key), "duration_minutes": 30]
                )
            case 7: ("/api/v1/staff/", ["name": .text(key)])
            case 8:
                (
                    "/api/v1/messaging/messages/",
                    ["conversation": .text(conversation), "content": .text(key)]
                )
            default:
                (
                    "/api/v1/calendar/book-appointment/",
                    [
                        "service": .text(service), "phone": .text(KillStage.phone(number)),
                        "start": .text(KillStage.start(number)),
                    ]
                )
            }
        return FetchRequest(
            .post, api.url + path,
            headers: ["Content-Type": "application/json", "Idempotency-Key": key],
            body: Array(try JSONCoding.encode(body)), deadline: .seconds(20))
    }

    private static func phone(_ number: Int) -> String { "+4477009\(10_000 + number)" }

    /// A quarter of its own, some days ahead.
    private static func start(_ number: Int) -> String {
        let midnight = World.live.now().description.prefix(10)
        let first = Instant("\(midnight)T00:00:00Z") ?? World.live.now()
        let day: Duration = .days(3 + number / 60)
        let quarter: Duration = .minutes(15 * (number % 60))
        return (first + (day + quarter)).description
    }

    struct Found {
        var keys = 0
        var doubled = 0
        var lost = 0
    }

    /// How often the work of each key is there.
    func count(_ api: Caller, _ answers: [Int: String]) async throws -> Found {
        var there: [String: Int] = [:]
        for appointment in try await all("/api/v1/calendar/appointments/", "appointments", api) {
            there[appointment["contact"]?["phone"]?.text ?? "", default: 0] += 1
        }
        for (path, list, name) in [
            ("/api/v1/services/", "services", "name"), ("/api/v1/staff/", "staff", "name"),
            ("/api/v1/knowledge-base/documents/", "documents", "file_name"),
        ] {
            for item in try await all(path, list, api) {
                there[item[name]?.text ?? "", default: 0] += 1
            }
        }
        let messages = try await api.call(
            .get, "/api/v1/messaging/messages/?conversation=\(conversation)")
        for message in messages["messages"]?.items ?? [] {
            there[message["content"]?.text ?? "", default: 0] += 1
        }
        var found = Found(keys: answers.count)
        for number in answers.keys {
            let name =
                switch number % 10 {
                case 6, 7, 8: "drill-\(number)"
                case 9: "drill-\(number).txt"
                default: KillStage.phone(number)
                }
            let count = there[name] ?? 0
            if count > 1 { found.doubled += 1 }
            if count == 0 { found.lost += 1 }
        }
        return found
    }

    private func all(_ path: String, _ list: String, _ api: Caller) async throws -> [JSONValue] {
        var found: [JSONValue] = []
        var cursor = ""
        repeat {
            let more = cursor.isEmpty ? "" : "&cursor=\(PercentEncoding.encode(cursor))"
            let page = try await api.call(.get, "\(path)?limit=200\(more)")
            found += page[list]?.items ?? []
            cursor = page["next_cursor"]?.text ?? ""
        } while !cursor.isEmpty
        return found
    }
}

/// The senders of keys, and what they and the killer have done.
final class KillDrill: Sendable {
    private struct State {
        var next = 0
        var sent = 0
        var repeated: Set<Int> = []
        var killed = 0
        var answers: [Int: String] = [:]
    }

    private let stage: KillStage
    private let place: KillPlace
    private let keys: Int
    private let state = Lock(State())

    init(stage: KillStage, place: KillPlace, keys: Int) {
        self.stage = stage
        self.place = place
        self.keys = keys
    }

    var sent: Int { state.withLock { $0.sent } }
    var killed: Int { state.withLock { $0.killed } }
    var repeated: Int { state.withLock { $0.repeated.count } }
    var answers: [Int: String] { state.withLock { $0.answers } }

    /// Takes one key after the other, and sends each until it is answered.
    func send() async throws {
        while true {
            let number: Int? = state.withLock { state in
                guard state.next < keys else { return nil }
                state.next += 1
                return state.next - 1
            }
            guard let number else { return }
            var tries = 0
            while true {
                tries += 1
                guard tries < 600 else { throw BenchFailure("key \(number) is never answered") }
                let again = tries > 1
                state.withLock { state in
                    state.sent += 1
                    if again { state.repeated.insert(number) }
                }
                let api = place.api
                // A server that is away is what the drill is about.
                let answer = try? await api.send(stage.request(number, api))
                if let answer, answer.status.isSuccess {
                    let text = answer.text
                    state.withLock { $0.answers[number] = text }
                    break
                }
                let isWaiting = answer.map {
                    $0.status.code >= 500 || $0.status == .tooManyRequests
                        || $0.text.contains("request.still_running")
                }
                guard isWaiting ?? true else {
                    throw BenchFailure("key \(number): \(answer?.text ?? "")")
                }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// Kills the server after so many further requests, at a moment of chance, and starts it again.
    func kill(_ kills: Int, folder: String, seed: UInt64) async throws {
        var chance = SeededRandom(seed: seed)
        let step = max(1, keys / (kills + 1))
        for round in 1...kills {
            while state.withLock({ $0.next < min(keys, round * step) }) {
                try await Task.sleep(for: .milliseconds(1))
            }
            let pause = Int64.random(in: 0...30_000, using: &chance)
            try await Task.sleep(for: .microseconds(pause))
            await place.kill()
            state.withLock { $0.killed += 1 }
            try await place.start(in: folder)
        }
    }
}
