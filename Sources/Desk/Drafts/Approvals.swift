package import Base
package import Domain
package import Store

/// People decide about drafts. Approving is the only way to a sent reply and to a booking.
///
/// One transaction locks the conversation, compares the versions that the draft rests on, runs the
/// booking machine for good, writes its effects, and sends the reply. Anything that has changed is
/// a refusal that says what, and a new draft is on its way.
package struct Approvals: Sendable {
    private let world: World
    private let database: Database

    package static let textLimit = 4_000

    package init(world: World, database: Database) {
        self.world = world
        self.database = database
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
    package func approve(_ decision: Decision, by staff: Staff) async throws -> Message {
        try staff.require(.approve)
        let text = try checked(decision.text)
        let world = world
        let now = world.now()
        let outcome = try await database.write(staff.workspace) { transaction in
            try Approval(
                world: world, now: now, staff: staff, decision: decision, text: text,
                transaction: transaction
            ).run()
        }
        switch outcome {
        case .sent(let message): return message
        case .refused(let refusal): throw refusal
        }
    }

    /// Turns the draft down; the conversation then waits for a person.
    package func reject(_ decision: Decision, reason: String, by staff: Staff) async throws {
        try staff.require(.approve)
        let reason = reason.trimmingWhitespace
        guard !reason.isEmpty else { throw DraftRefusal.reasonMissing }
        let now = world.now()
        let world = world
        try await database.write(staff.workspace) { transaction in
            let draft = try Approvals.lock(decision, transaction)
            try DraftStore.update(
                draft, to: try DraftMachine.next(draft.status, .reject), by: staff.account,
                reason: String(reason.prefix(500)), at: now, transaction)
            try AuditStore.note(
                "draft.reject", subject: draft.id.description, by: staff.account,
                id: world.id(), at: now, transaction)
        }
    }

    /// Takes a rejection back, while nothing has come in between: the draft waits again.
    package func reopen(_ decision: Decision, by staff: Staff) async throws {
        try staff.require(.approve)
        let now = world.now()
        let world = world
        try await database.write(staff.workspace) { transaction in
            guard let found = try DraftStore.find(decision.draft, transaction.reader),
                let conversation = try ConversationStore.lock(found.conversation, transaction),
                let draft = try DraftStore.lock(decision.draft, transaction)
            else { throw DraftRefusal.unknownDraft }
            let next = try DraftMachine.next(draft.status, .reopen)
            guard draft.version == decision.version else {
                throw DraftRefusal.versionChanged(current: draft.version)
            }
            guard conversation.lastInbound == draft.basis.lastInbound else {
                throw DraftRefusal.customerWroteAgain
            }
            guard conversation.answered < draft.basis.lastInbound,
                try DraftStore.open(in: conversation.id, transaction.reader) == nil
            else { throw DraftRefusal.answeredMeanwhile }
            try DraftStore.update(draft, to: next, by: staff.account, at: now, transaction)
            try AuditStore.note(
                "draft.reopen", subject: draft.id.description, by: staff.account,
                id: world.id(), at: now, transaction)
        }
    }

    /// Keeps a changed text without sending it.
    package func edit(_ decision: Decision, by staff: Staff) async throws {
        try staff.require(.approve)
        guard let text = try checked(decision.text) else { throw DraftRefusal.emptyText }
        let now = world.now()
        try await database.write(staff.workspace) { transaction in
            let draft = try Approvals.lock(decision, transaction)
            guard draft.isReadable else { throw DraftRefusal.unreadable }
            try DraftStore.update(
                draft, to: try DraftMachine.next(draft.status, .edit), text: text,
                by: staff.account, at: now, transaction)
        }
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
        guard trimmed.unicodeScalars.count <= Approvals.textLimit else {
            throw DraftRefusal.textTooLong(limit: Approvals.textLimit)
        }
        return trimmed
    }
}

/// One approval inside its transaction.
private struct Approval {
    enum Outcome: Sendable {
        case sent(Message)
        /// Nothing was sent; the draft is superseded and a new turn is on its way.
        case refused(DraftRefusal)
    }

    let world: World
    let now: Instant
    let staff: Staff
    let decision: Approvals.Decision
    let text: String?
    let transaction: Transaction

    func run() throws -> Outcome {
        // The conversation is locked before the draft, as everywhere.
        guard let found = try DraftStore.find(decision.draft, transaction.reader) else {
            throw DraftRefusal.unknownDraft
        }
        guard let conversation = try ConversationStore.lock(found.conversation, transaction) else {
            throw DraftRefusal.unknownDraft
        }
        // Writing again superseded the draft; that is what the person must hear.
        if found.status == .superseded, conversation.lastInbound > found.basis.lastInbound {
            throw DraftRefusal.customerWroteAgain
        }
        let draft = try Approvals.lock(decision, transaction)
        guard draft.isReadable else { return try refuse(draft, .unreadable) }
        guard conversation.lastInbound == draft.basis.lastInbound else {
            return try refuse(draft, .customerWroteAgain)
        }
        guard try sourcesStand(draft) else { return try refuse(draft, .sourceGone) }
        guard let situation = try Situation.read(conversation, at: now, transaction.reader),
            situation.session.version == draft.basis.session
        else { return try refuse(draft, .bookingChanged) }
        do {
            // A savepoint: what a refused try has written is undone, the refusal itself stays.
            return try transaction.attempt { try carryOut(draft, situation) }
        } catch BookingRefusal.slotTaken(let alternatives) {
            return try refuse(draft, .slotTaken(alternatives: alternatives))
        } catch BookingRefusal.unavailable(let reason, let alternatives) {
            return try refuse(draft, .slotUnavailable(reason, alternatives: alternatives))
        } catch is BookingRefusal {
            return try refuse(draft, .bookingChanged)
        }
    }

    private func carryOut(_ draft: Draft, _ before: Situation) throws -> Outcome {
        var situation = before
        let writer = BookingWriter(world: world, actor: "assistant", transaction: transaction)
        var outcome = replay(draft, situation)
        let people = outcome.effects.compactMap(\.takenSlot?.staff)
        if !people.isEmpty {
            try writer.lock(people, situation.availability.catalogue)
            situation = try situation.refreshed(at: now, transaction.reader)
            outcome = replay(draft, situation)
        }
        let catalogue = situation.availability.catalogue
        guard isAsPreviewed(draft, outcome, catalogue) else {
            throw whatChanged(draft, outcome, situation)
        }
        try writer.apply(outcome.effects, catalogue)
        if !outcome.effects.isEmpty || outcome.state != situation.session.state
            || !situation.session.isReadable
        {
            try BookingSessionStore.save(
                outcome.state, after: situation.session.version,
                of: situation.conversation.id, at: now, transaction)
        }
        let approved = try DraftMachine.next(draft.status, .approve)
        let sending = try DraftMachine.next(approved, .handedOver)
        let sent = try DraftMachine.next(sending, .accepted)
        // A page without its module sends the text along whether or not it was changed.
        let text = text == draft.text.trimmingWhitespace ? nil : text
        let isEdited = text != nil || draft.status == .edited
        try DraftStore.update(draft, to: sent, text: text, by: staff.account, at: now, transaction)
        let message = try ConversationStore.append(
            .init(
                id: world.id(), conversation: draft.conversation, sender: .assistant,
                content: text ?? draft.text, account: staff.account,
                draft: draft.id, answers: draft.basis.lastInbound),
            at: now, transaction)
        try AuditStore.note(
            "draft.approve", subject: draft.id.description, by: staff.account,
            detail: ["edited": isEdited ? "yes" : "no"], id: world.id(), at: now, transaction)
        return .sent(message)
    }

    /// Whether the machine does and says what the person saw: another slot, another colleague or
    /// other offers would make the approved words untrue.
    private func isAsPreviewed(
        _ draft: Draft, _ outcome: BookingRun, _ catalogue: Catalogue
    ) -> Bool {
        let wording = BookingWording(catalogue: catalogue, today: catalogue.zone.local(now).date)
        return outcome.state.name == draft.basis.outcome
            && outcome.prompts.map(wording.sentence) == draft.basis.spoken
            && outcome.effects.compactMap(wording.preview) == draft.effects
    }

    /// Why the draft cannot be carried out: what is wrong with a time that it takes, or that a time
    /// it speaks of has gone.
    private func whatChanged(
        _ draft: Draft, _ outcome: BookingRun, _ situation: Situation
    ) -> BookingRefusal {
        let offered = outcome.state.offered
        for effect in draft.effects where effect.kind != .cancel {
            guard let place = effect.place else { continue }
            let slot = Slot(
                service: place.service, staff: place.staff, start: place.start, end: place.end)
            let availability =
                effect.kind == .hold
                ? situation.availability : situation.availability.settled(for: slot)
            guard let service = availability.catalogue.service(place.service),
                let reason = availability.unavailability(
                    of: service, staff: place.staff, at: place.start,
                    moving: situation.session.state.ownBooking)
            else { continue }
            return .refusing(reason, alternatives: offered)
        }
        return offered.isEmpty ? .changedMeanwhile : .slotTaken(alternatives: offered)
    }

    /// Runs the draft's commands through the machine again, on the present; each happened when its
    /// message was written, so a yes in time stays one.
    private func replay(_ draft: Draft, _ situation: Situation) -> BookingRun {
        var run = BookingRun(from: situation)
        for (command, at) in zip(draft.commands, draft.basis.times) {
            guard let event = command.bookingEvent else { continue }
            run.take(event, situation.context(at: at, now: now, world: world))
        }
        return run
    }

    /// Whether every passage that the draft quotes still answers.
    private func sourcesStand(_ draft: Draft) throws -> Bool {
        let cited = Set(draft.citations.map(\.passage))
        guard !cited.isEmpty else { return true }
        return try PassageStore.find(ids: Array(cited), transaction.reader).count == cited.count
    }

    private func refuse(_ draft: Draft, _ refusal: DraftRefusal) throws -> Outcome {
        try DraftStore.supersedeOpen(of: draft.conversation, at: now, transaction)
        try DeskJob.turn(draft.conversation).enqueue(world, transaction)
        return .refused(refusal)
    }
}

extension BookingEffect {
    /// The slot that the effect takes; its person is locked before looking whether it is free.
    fileprivate var takenSlot: Slot? {
        switch self {
        case .hold(let booking), .confirm(let booking), .requestPayment(let booking):
            booking.slot
        case .move(_, let slot): slot
        case .say, .release, .cancel, .handOff: nil
        }
    }
}
