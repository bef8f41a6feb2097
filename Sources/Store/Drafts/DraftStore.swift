package import Base
package import Domain
import Postgres

/// Replies that wait for a person. At most one is open in a conversation.
package enum DraftStore {
    /// Adds a draft that is ready; an older open one of the conversation is superseded.
    package static func insert(_ draft: Draft, at now: Instant, _ transaction: Transaction) throws {
        try supersedeOpen(of: draft.conversation, at: now, transaction)
        _ = try transaction.connection.execute(
            """
            insert into draft
                (workspace_id, draft_id, conversation_id, status, text, proposed_text, citations,
                 commands, effects, warnings, intent, confidence, basis, version,
                 created_at, updated_at)
            values (\(transaction.workspace), \(draft.id), \(draft.conversation), \(draft.status),
                \(draft.text), \(draft.text), \(try SQLJSON(draft.citations, as: StoredCitations.self)),
                \(try SQLJSON(draft.commands, as: StoredCommands.self)),
                \(try SQLJSON(draft.effects, as: StoredEffects.self)),
                \(try SQLJSON(draft.warnings, as: StoredWarnings.self)),
                \(draft.intent), \(draft.confidence),
                \(try SQLJSON(draft.basis, as: StoredDraftBasis.self)), 1, \(now), \(now))
            """)
        try transaction.record(
            DraftEvents.made, of: draft.id,
            [
                "conversation": .text(draft.conversation.description),
                "answers": .whole(draft.basis.lastInboundNumber),
            ], at: now)
    }

    /// Supersedes the draft that stands; `cause` is kept where it was approved and not yet sent.
    package static func supersedeOpen(
        of conversation: ConversationID, cause: String? = nil, at now: Instant,
        _ transaction: Transaction
    ) throws {
        let superseded = try transaction.connection.query(
            """
            update draft
            set status = 'superseded', version = version + 1, updated_at = \(now), sends_at = null,
                not_sent = case when status = 'scheduled' then \(cause) end
            where workspace_id = \(transaction.workspace) and conversation_id = \(conversation)
                and status in ('generating', 'ready', 'claimed', 'edited', 'scheduled')
            returning draft_id
            """)
        for row in superseded {
            try transaction.record(
                DraftEvents.superseded, of: try row.decode("draft_id", as: DraftID.self),
                ["conversation": .text(conversation.description)], at: now)
        }
    }

    /// Supersedes an approved draft without reading it; gives its conversation, nil when it no
    /// longer waits at this version.
    package static func giveUp(
        _ id: DraftID, version: Int, cause: String, at now: Instant, _ transaction: Transaction
    ) throws -> ConversationID? {
        let row = try transaction.connection.query(
            """
            update draft
            set status = 'superseded', version = version + 1, updated_at = \(now), sends_at = null,
                not_sent = \(cause)
            where workspace_id = \(transaction.workspace) and draft_id = \(id)
                and status = 'scheduled' and version = \(Int32(version))
            returning conversation_id
            """
        ).oneOrNone()
        guard let row else { return nil }
        let conversation: ConversationID = try row.decode("conversation_id")
        try transaction.record(
            DraftEvents.superseded, of: id, ["conversation": .text(conversation.description)],
            at: now)
        return conversation
    }

    /// Why the approved reply was not sent in whose place the next draft comes; nil when there is
    /// none since the last answer.
    package static func notSent(
        in conversation: ConversationID, after answered: Int, _ reader: Reader
    ) throws -> String? {
        try reader.connection.query(
            """
            select not_sent from draft
            where workspace_id = \(reader.workspace) and conversation_id = \(conversation)
                and not_sent is not null
                and \(lastInbound) > \(Int32(answered))
            order by created_at desc, draft_id desc limit 1
            """
        ).oneOrNone()?.decode("not_sent")
    }

    package static func find(_ id: DraftID, _ reader: Reader) throws -> Draft? {
        try drafts("draft_id = \(id)", reader).first
    }

    /// Reads a draft and keeps others from deciding about it until this work is done.
    package static func lock(_ id: DraftID, _ transaction: Transaction) throws -> Draft? {
        try drafts("draft_id = \(id) for update", transaction.reader).first
    }

    package static func open(
        in conversation: ConversationID, _ reader: Reader
    ) throws -> Draft? {
        try drafts(
            "conversation_id = \(conversation) and status in ('ready', 'claimed', 'edited')", reader
        ).first
    }

    /// The draft that answers the conversation for now: open, or about to leave.
    package static func standing(
        in conversation: ConversationID, _ reader: Reader
    ) throws -> Draft? {
        try drafts(
            """
            conversation_id = \(conversation)
                and status in ('ready', 'claimed', 'edited', 'scheduled')
            """, reader
        ).first
    }

    /// Who said yes to an approved draft, and whether in other words than were proposed.
    package static func approval(
        of id: DraftID, _ reader: Reader
    ) throws -> (account: AccountID, isEdited: Bool)? {
        let row = try reader.connection.query(
            """
            select decided_by, text <> proposed_text as edited from draft
            where workspace_id = \(reader.workspace) and draft_id = \(id)
                and decided_by is not null
            """
        ).oneOrNone()
        return try row.map { (try $0.decode("decided_by"), try $0.decode("edited")) }
    }

    /// A draft with what the queue shows beside it.
    package struct Listed: Sendable {
        package let draft: Draft
        package let contact: Contact
        package let channel: Channel
        package let lastMessage: String
        package let waitingSince: Instant
    }

    /// Drafts of a status, the one that has waited longest first; `ready` stands for all open ones.
    package static func page(
        status: DraftStatus, after cursor: PageCursor?, limit: Int, _ reader: Reader
    ) throws -> Page<Listed> {
        // In so many words, so that the index of those that wait is seen to fit.
        let wanted: SQL =
            status == .ready
            ? "status in ('ready', 'claimed', 'edited')" : "status = \(status.rawValue)"
        let position: SQL =
            cursor.map { "and (created_at, draft_id) > (\($0.at), \($0.id)::uuid)" } ?? ""
        // The page is cut before anything is joined to it, and the message's number is read inside:
        // under row-level security no index is asked for what `->>` gives.
        let rows = try reader.connection.query(
            """
            select d.*, \(ContactStore.columns), v.channel, coalesce(m.content, '') as content,
                coalesce(m.created_at, d.created_at) as waiting_since
            from (
                select *, \(lastInbound) as last_inbound from draft
                where workspace_id = \(reader.workspace) and \(wanted) \(position)
                order by created_at, draft_id limit \(limit + 1)
            ) d
            join conversation v using (workspace_id, conversation_id)
            join contact c using (workspace_id, contact_id)
            left join message m on m.workspace_id = d.workspace_id
                and m.conversation_id = d.conversation_id
                and m.number = d.last_inbound
            order by d.created_at, d.draft_id
            """)
        let items = try rows.prefix(limit).map { row in
            Listed(
                draft: try draft(row, reader), contact: try ContactStore.contact(row),
                channel: try row.decode("channel"), lastMessage: try row.decode("content"),
                waitingSince: try row.decode("waiting_since"))
        }
        let last = items.last?.draft
        let next =
            rows.count > limit
            ? last.map { PageCursor(at: $0.createdAt, id: $0.id.description).text } : nil
        return Page(items: items, next: next)
    }

    package static func openCount(_ reader: Reader) throws -> Int {
        try reader.connection.query(
            """
            select count(*) as count from draft
            where workspace_id = \(reader.workspace) and status in ('ready', 'claimed', 'edited')
            """
        ).one().decode("count")
    }

    /// Stores the outcome of an event that the machine has allowed.
    package static func update(
        _ draft: Draft, to status: DraftStatus, text: String? = nil, by account: AccountID?,
        reason: String? = nil, sendsAt: Instant? = nil, at now: Instant,
        _ transaction: Transaction
    ) throws {
        let decided = [.scheduled, .approved, .rejected].contains(status)
        let claimed = status == .claimed ? account : nil
        let stored = try transaction.connection.query(
            """
            update draft
            set status = \(status), text = coalesce(\(text), text), claimed_by = \(claimed),
                decided_by = case when \(decided) then \(account) else decided_by end,
                reason = coalesce(\(reason), reason), sends_at = \(sendsAt),
                version = version + 1, updated_at = \(now)
            where workspace_id = \(transaction.workspace) and draft_id = \(draft.id)
                and version = \(Int32(draft.version))
            returning text <> proposed_text as edited
            """
        ).oneOrNone()
        guard let stored else { throw DraftRefusal.versionChanged(current: draft.version) }
        for kind in DraftEvents.kinds(from: draft.status, to: status) {
            try transaction.record(
                kind, of: draft.id,
                [
                    "conversation": .text(draft.conversation.description),
                    "edited": .flag(try stored.decode("edited")),
                ], at: now)
        }
    }

    private static func drafts(_ condition: SQL, _ reader: Reader) throws -> [Draft] {
        try reader.connection.query(
            "select * from draft where workspace_id = \(reader.workspace) and \(condition)"
        ).map { try draft($0, reader) }
    }

    /// The number of the newest message that a draft answers; null where the basis holds no number
    /// that fits, because a cast that fails would cost the whole list.
    private static let lastInbound: SQL = """
        (jsonb_path_query_first(
            coalesce(basis -> 'last_inbound_number', basis -> 'last_inbound'),
            '$ ? (@.type() == "number" && @ >= 0 && @ <= 2147483647)'
        ))::int
        """

    /// A draft whose proposal cannot be read still has its words, and can be drafted again.
    private static func draft(_ row: PostgresRow, _ reader: Reader) throws -> Draft {
        let id: DraftID = try row.decode("draft_id")
        if let draft = try reader.decodable(.draft, id, { try draft(row) }) { return draft }
        return Draft.unreadable(
            id: id, conversation: try row.decode("conversation_id"),
            status: try row.decode("status"), text: try row.decode("text"),
            version: Int(try row.decode("version", as: Int32.self)),
            createdAt: try row.decode("created_at"))
    }

    private static func draft(_ row: PostgresRow) throws -> Draft {
        Draft(
            id: try row.decode("draft_id"), conversation: try row.decode("conversation_id"),
            status: try row.decode("status"), text: try row.decode("text"),
            citations: try row.stored("citations", as: StoredCitations.self),
            commands: try row.stored("commands", as: StoredCommands.self),
            effects: try row.stored("effects", as: StoredEffects.self),
            warnings: try row.stored("warnings", as: StoredWarnings.self),
            intent: try row.decode("intent"), confidence: try row.decode("confidence"),
            basis: try row.stored("basis", as: StoredDraftBasis.self),
            version: Int(try row.decode("version", as: Int32.self)),
            createdAt: try row.decode("created_at"), sendsAt: try row.decode("sends_at"),
            notSent: try row.decode("not_sent"))
    }
}
