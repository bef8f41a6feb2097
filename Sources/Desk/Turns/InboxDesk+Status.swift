import Base
package import Domain
import Store

/// Closing conversations, taking them up again, and saying what they are about.
extension InboxDesk {
    /// Nobody owes a word here any more: what waited is not answered, and an open draft is dropped.
    package func close(
        _ id: ConversationID, from versions: Set<Int>? = nil, by staff: Staff,
        receipt: Receipt<Void>? = nil
    ) async throws {
        try await setStatus(of: id, from: versions, by: staff, receipt) {
            conversation, now, transaction in
            guard conversation.status != .closed else { return nil }
            try DraftStore.supersedeOpen(
                of: id, cause: "the conversation was closed", at: now, transaction)
            try ConversationStore.clearNeed(in: id, at: now, transaction)
            return .close
        }
    }

    /// Takes a closed conversation up again, with what is unanswered in it.
    package func reopen(
        _ id: ConversationID, from versions: Set<Int>? = nil, by staff: Staff,
        receipt: Receipt<Void>? = nil
    ) async throws {
        let world = world
        try await setStatus(of: id, from: versions, by: staff, receipt) {
            conversation, now, transaction in
            guard conversation.status == .closed else { return nil }
            guard conversation.isWaiting else { return .reopenAnswered }
            switch conversation.owner {
            case .assistant:
                try TurnJobs.turn.enqueue(
                    TurnJob(conversation: id), world, transaction)
            case .staff:
                try ConversationStore.needPerson(.takenOver, in: id, at: now, transaction)
            }
            return .reopenUnanswered
        }
    }

    private func setStatus(
        of id: ConversationID, from versions: Set<Int>?, by staff: Staff,
        _ receipt: Receipt<Void>?,
        _ work:
            @escaping @Sendable (Conversation, Instant, Transaction) throws -> ConversationEvent?
    ) async throws {
        try staff.require(.converse)
        let now = world.now()
        try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            guard let conversation = try ConversationStore.lock(id, transaction) else {
                throw ConversationRefusal.unknownConversation
            }
            try EditRefusal.check(conversation.version, in: versions)
            guard let event = try work(conversation, now, transaction) else { return }
            try ConversationStore.setStatus(
                try ConversationMachine.next(conversation.status, event), of: id, at: now,
                transaction)
        }
    }

    /// Says what a conversation is about; nothing takes the subject away.
    package func setSubject(
        _ subject: String, of id: ConversationID, from versions: Set<Int>? = nil,
        by staff: Staff, receipt: Receipt<Void>? = nil
    ) async throws {
        try staff.require(.converse)
        guard subject.count <= ConversationLimits.subjectLength else {
            throw ConversationRefusal.subjectTooLong(limit: ConversationLimits.subjectLength)
        }
        let now = world.now()
        try await database.write(staff.workspace, by: staff.origin, receipt) { transaction in
            guard let conversation = try ConversationStore.lock(id, transaction) else {
                throw ConversationRefusal.unknownConversation
            }
            let subject = InboxDesk.subject(subject)
            guard conversation.subject != subject else { return }
            try EditRefusal.check(conversation.version, in: versions)
            try ConversationStore.setSubject(subject, of: id, at: now, transaction)
        }
    }
}
