import Base
import Foundation
import HTTP

/// A signed-in member of staff of the demo business.
struct Staff: Sendable {
    let api: Caller
    let slug: String
    var calls: CallLog { api.calls }

    static func signIn(_ place: Installation, fetch: Fetch) async throws -> Staff {
        let calls = CallLog()
        let door = Caller(url: place.url, fetch: fetch, token: nil, calls: calls)
        let answer = try await door.call(
            .post, "/api/v1/auth/login",
            [
                "email": .text(place.demo.owner.email),
                "password": .text(place.demo.owner.password),
            ])
        guard let token = answer["access_token"]?.text else { throw BenchFailure("no token") }
        return Staff(
            api: Caller(url: place.url, fetch: fetch, token: token, calls: calls),
            slug: place.demo.portalSlug)
    }

    /// Waits until every document is ready.
    func waitForDocuments() async throws {
        let end = ContinuousClock.now + Installation.patience
        while ContinuousClock.now < end {
            let list = try await api.call(.get, "/api/v1/knowledge-base/documents/")
            let statuses = (list["documents"]?.items ?? []).map { $0["status"]?.text ?? "" }
            if !statuses.isEmpty, statuses.allSatisfy({ $0 == "ready" }) { return }
            if let failed = statuses.first(where: { $0 == "failed" }) {
                throw BenchFailure("a demo document \(failed)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw BenchFailure("the demo documents were not ready in time")
    }

    struct ReadyDraft: Sendable {
        let id: String
        let version: Int
        let conversation: String
        let phone: String
        let commands: [String]
        let effects: [String]
        let text: String

        var handsOver: Bool { effects.contains { $0.hasPrefix("hands the conversation") } }
    }

    /// Every draft that can be decided, over all pages.
    func drafts() async throws -> [ReadyDraft] {
        var found: [ReadyDraft] = []
        var cursor: String?
        repeat {
            let more = cursor.map { "&cursor=\(PercentEncoding.encode($0))" } ?? ""
            let page = try await api.call(
                .get, "/api/v1/messaging/drafts/?status=ready&limit=100\(more)")
            found += (page["drafts"]?.items ?? []).map { draft in
                ReadyDraft(
                    id: draft["id"]?.text ?? "", version: draft["version"]?.whole ?? 0,
                    conversation: draft["conversation_id"]?.text ?? "",
                    phone: draft["contact"]?["phone"]?.text ?? "",
                    commands: (draft["commands"]?.items ?? []).map { $0["type"]?.text ?? "" },
                    effects: (draft["effects"]?.items ?? []).map(\.text),
                    text: draft["text"]?.text ?? "")
            }
            cursor = page["next_cursor"].flatMap { $0.text.isEmpty ? nil : $0.text }
        } while cursor != nil
        return found
    }

    /// Approves at the version that was seen; gives the status.
    @discardableResult
    func approve(_ draft: ReadyDraft) async throws -> FetchResponse {
        let answer = try await api.answer(
            .post, "/api/v1/messaging/drafts/approve/",
            ["id": .text(draft.id), "version": .integer(draft.version), "action": "approve"])
        // A person who was promised has no part in what is measured: the assistant goes on.
        if answer.status == .ok, draft.handsOver {
            _ = try await api.answer(
                .post, "/api/v1/core/conversations/\(draft.conversation)/owner/",
                ["owner": "assistant"])
        }
        return answer
    }
}
