import Base
import Desk
import Domain
import HTTP
import Store
import WebCore

/// The approvals page and the decisions made on it.
func approvalsRoutes(_ context: PageSite) -> [Route<Visitor>] {
    [
        .page(.get, "/approvals", "approvals", .read, in: context) { visit in
            try await ApprovalsPage(visit).overview()
        },
        .page(.get, "/approvals/waiting", "approvals_waiting", .read, in: context) { visit in
            let loaded = try await visit.load { _, _ in }
            return .html(StaffShell.count(loaded.frame.waiting).description)
        },
        .page(.get, "/approvals/notice", "approvals_notice", .read, in: context) { visit in
            try await ApprovalsPage(visit).decision()
        },
        .page(.get, "/approvals/{id}", "approval", .read, in: context) { visit in
            try await ApprovalsPage(visit).draft(try visit.id())
        },
        .page(.post, "/approvals/{id}/approve", "approval_approve", .approve, in: context) {
            visit in
            try await ApprovalsPage(visit).approve(try visit.id())
        },
        .page(.post, "/approvals/{id}/undo", "approval_undo", .approve, in: context) { visit in
            try await ApprovalsPage(visit).undo(try visit.id())
        },
        .page(.post, "/approvals/{id}/reject", "approval_reject", .approve, in: context) { visit in
            try await ApprovalsPage(visit).reject(try visit.id())
        },
        .page(.post, "/approvals/{id}/reopen", "approval_reopen", .approve, in: context) { visit in
            try await ApprovalsPage(visit).reopen(try visit.id())
        },
    ]
}

/// One visit to the approvals page.
struct ApprovalsPage: Sendable {
    /// Drafts that the queue shows at once.
    static let queueLimit = 100

    let visit: PageVisit

    init(_ visit: PageVisit) {
        self.visit = visit
    }

    private var filter: ApprovalsFilter {
        visit.request.query["show"].flatMap(ApprovalsFilter.init) ?? .all
    }

    /// The draft that was decided before this page, named by its id only.
    private var decided: DraftID? { visit.request.query["of"].flatMap { DraftID($0) } }

    /// The queue with its first draft, or with the open draft of a conversation that is named.
    func overview() async throws -> HTTPResponse {
        let (filter, notice, decided) = (filter, visit.notice, decided)
        let staff = visit.staff
        let wanted = visit.request.query["conversation"].flatMap { ConversationID($0) }
        let keeps = visit.request.query["keep"] == "conflict"
        let loaded = try await visit.load { reader, _ in
            var content = ApprovalsContent(filter: filter, notice: notice)
            content.queue = try ApprovalsPage.queue(reader)
            let first = content.queue.first { item in
                wanted.map { item.draft.conversation == $0 } ?? filter.allows(item.draft)
            }
            content.selected = try first.flatMap { try ApprovalsPage.detail($0.draft, reader) }
            content.isOverview = wanted == nil
            content.keepsConflict = keeps
            content.decided = try DecisionNotice.read(of: decided, by: staff, reader)
            return content
        }
        // Whoever waits for the next draft goes on waiting, with the reason in sight.
        if keeps, loaded.value.selected == nil { return HTTPResponse(.noContent) }
        return .html(ApprovalsView.html(loaded.frame, loaded.value))
    }

    func draft(_ id: DraftID) async throws -> HTTPResponse {
        let (filter, notice, decided) = (filter, visit.notice, decided)
        let staff = visit.staff
        let loaded = try await visit.load { reader, _ in
            guard let draft = try DraftStore.find(id, reader) else {
                throw DraftRefusal.unknownDraft
            }
            var content = try ApprovalsPage.content(for: draft, filter, notice, reader)
            content.decided = try DecisionNotice.read(of: decided, by: staff, reader)
            return content
        }
        return .html(ApprovalsView.html(loaded.frame, loaded.value))
    }

    /// A draft that is decided is answered with what happened, and with its successor.
    private static func content(
        for draft: Draft, _ filter: ApprovalsFilter, _ notice: Notice?, _ reader: Reader
    ) throws -> ApprovalsContent {
        var content = ApprovalsContent(filter: filter, isOverview: false, notice: notice)
        content.queue = try queue(reader)
        if draft.status.isOpen {
            content.selected = try detail(draft, reader)
            return content
        }
        content.conflict = DraftConflict(
            refusal: .notOpen(draft.status), wasTried: false, conversation: draft.conversation)
        content.selected = try DraftStore.open(in: draft.conversation, reader)
            .flatMap { try detail($0, reader) }
        return content
    }

    func approve(_ id: DraftID) async throws -> HTTPResponse {
        let form = try await visit.form()
        let decision = ApprovalDesk.Decision(
            draft: id, version: try version(form), text: changed(form["text"]))
        do {
            let undo = visit.context.configuration.undoSeconds
            if undo > 0 {
                _ = try await visit.desk.approvals.approve(
                    decision, undoSeconds: undo, by: visit.staff)
            } else {
                _ = try await visit.desk.approvals.approve(decision, by: visit.staff)
            }
        } catch let refusal as DraftRefusal where refusal.kind == .conflict {
            return try await conflict(refusal, id, text: form["text"])
        }
        return try await next(after: id)
    }

