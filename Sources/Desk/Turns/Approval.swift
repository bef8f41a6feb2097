import Base
import Domain
import Store

/// One approval inside its transaction.
struct Approval {
    enum Outcome<Value: Sendable>: Sendable {
        case done(Value)
        /// Nothing was sent; the draft is superseded and a new turn is on its way.
        case refused(DraftRefusal)
    }

    let world: World
    let now: Instant
    /// Whoever says yes.
    let account: AccountID
    let delivery: MessageDelivery
    let transaction: Transaction
    let columns: [EffectColumn]

    /// A draft that may be approved, with what it rests on, locked.
    private struct Candidate {
        let draft: Draft
        let snapshot: TurnSnapshot
    }

    /// Thrown to undo a try that came to its end.
    private struct Tried: Error {}

    // MARK: What can be asked for

    /// Sends at once.
    func send(_ decision: ApprovalDesk.Decision, text: String?) throws -> Outcome<Message> {
        try deciding(about: try lock(decision)) { candidate in
            let approved = try DraftMachine.next(candidate.draft.status, .approve)
            return try carryOut(candidate, becomes: approved, text: text)
        }
    }

    /// Looks whether it could be sent, and has it sent later.
    func plan(
        _ decision: ApprovalDesk.Decision, text: String?, for sendsAt: Instant
    ) throws -> Outcome<Void> {
        let draft = try lock(decision)
        return try deciding(about: draft) { candidate in
            let scheduled = try DraftMachine.next(draft.status, .schedule)
            do {
                try transaction.attempt {
                    let approved = try DraftMachine.next(draft.status, .approve)
                    _ = try carryOut(candidate, becomes: approved, text: text)
                    throw Tried()
                }
            } catch is Tried {}
            try DraftStore.update(
                draft, to: scheduled, text: changed(text, draft), by: account, sendsAt: sendsAt,
                at: now, transaction)
            let job = SendReplyJob(draft: draft.id, version: draft.version + 1)
            try DraftJobs.sendReply.enqueue(
                job, world, key: job.key, at: sendsAt, transaction)
        }
    }

    /// Sends what was approved at this version and waits; does nothing when it no longer does.
    func sendApproved(_ id: DraftID, version: Int) throws {
        guard let (draft, _) = try ApprovalDesk.lockBoth(id, transaction),
            draft.status == .scheduled, draft.version == version
        else { return }
        _ = try deciding(about: draft) { candidate in
            let approved = try DraftMachine.next(draft.status, .leave)
            return try carryOut(candidate, becomes: approved, text: nil)
        }
    }

    // MARK: The steps

    /// The draft, locked after its conversation, as everywhere.
    private func lock(_ decision: ApprovalDesk.Decision) throws -> Draft {
        guard let found = try DraftStore.find(decision.draft, transaction.reader),
            let conversation = try ConversationStore.lock(found.conversation, transaction)
        else { throw DraftRefusal.unknownDraft }
        // Writing again superseded the draft; that is what the person must hear.
        if found.status == .superseded,
            conversation.lastInboundNumber > found.basis.lastInboundNumber
        {
            throw DraftRefusal.customerWroteAgain
        }
        return try ApprovalDesk.lock(decision, transaction)
    }

    /// Does something with a draft that still fits the present; anything else supersedes it.
    private func deciding<Value: Sendable>(
        about draft: Draft, _ body: (Candidate) throws -> Value
    ) throws -> Outcome<Value> {
        guard let conversation = try ConversationStore.find(draft.conversation, transaction.reader)
        else { throw DraftRefusal.unknownDraft }
        guard draft.isReadable else { return try refuse(draft, .unreadable) }
        guard conversation.lastInboundNumber == draft.basis.lastInboundNumber else {
            return try refuse(draft, .customerWroteAgain)
        }
        guard try sourcesStand(draft) else { return try refuse(draft, .sourceGone) }
        guard let snapshot = try TurnSnapshot.read(conversation, at: now, transaction.reader)
        else { return try refuse(draft, .bookingChanged) }
        do {
            // A savepoint: what a refused try has written is undone, the refusal itself stays.
            return try transaction.attempt {
                .done(try body(Candidate(draft: draft, snapshot: snapshot)))
            }
        } catch let refused as EffectRefused {
            return try refuse(draft, refused.refusal)
        }
    }

    private func carryOut(
        _ candidate: Candidate, becomes approved: DraftStatus, text: String?
    ) throws -> Message {
        let draft = candidate.draft
        var context = ApprovalContext(
            world: world, now: now, account: account, transaction: transaction,
            snapshot: candidate.snapshot)
        try columns.carryOut(draft, &context)
        let text = changed(text, draft)
        try DraftStore.update(draft, to: approved, text: text, by: account, at: now, transaction)
        let message = try delivery.send(
            .init(
                id: world.id(), conversation: draft.conversation, sender: .assistant,
                content: text ?? draft.text, account: account,
                draft: draft.id, answers: draft.basis.lastInboundNumber),
            in: candidate.snapshot.conversation, at: now, transaction)
        return message
    }

    /// A page without its module sends the text along whether or not it was changed.
    private func changed(_ text: String?, _ draft: Draft) -> String? {
        text == draft.text.trimmingWhitespace ? nil : text
    }

    /// Whether every passage that the draft quotes still answers.
    private func sourcesStand(_ draft: Draft) throws -> Bool {
        let cited = Set(draft.citations.map(\.passage))
        guard !cited.isEmpty else { return true }
        return try PassageStore.find(ids: Array(cited), transaction.reader).count == cited.count
    }

    private func refuse<Value: Sendable>(
        _ draft: Draft, _ refusal: DraftRefusal
    ) throws -> Outcome<Value> {
        try DraftStore.supersedeOpen(
            of: draft.conversation, cause: refusal.cause, at: now, transaction)
        try TurnJobs.turn.enqueue(
            TurnJob(conversation: draft.conversation), world, transaction)
        return .refused(refusal)
    }
}
