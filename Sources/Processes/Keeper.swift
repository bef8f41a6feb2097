import Base

/// Starts one child, starts it again when it dies, and stops it.
final class Keeper: Sendable {
    private let supervised: Supervised
    private let world: World
    private let logger: Logger
    private let state: Lock<State>

    private struct State {
        var status: Supervised.Status
        var child: Child?
        var stopping = false
    }

    private static let longestPause = Duration.seconds(30)
    /// A child that was ready for this long starts afresh in the count of pauses.
    private static let provenAfter = Duration.seconds(60)
    private static let probePause = Duration.milliseconds(10)

    init(_ supervised: Supervised, world: World, logger: Logger) {
        self.supervised = supervised
        self.world = world
        self.logger = logger
        state = Lock(State(status: Supervised.Status(name: supervised.name)))
    }

    var status: Supervised.Status { state.withLock { $0.status } }

    func firstStart() async throws(ProcessFault) {
        do { try await start() } catch {
            set(.stopped)
            throw error
        }
    }

    /// Waits for the child's end and starts it again, until it is told to stop.
    ///
    /// Cancellation does not stop the child: whoever works with it is to end first.
    func keep() async {
        var failures = 0
        var startedAt = world.now()
        while let child = state.withLock({ $0.child }) {
            let termination = await child.wait()
            if state.withLock({ $0.stopping }) { return }
            if world.now() - startedAt > Self.provenAfter { failures = 0 }
            note("\(supervised.name) \(termination). \(child.lastLines)")
            repeat {
                guard await pause(afterFailures: failures) else { return set(.stopped) }
                failures += 1
                startedAt = world.now()
            } while await !startedAgain()
        }
    }

    /// Ends the child, and waits until it is gone.
    func stop() async {
        let child = state.withLock { state in
            state.stopping = true
            state.status.phase = .stopping
            return state.child
        }
        await child?.stop(grace: supervised.grace)
        state.withLock { state in
            state.status.phase = .stopped
            state.status.processID = nil
        }
    }

    /// Starts the child and waits until it is ready; if it is not, it is gone afterwards.
    private func start() async throws(ProcessFault) {
        set(.starting)
        let program = try await supervised.prepare()
        let child = try await Child.start(program)
        let mustStop = state.withLock { state in
            state.child = child
            state.status.processID = child.processID
            return state.stopping
        }
        if mustStop { await child.stop(grace: supervised.grace) }
        let deadline = ContinuousClock.now + supervised.readyWithin
        while await !supervised.isReady(child.processID) {
            if let termination = child.termination {
                throw .ended(
                    program: supervised.name, termination, lastLines: child.lastLines)
            }
            if ContinuousClock.now > deadline {
                await child.stop(grace: supervised.grace)
                throw .notReady(
                    program: supervised.name, limit: supervised.readyWithin,
                    lastLines: child.lastLines)
            }
            do { try await Task.sleep(for: Self.probePause) } catch {
                await child.stop(grace: supervised.grace)
                throw .cancelled(program: supervised.name)
            }
        }
        state.withLock { if !$0.stopping { $0.status.phase = .ready } }
        logger.info(
            "a child is ready",
            ["child": .text(supervised.name), "process": .integer(Int(child.processID))])
    }

    /// True when it runs again, or shall not.
    private func startedAgain() async -> Bool {
        if state.withLock({ $0.stopping }) { return true }
        state.withLock { $0.status.restarts += 1 }
        do {
            try await start()
            return true
        } catch {
            if state.withLock({ $0.stopping }) { return true }
            note(error.description)
            return false
        }
    }

    /// None before the first restart, then 0.2 s, doubling; false when nobody wants the child.
    private func pause(afterFailures failures: Int) async -> Bool {
        guard failures > 0 else { return !Task.isCancelled }
        let pause = min(Self.longestPause, .milliseconds(100 << min(failures, 16)))
        do { try await world.sleep(pause) } catch { return false }
        return state.withLock { !$0.stopping }
    }

    private func set(_ phase: Supervised.Status.Phase) {
        state.withLock { state in
            if !state.stopping { state.status.phase = phase }
        }
    }

    private func note(_ failure: String) {
        state.withLock { state in
            state.status.phase = .restarting
            state.status.processID = nil
            state.status.lastFailure = failure
        }
        logger.warning(
            "a child ended and is started again",
            ["child": .text(supervised.name), "failure": .text(failure)])
    }
}
