// The embedding server: an OpenAI-compatible `/v1/embeddings` over `Encoder`.
//
//   request ─▶ EmbeddingRequest ─▶ EmbeddingQueue ─┬▶ thread 1 ─▶ EmbeddingAnswer
//              (what is asked)     (quick | bulk)  └▶ thread N
//
// The encoder runs on threads of its own, but for a query that comes to an idle server: its caller
// computes it. A thread that is free takes what waits, of however many callers, up to one full group:
// under load requests merge by themselves, and an idle server answers at once, since without padding
// there is nothing to gain from waiting. Short requests (queries) go before bulk; every few groups
// bulk gets its turn, so it cannot starve.
//
// `/v1/token-embeddings` gives the last layer's vector of each token, with where the token stands in
// the text: what a tagging head learns from.
//
// What is refused is refused in the words of the OpenAI API, so that its clients understand. It
// knows no sockets (`HTTPServer` binds the responder) and no other model; of keys it knows one at
// most.
