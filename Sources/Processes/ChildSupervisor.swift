import Base

/// Starts one child, starts it again when it dies, and stops it.
final class ChildSupervisor: Sendable {
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
            let end = await end(of: child)
            if state.withLock({ $0.stopping }) { return }
            if world.now() - startedAt > Self.provenAfter { failures = 0 }
            let why = end.hung ? "gave no answer and " : ""
            record("\(supervised.name) \(why)\(end.termination). \(child.lastLines)")
            repeat {
                guard await pause(afterFailures: failures) else { return set(.stopped) }
                failures += 1
                startedAt = world.now()
            } while await !startedAgain()
        }
    }

    private enum Ending {
        case ended(Termination)
        /// It runs and gives no answer.
        case hung
        /// Nobody wants to know any more.
        case unwatched
    }

    /// Waits until the child has ended; one that gives no answer any more is killed.
    private func end(of child: Child) async -> (termination: Termination, hung: Bool) {
        guard let liveness = supervised.liveness else { return (await child.wait(), false) }
        return await withTaskGroup(of: Ending.self) { group in
            group.addTask { .ended(await child.wait()) }
            group.addTask { await self.watch(child, liveness) }
            var hung = false
            while let ending = await group.next() {
                switch ending {
                case .ended(let termination):
                    group.cancelAll()
                    return (termination, hung)
                case .hung:
                    hung = true
                    // It would not hear a polite request either.
                    child.send(.kill)
                case .unwatched: break
                }
            }
            return (await child.wait(), hung)
        }
    }

    /// Asks until the child owes too many answers in a row.
    private func watch(_ child: Child, _ liveness: Supervised.Liveness) async -> Ending {
        var missed = 0
        while missed < liveness.failures {
            let pause = missed == 0 ? liveness.interval : liveness.pause
            do { try await world.sleep(pause) } catch { return .unwatched }
            missed = await answers(child, within: liveness.patience) ? 0 : missed + 1
            let isStopping = state.withLock { $0.stopping }
            if child.termination != nil || Task.isCancelled || isStopping { return .unwatched }
        }
        return .hung
    }

    private func answers(_ child: Child, within patience: Duration) async -> Bool {
        let isReady = supervised.isReady
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { await isReady(child.processID) }
            group.addTask {
                // Cancelled when the child was faster.
                try? await Task.sleep(for: patience)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
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
            record(error.description)
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

    private func record(_ failure: String) {
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
