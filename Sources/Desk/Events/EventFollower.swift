package import Base
package import Domain
package import Store

/// Tells one process of everything that is recorded, in the order of the log, each event once.
///
/// The place is kept in memory: who needs to know of what was recorded while the process was down
/// reads the log itself, or is a subscriber.
package struct EventFollower: Service {
    package let name = "events"
    private let database: Database
    private let world: World
    private let logger: Logger
    private let listen: EventListening
    private let tell: @Sendable ([Event]) -> Void
    private let tellGap: @Sendable () -> Void

    /// Events that are read at a time.
    package static let batch = 500
    /// Whoever is further behind is told to look at everything instead.
    package static let behindLimit = 20
    static let retryPause = Duration.milliseconds(500)
    static let waitPause = Duration.milliseconds(10)

    /// - Parameters:
    ///   - tell: is given the events as they can be read.
    ///   - tellGap: is called when events were not told: at the start, and after falling far behind.
    package init(
        database: Database, world: World, logger: Logger, listen: @escaping EventListening,
        tell: @escaping @Sendable ([Event]) -> Void, tellGap: @escaping @Sendable () -> Void
    ) {
        self.database = database
        self.world = world
        self.logger = logger
        self.listen = listen
        self.tell = tell
        self.tellGap = tellGap
    }

    package func run() async throws {
        let place = Lock<EventPosition?>(nil)
        try await EventRounds(listen: listen).run { try await follow(place) }
    }

    /// Reads on until there is nothing more; a database that is away is asked again.
    private func follow(_ place: Lock<EventPosition?>) async throws {
        var batches = 0
        while !Task.isCancelled {
            do {
                guard let last = place.withLock({ $0 }), batches < EventFollower.behindLimit else {
                    let end = try await database.beforeTenant { try $0.lastEvent() }
                    place.withLock { $0 = end }
                    batches = 0
                    tellGap()
                    continue
                }
                let unreadable = database.unreadable
                let (events, waits) = try await database.beforeTenant { lookup in
                    // In this order: what is recorded after the second question has its own notice.
                    let events = try lookup.events(
                        after: last, limit: EventFollower.batch, unreadable: unreadable)
                    return (events, try lookup.isEventWaiting())
                }
                if let newest = events.last {
                    place.withLock { $0 = newest.position }
                    tell(events)
                }
                if events.count == EventFollower.batch {
                    batches += 1
                } else if waits {
                    try await world.sleep(EventFollower.waitPause)
                } else {
                    return
                }
            } catch let fault as any Fault {
                logger.debug("events are read later", ["cause": .failure(fault)])
                try await world.sleep(EventFollower.retryPause)
            }
        }
    }
}
