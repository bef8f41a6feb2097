/// Finds what the business knows about a text; the index, its fallback and the fusion with
/// full-text search are behind it.
package struct RetrievalPort: Sendable {
    package struct Result: Sendable {
        /// The query's embedding, for understanding; empty when the embedder is away.
        package var embedding: [Float]
        /// Best first, with cosine scores.
        package var passages: [PassageHit]

        package init(embedding: [Float], passages: [PassageHit]) {
            self.embedding = embedding
            self.passages = passages
        }
    }

    /// Throws a `Fault` when neither the embedder nor the full text can be asked.
    package var retrieve:
        @Sendable (_ workspace: WorkspaceID, _ query: String, _ limit: Int) async throws -> Result

    package init(
        retrieve: @escaping @Sendable (WorkspaceID, String, Int) async throws -> Result
    ) {
        self.retrieve = retrieve
    }
}
