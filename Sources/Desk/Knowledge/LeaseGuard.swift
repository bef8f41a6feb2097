package import Store

/// What a step needs of the job that it belongs to.
package struct LeaseGuard: Sendable {
    /// Makes sure that the job is still ours while this transaction lasts.
    package var check: @Sendable (Transaction) throws -> Void
    /// Completes the job with this transaction.
    package var finish: @Sendable (Transaction) throws -> Void

    package init(
        check: @escaping @Sendable (Transaction) throws -> Void,
        finish: @escaping @Sendable (Transaction) throws -> Void
    ) {
        self.check = check
        self.finish = finish
    }
}
