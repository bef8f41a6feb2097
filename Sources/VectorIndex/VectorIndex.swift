// Approximate and exact nearest-neighbour search over embeddings, in memory.
//
// HNSW after Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using
// Hierarchical Navigable Small World graphs" (arXiv:1603.09320), with exact search through BLAS for
// small or cold collections. It stores ids and vectors; what they mean is the caller's business.
//
//     VectorCollection      ids, life of a vector, choice of strategy, snapshots
//       ├─ HNSWGraph        layers of links: search, selection, linking in blocks, repair
//       ├─ ExactSearch      sgemv for one query, sgemm for a batch
//       └─ NodeSlabs        the memory: slabs of 256 nodes that never move
//
// A vector is *pending* (stored, found by exact scan), then *linked* (found through the graph),
// then *dead* (hidden at once, still a stepping stone until its neighbours are repaired).
//
// One writer at a time plans new link lists without any lock, because only it changes links, and
// then puts them in place under a write lock that is held for copying alone. Readers therefore wait
// microseconds. Planning a block of nodes is spread over threads and gives the same graph
// whatever their number, as in ParlayANN (arXiv:2305.04359).
//
// Every distance is `bias(x) + offset(q) − scale · q·x`, so that one BLAS call serves all metrics.
//
// It refuses vectors that are not finite, zero vectors under cosine, and snapshots that are damaged
// or of another model. It does not know files of other indexes, and it never reads a clock.
