// The outbox: effects written in the transaction that caused them, run later by lanes.
//
// A lane claims with `for update skip locked`, works outside any transaction under a lease, and
// finishes only if the lease is still its own. Bounded back-off, then parked for a person.
