import Base
import Foundation
import HTTP

/// Somebody who has identified by phone.
struct Customer: Sendable {
    let api: Caller
    let phone: String

    /// Writes a message and gives its id; the moment of the 202 is when this returns.
    @discardableResult
    func write(_ text: String) async throws -> String {
        let key = World.live.uuid().uuidString.lowercased()
        let answer = try await api.call(
            .post, "/api/v1/messaging/messages/", ["content": .text(text)],
            headers: ["Idempotency-Key": key])
        return answer["id"]?.text ?? ""
    }

    func conversation() async throws -> String {
        let list = try await api.call(.get, "/api/v1/messaging/messages/?limit=1")
        return list["conversation_id"]?.text ?? ""
    }

    /// Signs in so many customers at once through codes from the message console.
    static func signIn(_ count: Int, from first: Int = 0, at staff: Staff) async throws
        -> [Customer]
    {
        let door = Caller(
            url: staff.api.url, fetch: staff.api.fetch, token: nil, calls: staff.calls)
        let phones = (first..<first + count).map { "+44770090\(String(10_000 + $0).suffix(4))" }
        var customers: [Customer] = []
        for start in stride(from: 0, to: count, by: 20) {
            let batch = Array(phones[start..<min(start + 20, count)])
            customers += try await signIn(batch, door, staff)
        }
        return customers
    }

    private static func signIn(
        _ phones: [String], _ door: Caller, _ staff: Staff
    ) async throws -> [Customer] {
        let sessions = try await concurrently(phones) { phone in
            try await door.call(
                .post, "/api/v1/core/session/create/",
                ["workspace": .text(staff.slug), "phone": .text(phone)])["session"]?.text ?? ""
        }
        let codes = try await codes(for: phones, staff)
        return try await concurrently(Array(zip(phones, sessions))) { phone, session in
            let answer = try await door.call(
                .post, "/api/v1/core/session/validate/",
                ["session": .text(session), "code": .text(codes[phone] ?? "")])
            let api = Caller(
                url: door.url, fetch: door.fetch, token: answer["token"]?.text ?? "",
                calls: door.calls)
            return Customer(api: api, phone: phone)
        }
    }

    private static func codes(for phones: [String], _ staff: Staff) async throws -> [String: String]
    {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            let page = try await staff.api.call(.get, "/api/v1/messaging/console/?limit=100")
            var codes: [String: String] = [:]
            for message in page["messages"]?.items ?? [] {
                let phone = message["to"]?.text ?? ""
                guard codes[phone] == nil, let text = message["text"]?.text else { continue }
                codes[phone] = String(text.prefix { $0.isNumber })
            }
            if phones.allSatisfy({ codes[$0]?.isEmpty == false }) { return codes }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchFailure("the codes did not reach the message console")
    }
}
