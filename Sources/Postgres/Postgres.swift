// PostgreSQL over libpq: connections, pool, `SQL` with interpolation as binding, rows, transactions,
// COPY, migrations, listen/notify.
//
// Every connection of a pool owns a thread. Work is a synchronous closure that runs there, so a
// transaction is one hop, the connection never leaves its thread (it is not Sendable), and libpq
// never blocks the cooperative pool:
//
//     task ── run { connection in … } ──▶ queue ──▶ worker thread ── libpq ──▶ server
//          ◀────────── value ──────────────────────┘   ▲ poll on socket + interrupt
//     cancellation, deadline ──────────────────────────┘ then PQcancel
//
// Values travel in the binary format both ways. Errors are codes (`SQLState`) and constraint names;
// the server's words are kept from logs, since they may quote what people wrote.
//
// It builds no SQL, maps no objects, and knows no table but the migrations' ledger.
