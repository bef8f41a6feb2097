// The rules of a front desk as values and pure functions, by subject: machines, policies, ports.
//
// `(state, event, context) -> (state, effects)`. No clock, no ids, no database, no network: they come
// in as values. Ports are structs of closures that the outer floors fill in.
