// Words that every room needs and nothing else: ids, instants and calendar values, the world
// (time, ids, chance), refusals and faults, configuration, logging, metrics, services.
//
// It knows no table, no protocol and no business rule. What is here must be understandable to
// every floor above; what only one room needs belongs in that room.
