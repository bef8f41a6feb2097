package import Base
package import Domain
package import Store

/// People decide about drafts. Approving is the only way to a sent reply and to a booking.
///
/// One transaction locks the conversation, compares the versions that the draft rests on, runs the
/// booking machine for good, writes its effects, and sends the reply. Anything that has changed is
/// a refusal that says what, and a new draft is on its way.
///
/// An approval that can be undone is tried first and carried out a little later by a job: what
/// stands in its way now is said at once, and until the job runs nothing has left.
package struct ApprovalDesk: Sendable {
    private let world: World
    private let database: Database
    private let delivery: MessageDelivery
    /// What drafts can do beside replying.
    var columns = EffectColumn.all

    package static let textLimit = 4_000
    /// Seconds for which an approval can be undone, at most.
    package static let undoLimit = 60

    package init(world: World, database: Database, delivery: MessageDelivery) {
        self.world = world
        self.database = database
        self.delivery = delivery
    }

    package struct Decision: Sendable {
        package var draft: DraftID
        package var version: Int
        /// The reply as the person changed it; nil leaves it as it was proposed.
        package var text: String?

        package init(draft: DraftID, version: Int, text: String? = nil) {
            self.draft = draft
            self.version = version
            self.text = text
        }
    }

    /// Sends the reply and does what it says. Approving what was approved by the same request
    /// before gives `notOpen`, never a second reply.
    package func approve(
        _ decision: Decision, by staff: Staff, receipt: Receipt<Message>? = nil
    ) async throws -> Message {
        try staff.require(.approve)
        let text = try checked(decision.text)
        let (world, delivery, columns) = (world, delivery, columns)
        let now = world.now()
        let outcome = try await database.write(staff.workspace, by: staff.origin) { transaction in
            let outcome = try Approval(
                world: world, now: now, account: staff.account, delivery: delivery,
                transaction: transaction, columns: columns
            ).send(decision, text: text)
            if case .done(let message) = outcome { try receipt?.store(message, transaction) }
            return outcome
        }
        switch outcome {
        case .done(let message): return message
        case .refused(let refusal): throw refusal
        }
    }

    /// Says yes to a reply that leaves after so many seconds, unless that is undone; gives when.
    package func approve(
        _ decision: Decision, undoSeconds: Int, by staff: Staff,
        receipt: Receipt<Instant>? = nil
    ) async throws -> Instant {
        try staff.require(.approve)
        guard (1...ApprovalDesk.undoLimit).contains(undoSeconds) else {
            throw DraftRefusal.undoTooLong(limit: ApprovalDesk.undoLimit)
        }
        let text = try checked(decision.text)
        let (world, delivery, columns) = (world, delivery, columns)
        let now = world.now()
        let sendsAt = now + .seconds(undoSeconds)
        let outcome = try await database.write(staff.workspace, by: staff.origin) { transaction in
            let outcome = try Approval(
                world: world, now: now, account: staff.account, delivery: delivery,
                transaction: transaction, columns: columns
            ).plan(decision, text: text, for: sendsAt)
            if case .done = outcome { try receipt?.store(sendsAt, transaction) }
            return outcome
        }
        switch outcome {
        case .done: return sendsAt
        case .refused(let refusal): throw refusal
        }
    }

    /// Takes an approval back before its reply has left; gives the draft as it waits again.
    package func undo(
        _ decision: Decision, by staff: Staff, receipt: Receipt<Draft>? = nil
    ) async throws -> Draft {
        try staff.require(.approve)
        let now = world.now()
        return try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            guard let (draft, _) = try ApprovalDesk.lockBoth(decision.draft, transaction) else {
                throw DraftRefusal.unknownDraft
            }
            var next = try DraftMachine.next(draft.status, .undo)
            guard draft.version == decision.version else {
                throw DraftRefusal.versionChanged(current: draft.version)
            }
            let approval = try DraftStore.approval(of: draft.id, transaction.reader)
            if approval?.isEdited == true { next = try DraftMachine.next(next, .edit) }
            try DraftStore.update(draft, to: next, by: staff.account, at: now, transaction)
            let job = SendReplyJob(draft: draft.id, version: draft.version)
            try DraftJobs.sendReply.withdraw(key: job.key, transaction)
            guard let waiting = try DraftStore.find(draft.id, transaction.reader) else {
                throw DraftRefusal.unknownDraft
            }
            return waiting
        }
    }

    /// Sends a reply that was approved a moment ago, in the name of who approved it.
    ///
    /// Nothing happens when the approval was undone, or something else answers by now. What has
    /// changed since supersedes the draft, and the one in its place says why this was not sent.
    func send(
        _ id: DraftID, version: Int, in workspace: WorkspaceID,
        finish: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        let (world, delivery, columns) = (world, delivery, columns)
        let now = world.now()
        try await database.write(workspace, by: .machine("replies")) { transaction in
            if let approval = try DraftStore.approval(of: id, transaction.reader) {
                let origin = EventOrigin(.person(approval.account), because: .draft(id))
                try Approval(
                    world: world, now: now, account: approval.account, delivery: delivery,
                    transaction: transaction.by(origin), columns: columns
                ).sendApproved(id, version: version)
            }
            try finish(transaction)
        }
    }

    /// Gives a reply up that cannot be sent whatever is tried; a new draft says so.
    func giveUp(
        _ id: DraftID, version: Int, in workspace: WorkspaceID,
        finish: @escaping @Sendable (Transaction) throws -> Void
    ) async throws {
        let world = world
        let now = world.now()
        try await database.write(workspace, by: .machine("replies")) { transaction in
            let conversation = try DraftStore.giveUp(
                id, version: version, cause: "it could not be carried out", at: now, transaction)
            if let conversation {
                try TurnJobs.turn.enqueue(
                    TurnJob(conversation: conversation), world, transaction)
            }
            try finish(transaction)
        }
    }

    /// Turns the draft down; the conversation then waits for a person.
    package func reject(
        _ decision: Decision, reason: String, by staff: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try staff.require(.approve)
        let reason = reason.trimmingWhitespace
        guard !reason.isEmpty else { throw DraftRefusal.reasonMissing }
        let now = world.now()
        try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            let draft = try ApprovalDesk.lock(decision, transaction)
            try DraftStore.update(
                draft, to: try DraftMachine.next(draft.status, .reject), by: staff.account,
                reason: String(reason.prefix(500)), at: now, transaction)
            try ConversationStore.needPerson(
                .rejected, in: draft.conversation, at: now, transaction)
        }
    }

    /// Takes a rejection back, while nothing has come in between: the draft waits again.
    package func reopen(
        _ decision: Decision, by staff: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try staff.require(.approve)
        let now = world.now()
        try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            guard let (draft, conversation) = try ApprovalDesk.lockBoth(decision.draft, transaction)
            else { throw DraftRefusal.unknownDraft }
            let next = try DraftMachine.next(draft.status, .reopen)
            guard draft.version == decision.version else {
                throw DraftRefusal.versionChanged(current: draft.version)
            }
            guard conversation.lastInboundNumber == draft.basis.lastInboundNumber else {
                throw DraftRefusal.customerWroteAgain
            }
            guard conversation.owner == .assistant,
                conversation.answeredThrough < draft.basis.lastInboundNumber,
                try DraftStore.standing(in: conversation.id, transaction.reader) == nil
            else { throw DraftRefusal.answeredMeanwhile }
            try DraftStore.update(draft, to: next, by: staff.account, at: now, transaction)
            if conversation.need == .rejected {
                try ConversationStore.clearNeed(in: conversation.id, at: now, transaction)
            }
        }
    }

    /// Keeps a changed text without sending it.
    package func edit(
        _ decision: Decision, by staff: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try staff.require(.approve)
        guard let text = try checked(decision.text) else { throw DraftRefusal.emptyText }
        let now = world.now()
        try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            let draft = try ApprovalDesk.lock(decision, transaction)
            guard draft.isReadable else { throw DraftRefusal.unreadable }
            try DraftStore.update(
                draft, to: try DraftMachine.next(draft.status, .edit), text: text,
                by: staff.account, at: now, transaction)
        }
    }

    /// A draft in whatever status and its conversation, which is locked first, as everywhere; nil
    /// when there is none.
    static func lockBoth(
        _ id: DraftID, _ transaction: Transaction
    ) throws -> (draft: Draft, conversation: Conversation)? {
        guard let found = try DraftStore.find(id, transaction.reader),
            let conversation = try ConversationStore.lock(found.conversation, transaction),
            let draft = try DraftStore.lock(id, transaction)
        else { return nil }
        return (draft, conversation)
    }

    /// The draft, locked and at the version that the person saw.
    static func lock(_ decision: Decision, _ transaction: Transaction) throws -> Draft {
        guard let draft = try DraftStore.lock(decision.draft, transaction) else {
            throw DraftRefusal.unknownDraft
        }
        guard draft.status.isOpen else { throw DraftRefusal.notOpen(draft.status) }
        guard draft.version == decision.version else {
            throw DraftRefusal.versionChanged(current: draft.version)
        }
        return draft
    }

    private func checked(_ text: String?) throws -> String? {
        guard let text else { return nil }
        let trimmed = text.trimmingWhitespace
        guard !trimmed.isEmpty else { throw DraftRefusal.emptyText }
        guard trimmed.unicodeScalars.count <= ApprovalDesk.textLimit else {
            throw DraftRefusal.textTooLong(limit: ApprovalDesk.textLimit)
        }
        return trimmed
    }
}
