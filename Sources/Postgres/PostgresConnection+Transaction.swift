import CPostgres

/// How much a transaction is shielded from others.
package enum Isolation: String, Sendable {
    case readCommitted = "read committed"
    case repeatableRead = "repeatable read"
    case serializable
}

extension PostgresConnection {
    /// Runs the body in a transaction: all of it is stored, or nothing.
    ///
    /// Inside another one it is a savepoint, whose failure leaves the outer one usable; isolation
    /// and `readOnly` are then those of the outer one.
    @discardableResult
    package func transaction<Value>(
        isolation: Isolation = .readCommitted, readOnly: Bool = false,
        _ body: (PostgresConnection) throws -> Value
    ) throws -> Value {
        if transactionDepth > 0 { return try savepoint(body) }
        if interrupt.isRequested { throw CancellationError() }
        try control(
            "begin isolation level \(isolation.rawValue)" + (readOnly ? " read only" : ""),
            stoppable: true)
        transactionDepth = 1
        let value: Value
        do {
            value = try body(self)
        } catch {
            transactionDepth = 0
            rollBack()
            throw error
        }
        transactionDepth = 0
        let result: ResultOwner
        do {
            if interrupt.isRequested { throw CancellationError() }
            statementsStoring += 1
            result = try control("commit")
        } catch {
            rollBack()
            throw error
        }
        // A commit after a statement that failed and was not noticed rolls back without an error.
        let tag = withExtendedLifetime(result) {
            PQcmdStatus(result.pointer).map { String(cString: $0) }
        }
        guard tag == "COMMIT" else { throw PostgresError.transactionAborted }
        return value
    }

    private func savepoint<Value>(_ body: (PostgresConnection) throws -> Value) throws -> Value {
        let name = "level\(transactionDepth)"
        try begin()
        try control("savepoint \(name)")
        transactionDepth += 1
        defer { transactionDepth -= 1 }
        do {
            let value = try body(self)
            try control("release savepoint \(name)")
            return value
        } catch {
            if !isBroken { try control("rollback to savepoint \(name); release savepoint \(name)") }
            throw error
        }
    }

    /// Ends whatever transaction is open; a session that cannot even do that is given up.
    func rollBack() {
        guard !isBroken, PQtransactionStatus(handle) != PQTRANS_IDLE else { return }
        do {
            try control("rollback")
        } catch {
            markBroken()
        }
    }
}
