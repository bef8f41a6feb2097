// Use cases: what people and customers ask of the front desk, one folder for each subject.
//
// Reads facts, asks the domain what should happen, writes the outcome in one transaction. Only
// `Turns` composes subjects: drafting a reply and approving it are the two halves of a turn.
