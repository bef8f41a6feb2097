package import Base
package import Domain
import Jobs
package import Store

/// Somebody who does something about events: a name for its place in the log, and a pure function
/// from an event to the jobs that follow from it.
///
/// A new subscriber begins with the oldest event. What it asks for goes into the outbox in the
/// transaction that moves its place, so that each event has its effects once.
package struct EventSubscriber: Sendable {
    /// Never given to another: the place is kept under it.
    package let name: String
    package let effects: @Sendable (Event) -> [EventEffect]

    package init(_ name: String, _ effects: @escaping @Sendable (Event) -> [EventEffect]) {
        self.name = name
        self.effects = effects
    }
}

/// A job that follows from an event.
package struct EventEffect: Sendable {
    fileprivate let enqueue: @Sendable (World, _ key: String, Transaction) throws -> Void

    static func job<Payload: Codable & Sendable>(_ kind: JobKind<Payload>, _ payload: Payload)
        -> EventEffect
    {
        EventEffect { world, key, transaction in
            try kind.enqueue(payload, world, key: key, transaction)
        }
    }
}

/// Runs subscribers beside the worker. Several processes may: one at a time works for each name.
package struct EventSubscriptions: Service {
    package let name = "event subscribers"
    private let subscribers: [EventSubscriber]
    private let database: Database
    private let world: World
    private let logger: Logger
    private let listen: EventListening

    /// Events that one transaction deals with.
    package static let batch = 200
    static let retryPause = Duration.milliseconds(500)
    static let waitPause = Duration.milliseconds(20)

    package init(
        _ subscribers: [EventSubscriber], database: Database, world: World, logger: Logger,
        listen: @escaping EventListening
    ) {
        self.subscribers = subscribers
        self.database = database
        self.world = world
        self.logger = logger
        self.listen = listen
    }

    package func run() async throws {
        try await EventRounds(listen: listen).run {
            while !Task.isCancelled {
                do {
                    guard try await catchUp() else { return }
                    try await world.sleep(EventSubscriptions.waitPause)
                } catch let fault as any Fault {
                    logger.debug("events are dealt with later", ["cause": .failure(fault)])
                    try await world.sleep(EventSubscriptions.retryPause)
                }
            }
        }
    }

    /// Brings every subscriber as far as can be; gives whether something must be waited for.
    @discardableResult
    package func catchUp() async throws -> Bool {
        var waits = false
        for subscriber in subscribers {
            var step = EventStep.moved(0)
            while case .moved = step, !Task.isCancelled {
                step = try await self.step(subscriber)
            }
            // Whoever works elsewhere under the name may end before it has seen what we were rung for.
            if step == .elsewhere || step == .idle(waits: true) { waits = true }
        }
        return waits
    }

    private func step(_ subscriber: EventSubscriber) async throws -> EventStep {
        let world = world
        return try await database.followEvents(
            as: subscriber.name, limit: EventSubscriptions.batch
        ) { event, transaction in
            for (number, effect) in subscriber.effects(event).enumerated() {
                try effect.enqueue(
                    world, "\(subscriber.name)-\(event.position.text)-\(number)", transaction)
            }
        }
    }
}