    /// The draft waits again as it was approved; nothing had left yet.
    func undo(_ id: DraftID) async throws -> HTTPResponse {
        let form = try await visit.form()
        let decision = ApprovalDesk.Decision(draft: id, version: try version(form))
        do {
            _ = try await visit.desk.approvals.undo(decision, by: visit.staff)
        } catch let refusal as DraftRefusal where refusal.kind == .conflict {
            return try await conflict(refusal, id, text: nil)
        }
        return .redirect(to: "/approvals/\(id)?notice=undone")
    }

    /// What became of a decision, for the notice that still offers to undo it.
    func decision() async throws -> HTTPResponse {
        let (decided, staff) = (decided, visit.staff)
        let loaded = try await visit.load { reader, _ in
            try DecisionNotice.read(of: decided, by: staff, reader)
        }
        return .html(loaded.value.map { $0.html(loaded.frame).description } ?? "")
    }

    func reject(_ id: DraftID) async throws -> HTTPResponse {
        let form = try await visit.form()
        let decision = ApprovalDesk.Decision(draft: id, version: try version(form))
        do {
            try await visit.desk.approvals.reject(
                decision, reason: form["reason"] ?? "", by: visit.staff)
        } catch let refusal as DraftRefusal where refusal.kind == .conflict {
            return try await conflict(refusal, id, text: nil)
        }
        return try await next(after: id)
    }

    func reopen(_ id: DraftID) async throws -> HTTPResponse {
        let form = try await visit.form()
        let decision = ApprovalDesk.Decision(draft: id, version: try version(form))
        do {
            try await visit.desk.approvals.reopen(decision, by: visit.staff)
        } catch let refusal as DraftRefusal where refusal.kind == .conflict {
            return try await conflict(refusal, id, text: nil)
        }
        return .redirect(to: "/approvals/\(id)?notice=reopened")
    }

    /// On to the next draft of the queue, with word of what was done.
    private func next(after id: DraftID) async throws -> HTTPResponse {
        let filter = filter
        let loaded = try await visit.load { reader, _ -> DraftID? in
            guard let decided = try DraftStore.find(id, reader) else { return nil }
            let queue = try ApprovalsPage.queue(reader).map(\.draft).filter(filter.allows)
            let later = queue.first {
                ($0.createdAt, $0.id.description) > (decided.createdAt, decided.id.description)
            }
            return (later ?? queue.first)?.id
        }
        let place = loaded.value.map { "/approvals/\($0)" } ?? "/approvals"
        let show = filter == .all ? "" : "&show=\(filter.rawValue)"
        return .redirect(to: "\(place)?of=\(id)\(show)")
    }

    private func version(_ form: FormURLEncoded) throws -> Int {
        guard let version = form["version"].flatMap({ Int($0) }) else {
            throw WebRefusal.badParameter("version", "is missing")
        }
        return version
    }

    /// Browsers send line ends as CRLF; an unchanged text then would look like an edited one.
    private func changed(_ text: String?) -> String? {
        text?.replacing("\r\n", with: "\n")
    }

    /// 409 with the queue, what changed, and the draft that is open now.
    private func conflict(
        _ refusal: DraftRefusal, _ id: DraftID, text: String?
    ) async throws -> HTTPResponse {
        let filter = filter
        let loaded = try await visit.load { reader, _ in
            guard let draft = try DraftStore.find(id, reader) else {
                throw DraftRefusal.unknownDraft
            }
            var content = ApprovalsContent(filter: filter, isOverview: false)
            content.queue = try ApprovalsPage.queue(reader)
            let catalogue = try CatalogueStore.find(reader)
            var conflict = DraftConflict(refusal: refusal, conversation: draft.conversation)
            conflict.text = text.flatMap { $0 == draft.text ? nil : $0 }
            switch refusal {
            case .slotTaken(let slots), .slotUnavailable(_, let slots):
                conflict.alternatives = slots.prefix(4).map { slot in
                    let local = catalogue.zone.local(slot.start)
                    return "\(catalogue.locale.shortDay(local.date)) "
                        + catalogue.locale.time(local.time)
                }
            default: break
            }
            content.conflict = conflict
            content.selected = try DraftStore.open(in: draft.conversation, reader)
                .flatMap { try ApprovalsPage.detail($0, reader) }
            return content
        }
        return .html(ApprovalsView.html(loaded.frame, loaded.value), .conflict)
    }

    private static func queue(_ reader: Reader) throws -> [DraftStore.Listed] {
        try DraftStore.page(status: .ready, after: nil, limit: queueLimit, reader).items
    }

    private static func detail(_ draft: Draft, _ reader: Reader) throws -> DraftDetail? {
        try ThreadContent.read(draft.conversation, reader).map {
            DraftDetail(draft: draft, thread: $0)
        }
    }
}

extension ThreadContent {
    /// Messages that a page shows at once.
    static let limit = 100

    static func read(_ id: ConversationID, _ reader: Reader) throws -> ThreadContent? {
        guard let conversation = try ConversationStore.find(id, reader),
            let contact = try ContactStore.find(conversation.contact, reader)
        else { return nil }
        let messages = try ConversationStore.latest(limit, in: id, reader)
        return ThreadContent(
            conversation: conversation, contact: contact, messages: messages,
            bookings: try BookingStore.listed(of: contact.id, reader),
            draft: try DraftStore.open(in: id, reader)?.id,
            deliveries: try DeliveryStore.deliveries(of: messages, reader),
            lastMove: try ContactMoveStore.history(of: contact.id, limit: 1, reader)
                .first { $0.undoneAt == nil },
            beganEarlier: (messages.first?.number ?? 1) > 1)
    }
}
