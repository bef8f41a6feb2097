package import Base
package import Foundation
package import Postgres

/// One kind of background work: its name in the table, its lane, what it carries and how patiently
/// it is tried. The column that it belongs to declares it, and gives it a handler.
///
/// What a job carries (`Payload`) is a hand-written wire type. It is stored with the version of its
/// spelling, and jobs that an earlier release stored are read by `earlier`, since they may be waiting
/// while the program is replaced.
///
///     static let reminder = JobKind<ReminderJob>(
///         "reminder", title: "Remind a customer", lane: .send, version: 1)
///     try reminder.enqueue(ReminderJob(booking: id), world, at: start - .hours(24), transaction)
package struct JobKind<Payload: Codable & Sendable>: Sendable {
    package let name: String
    /// What people read where they see to it: "Send a text".
    package let title: String
    package let lane: Lane
    /// The version that is written.
    package let version: Int
    /// After so many attempts a job is parked for a person.
    package let attempts: Int
    package let backoff: Backoff
    /// How long a key stays used after the last moment of its job, whatever became of the job. Nil is
    /// only as long as the job's own row, which is removed some minutes after its end.
    package let keyLifetime: Duration?
    /// Jobs with the same serial key run one at a time, those that are due in the order of their
    /// making.
    private let serial: @Sendable (Payload) -> String?
    private let earlier: @Sendable (Int, StoredPayload) throws -> Payload

    /// - Parameters:
    ///   - title: the name in words, when left out.
    ///   - keyLifetime: given where doing something twice would be seen outside, such as a text.
    ///   - serial: the serial key of a payload; without one nothing waits for anything.
    ///   - earlier: reads a payload that was written in an earlier version than `version`.
    package init(
        _ name: String, title: String? = nil, lane: Lane, version: Int,
        attempts: Int = JobHandler.usualAttempts,
        backoff: Backoff = Backoff(), keyLifetime: Duration? = nil,
        serial: @escaping @Sendable (Payload) -> String? = { _ in nil },
        earlier: @escaping @Sendable (Int, StoredPayload) throws -> Payload = { version, _ in
            throw UnreadablePayload(version: version)
        }
    ) {
        precondition(version > 0 && attempts > 0, "versions and attempts count from 1")
        self.name = name
        self.title =
            title ?? name.prefix(1).uppercased() + name.dropFirst().replacing("_", with: " ")
        self.lane = lane
        self.version = version
        self.attempts = attempts
        self.backoff = backoff
        self.keyLifetime = keyLifetime
        self.serial = serial
        self.earlier = earlier
    }

    /// A job of this kind, to be put into the outbox.
    package func job(
        _ payload: Payload, id: ID<Job>, workspace: UUID, key: String? = nil,
        runAfter: Instant? = nil, notAfter: Instant? = nil
    ) throws -> NewJob {
        NewJob(
            id: id, workspace: workspace, lane: lane.name, kind: name,
            payload: try SQLJSON(Stored(v: version, payload: payload)), key: key,
            serialKey: serial(payload), runAfter: runAfter, notAfter: notAfter,
            keyLifetime: keyLifetime)
    }

    /// The serial key of jobs with this payload.
    package func serialKey(_ payload: Payload) -> String? { serial(payload) }

    /// Reads what was stored in this version or an earlier one.
    ///
    /// Throws `NewerPayload`, with which the job is tried again, for one of a later release: during an
    /// upgrade another server can do it.
    package func read(_ stored: SQLJSON) throws -> Payload {
        let written = try stored.value(as: Mark.self).v ?? 1
        if written == version { return try stored.value() }
        if written > version { throw NewerPayload() }
        return try earlier(written, StoredPayload(json: stored))
    }

    /// Gives the kind its handler.
    ///
    /// The handler's return finishes the job; to make result and completion one transaction it calls
    /// `lease.finish(in:)` itself. Throwing retries with back-off, except that a `Refusal`, a
    /// `DecodingError`, a fault that is not retryable and a `PermanentFailure` park the job at once,
    /// and a `RetryLater` costs no attempt.
    ///
    /// - Parameter unreadable: called before a job is parked because its payload cannot be read, where
    ///   somebody waits for it.
    package func handler(
        unreadable: @escaping @Sendable (Job) async throws -> Void = { _ in },
        _ run: @escaping @Sendable (Payload, Job, Lease) async throws -> Void
    ) -> JobHandler {
        JobHandler(name, title: title, lane: lane, attempts: attempts, backoff: backoff) {
            job, lease in
            let payload: Payload
            do {
                payload = try read(job.payload)
            } catch {
                if !(error is NewerPayload) { try await unreadable(job) }
                throw error
            }
            try await run(payload, job, lease)
        }
    }

    /// The version beside the payload's own members. Without it, it is the first: the releases of
    /// that time wrote none.
    private struct Mark: Decodable {
        let v: Int?
    }

    private struct Stored: Encodable {
        let v: Int
        let payload: Payload

        private enum Key: String, CodingKey {
            case v
        }

        func encode(to encoder: any Encoder) throws {
            try payload.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(v, forKey: .v)
        }
    }
}

/// A payload as an earlier release wrote it, for rooms that know no SQL.
package struct StoredPayload: Sendable {
    let json: SQLJSON

    package func value<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try json.value(as: type)
    }
}

/// What runs the jobs of one kind.
package struct JobHandler: Sendable {
    package typealias Run = @Sendable (Job, Lease) async throws -> Void

    package let kind: String
    package let title: String
    package let lane: Lane
    let attempts: Int
    let backoff: Backoff
    let run: Run

    /// Some minutes of trying.
    package static let usualAttempts = 8

    package init(
        _ kind: String, title: String = "", lane: Lane,
        attempts: Int = JobHandler.usualAttempts, backoff: Backoff = Backoff(), run: @escaping Run
    ) {
        self.kind = kind
        self.title = title
        self.lane = lane
        self.attempts = attempts
        self.backoff = backoff
        self.run = run
    }

    /// For a kind that this process does not know: one of another release may, so it is tried again
    /// for some minutes and then parked, where it is seen.
    static func unknown(_ kind: String, lane: Lane) -> JobHandler {
        JobHandler(kind, lane: lane) { _, _ in throw UnknownJobKind() }
    }
}

/// No handler for the kind is registered here.
struct UnknownJobKind: Fault, CustomStringConvertible {
    var retryable: Bool { true }
    var description: String { "this version of the program does not know this kind of work" }
}

/// A later release wrote the payload.
package struct NewerPayload: Fault, CustomStringConvertible {
    package var retryable: Bool { true }
    package var description: String { "a newer version of the program stored this" }
}

/// No reader for the version is there.
package struct UnreadablePayload: Fault, CustomStringConvertible {
    package let version: Int
    package var retryable: Bool { false }
    package var description: String { "stored in version \(version), which cannot be read" }

    package init(version: Int) {
        self.version = version
    }
}
