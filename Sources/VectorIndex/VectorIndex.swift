// Approximate and exact nearest-neighbour search over embeddings, in memory.
//
// HNSW after Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using
// Hierarchical Navigable Small World graphs" (arXiv:1603.09320), over twelve-bit codes. It stores
// ids and vectors; what they mean is the caller's business.
//
//     VectorCollection      ids, life of a vector, choice of strategy, snapshots
//       ├─ HNSWGraph        layers of links: search, selection, linking in blocks, repair
//       ├─ FilteredWalk     a search in which only accepted nodes are compared
//       ├─ ExactSearch      scans: sketches and codes for one query, sgemm for a batch
//       └─ NodeSlabs        the memory: sections of rows that never move (drawn there)
//            └─ NodeForm    what changes when a collection grows large
//
// A walk looks at a node in three steps, each only if the one before is not enough: a sketch of one
// bit for each component says whether it can come into the pool at all (RaBitQ, arXiv:2405.12497);
// its code of eight bits places it there; the best few are ordered by twelve bits. The loops are in
// CKernels, one call for each hop.
//
// A small collection keeps the vectors as they were given and answers exactly. Past
// `exactCrossover` vectors it keeps codes only: the database has the originals, this is a cache.
//
// A vector is *pending* (stored, found by exact scan), then *linked* (found through the graph),
// then *dead* (hidden at once, still a stepping stone until many are bridged together).
//
// One writer at a time; readers take no lock and wait for nobody. Lists are replaced word by word,
// a row is written before anything leads to it, and a slot is used again only when every search
// that might have met its old self has ended (`ReaderEpochs`). Planning a block of nodes is spread
// over threads and gives the same graph whatever their number, as in ParlayANN (arXiv:2305.04359).
//
// A snapshot is the memory as it lies, in one file of pages with a checksum for every 64 KB; opening
// maps it back, copied on change. Where damage could lead out of bounds it is looked for first; the
// rest is checked behind the first searches, which stay within bounds whatever they read. Changes
// wait for that check, because repairing a graph follows its links.
//
// Every distance is `bias(x) + offset(q) − scale · q·x`, so that one kernel serves all metrics.
//
// It refuses vectors that are not finite, zero vectors under cosine, and snapshots that are damaged
// or of another model. It does not know files of other indexes, and it never reads a clock.
