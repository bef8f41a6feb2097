// The rules of the house as tests: each failure says which file broke which rule, and what to do
// instead. An exception stands in the test, with its reason.
