// The embedding server: an OpenAI-compatible `/v1/embeddings` over `Encoder`, with requests of many
// callers merged into full batches.
