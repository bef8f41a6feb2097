// The outbox: effects written in the transaction that caused them, run later by lanes.
//
// A column declares its kinds of work (`JobKind`) and registers a handler for each with the worker.
// A worker claims with `for update skip locked`, works outside any transaction under a lease, and
// finishes only if the lease is still its own. Bounded back-off, then parked for a person.
