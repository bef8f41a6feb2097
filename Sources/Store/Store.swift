// The tables, their migrations, and the queries that turn rows into domain values and back.
//
// Every function takes a `Transaction` (writes) or a `Reader` (reads), both bound to one workspace:
// row-level security stands under each query. SQL never asks for time, ids or chance.
