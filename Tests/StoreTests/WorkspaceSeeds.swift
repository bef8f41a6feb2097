import Base
import Postgres

/// One row for every table, for a workspace by number; a new table needs a line here.
///
/// `{w}` is the workspace, `{n}` its number; ids are made of both, so that rows of different
/// workspaces differ in everything that is unique.
enum WorkspaceSeeds {
    static let draftBasis =
        #"{"last_inbound":1,"session":1,"outcome":"IDLE","spoken":[],"times":[]}"#

    static let masterKey = String(repeating: "0", count: 32)

    static func workspace(_ number: Int) -> String {
        "00000000-0000-7000-8000-00000000000\(number)"
    }

    static func id(_ number: Int, _ kind: String) -> String {
        "00000000-0000-7000-\(kind)-00000000000\(number)"
    }

    /// In an order in which what is referred to comes first.
    static let inOrder: [(table: String, sql: String)] = [
        (
            "workspace",
            """
            insert into workspace values ({w}, 'place-{n}', 'n', 'v', '', '', 'UTC', 'GBP', 'Ava', '',
                '{}', '{}', '{}', 1, {t})
            """
        ),
        (
            "account",
            "insert into account values ({w}, {a}, '{n}@x.example', 'n', 'owner', 'h', true, {t})"
        ),
        (
            "account_session",
            """
            insert into account_session values ({w}, {a}, {a}, 'api', '{n}', 'r{n}', {t}, {t}, {t})
            """
        ),
        (
            "event",
            """
            insert into event (workspace_id, at, "column", kind, subject, retention, actor_kind,
                payload)
            values ({w}, {t}, 'Accounts', 'account.added', '{n}', 'lasting', 'assistant', '{}')
            """
        ),
        (
            "credential_key",
            "insert into credential_key values ({w}, '\(masterKey)', 'wrapped {n}', {t})"
        ),
        (
            "credential",
            """
            insert into credential values ({w}, 'twilio', 'default', 'sealed, long enough for a tag {n}',
                {t})
            """
        ),
        (
            "event_seal",
            """
            insert into event_seal values ({w}, 'brief', 1, 1, 1, 1, {t}, '', '', '', {t}, null)
            """
        ),
        (
            "document",
            """
            insert into document values ({w}, {a}, 't', 'f', 'pdf', 1, 'sha{n}', 'ready', null, null,
                1, 1, {a}, 1, {t}, {t})
            """
        ),
        (
            "passage",
            """
            insert into passage (workspace_id, passage_id, document_id, generation_id, ordinal,
                text, start_offset, end_offset, embedded_text, model_id, embedding)
            values ({w}, {a}, {a}, {a}, 0, 'balayage', 0, 8, 'balayage', 'm', '[1,0]')
            """
        ),
        ("contact", "insert into contact values ({w}, {a}, 'n', {t})"),
        (
            "contact_address",
            """
            insert into contact_address values ({w}, {a}, {a}, 'phone', '+4420794600{n}', null, true,
                {t})
            """
        ),
        (
            "contact_move",
            "insert into contact_move values ({w}, {a}, 'split', {a}, {a}, {a}, {t})"
        ),
        (
            "contact_move_item",
            "insert into contact_move_item values ({w}, {a}, 'booking', {a})"
        ),
        (
            "portal_session",
            """
            insert into portal_session values ({w}, {a}, '+44207946001', 'n', {a}, 'c', 5, {t}, {t},
                'p{n}', {t}, {t})
            """
        ),
        (
            "portal_code",
            """
            insert into portal_code values ({w}, '+44207946001', {a}, 6, {t}, {t}, 1, null, 0, {t})
            """
        ),
        (
            "conversation",
            """
            insert into conversation values ({w}, {a}, {a}, 'web', 'assistant', 1, 1, 0, 'm', 1, {t},
                {t}, null, null, {a}, 'open')
            """
        ),
        (
            "message",
            "insert into message values ({w}, {a}, {a}, 1, 'customer', 'm', null, null, 'k', {t})"
        ),
        (
            "attachment",
            """
            insert into attachment values ({w}, {a}, {a}, 0, 'f', 'text/plain', 1,
                repeat('{n}', 64), {t})
            """
        ),
        (
            "delivery",
            """
            insert into delivery values ({w}, {a}, 'web', 'portal', '+4420794600{n}', {a}, {a},
                'delivered', null, 'p{n}', null, null, null, 1, {t}, {t})
            """
        ),
        (
            "booking_session",
            "insert into booking_session values ({w}, {a}, 'IDLE', '{}', null, 1, {t})"
        ),
        (
            "console_message",
            "insert into console_message values ({w}, {a}, '+1', 'console', 'm', 'k', {t})"
        ),
        (
            "idempotent_response",
            "insert into idempotent_response values ({w}, 'a', 'k', 'f', 200, '', {t})"
        ),
        (
            "service",
            """
            insert into service values ({w}, {a}, 0, 'n', '{}', '', 30, 0, 0, null, null, '', '',
                true)
            """
        ),
        (
            "staff_member",
            """
            insert into staff_member (workspace_id, staff_id, position, name, aliases, title,
                credentials, specialties, hours, is_active)
            values ({w}, {a}, 0, 'n', '{}', '', '', '', '{}', true)
            """
        ),
        ("service_staff", "insert into service_staff values ({w}, {a}, {a})"),
        (
            "booking",
            """
            insert into booking values ({w}, {a}, {a}, {a}, {a}, {t}, {t}::timestamptz + interval '1 h',
                'confirmed', null, 'REF', 1, {t}, {t})
            """
        ),
        (
            "booking_slot",
            """
            insert into booking_slot values ({w}, {a}, 900{n},
                tstzrange({t}, {t}::timestamptz + interval '1 h'), 'confirmed')
            """
        ),
        (
            "booking_notice",
            "insert into booking_notice values ({w}, {a}, {a}, {t}, {t}, {t})"
        ),
        (
            "draft",
            """
            insert into draft values ({w}, {a}, {a}, 'ready', 't', 't', '[]', '[]', '[]', 'greeting',
                1, '\(draftBasis)', 1, null, null, null, {t}, {t}, '[]')
            """
        ),
        (
            "outbox",
            """
            insert into outbox (id, workspace_id, lane, kind, payload, state, run_after, attempts,
                created_at)
            values ({a}, {w}, 'turn', 'k', '{}', 'queued', {t}, 0, {t})
            """
        ),
        ("job_once", "insert into job_once values ({w}, 'key {n}', 'k', {t})"),
    ]

    /// The seed of a table with everything filled in: ids and unique values of `number`, the
    /// workspace of `owner`.
    static func sql(_ template: String, number: Int, owner: Int? = nil) -> String {
        template.replacing("{w}", with: "'\(workspace(owner ?? number))'")
            .replacing("{a}", with: "'\(id(number, "a000"))'")
            .replacing("{t}", with: "'2026-11-20T10:00:00Z'")
            .replacing("{n}", with: String(number))
    }
}
