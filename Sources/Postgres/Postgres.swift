// PostgreSQL over libpq: connections, pool, `SQL` with interpolation as binding, rows, transactions,
// migrations, listen/notify.
//
// Every connection owns a thread. Work is a synchronous closure that runs there, so a transaction is
// one hop and libpq never blocks the cooperative pool.
