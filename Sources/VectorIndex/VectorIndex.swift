// Approximate and exact nearest-neighbour search over embeddings, in memory.
//
// HNSW after Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using
// Hierarchical Navigable Small World graphs" (arXiv:1603.09320), with exact search through BLAS for
// small or cold collections. It stores ids and vectors; what they mean is the caller's business.
