package import Base

/// Where the database is, and the limits of every session with it.
package struct PostgresOptions: Sendable {
    /// A libpq connection string or URI.
    package var url: Secret
    package var applicationName = "frontdesk"
    package var connectTimeoutSeconds = 5
    /// How long a server may be silent while an answer is waited for: then the statement is stopped,
    /// and a server that does not even do that loses the session. Every byte begins it anew. Nil
    /// waits for ever, which only a migration may.
    package var answerLimit: Duration? = .seconds(5)
    /// The server stops a statement after this long; zero never does.
    package var statementTimeout: Duration = .seconds(30)
    /// The server ends a session that sleeps inside a transaction for this long.
    package var idleInTransactionTimeout: Duration = .seconds(60)
    package var statementCacheLimit = 256

    package init(url: Secret) {
        self.url = url
    }
}
