package import Base
import Domain
package import Jobs
package import Store

/// How use cases put work off: in the transaction that causes it.
extension JobKind {
    /// Puts a job into the outbox; false when the workspace has, or lately had, one with the same key.
    ///
    /// - Parameters:
    ///   - key: lets the same work in once, and names the job for `withdraw`.
    ///   - runAfter: when it may be begun; nil is at once.
    ///   - notAfter: when the job is worthless and shall not be begun any more.
    @discardableResult
    package func enqueue(
        _ payload: Payload, _ world: World, key: String? = nil, at runAfter: Instant? = nil,
        notAfter: Instant? = nil, _ transaction: Transaction
    ) throws -> Bool {
        let job = try job(
            payload, id: ID(world.uuid()), workspace: transaction.workspace.uuid, key: key,
            runAfter: runAfter, notAfter: notAfter)
        return try Outbox.enqueue(job, at: world.now(), in: transaction.connection)
    }

    /// Lets queued jobs with the same serial key run now, whatever they wait for; false without any.
    package func runNow(
        _ payload: Payload, _ world: World, _ transaction: Transaction
    ) throws -> Bool {
        guard let key = serialKey(payload) else { return false }
        return try Outbox.runNow(
            serialKey: key, lane: lane.name, workspace: transaction.workspace.uuid,
            at: world.now(), in: transaction.connection) > 0
    }

    /// Drops the job with this key when it has not begun; its key is free again.
    package func withdraw(key: String, _ transaction: Transaction) throws {
        try Outbox.withdraw(
            keys: [key], workspace: transaction.workspace.uuid, in: transaction.connection)
    }
}

extension Lease {
    /// Marks the job done with this transaction.
    func finish(_ transaction: Transaction) throws {
        try finish(in: transaction.connection)
    }

    /// Makes sure that the job is still ours while this transaction lasts.
    func hold(_ transaction: Transaction) throws {
        try hold(in: transaction.connection)
    }
}

/// How the first releases stored a job: one member named for the kind, and in it what the job carries.
struct FirstPayload<Content: Decodable>: Decodable {
    let content: Content

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not one kind of work"))
        }
        content = try container.decode(Content.self, forKey: key)
    }
}

/// What `FirstPayload` holds where a job carries one value.
struct FirstValue<Value: Decodable>: Decodable {
    let value: Value

    private enum CodingKeys: String, CodingKey {
        case value = "_0"
    }
}
