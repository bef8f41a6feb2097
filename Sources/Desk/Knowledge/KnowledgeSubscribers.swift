import Domain

/// What follows from what happens to documents.
enum KnowledgeSubscribers {
    /// The bytes of a deleted document go when nothing else uses them.
    static let blobRemoval = EventSubscriber("blob removal") { event in
        guard event.isOf(DocumentEvents.deleted), let sha256 = event.payload?.text("sha256") else {
            return []
        }
        return [.job(KnowledgeJobs.removeBlob, RemoveBlobJob(sha256: sha256))]
    }
}
