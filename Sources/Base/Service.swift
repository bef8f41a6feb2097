/// Something long-lived: `run` returns when it is done and throws when it cannot go on.
///
/// Cancellation of the surrounding task asks it to stop: it refuses new work, finishes or gives
/// back what it holds, and returns.
package protocol Service: Sendable {
    var name: String { get }
    func run() async throws
}
