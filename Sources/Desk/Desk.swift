// Use cases: what people and customers ask of the front desk, one folder for each subject.
//
// Reads facts, asks the domain what should happen, writes the outcome in one transaction. Only
// `Reception`, the turn of a conversation, composes subjects.
