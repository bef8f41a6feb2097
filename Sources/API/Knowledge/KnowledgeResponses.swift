import Base
import Domain
import Store
import WebCore

/// A document as clients see it.
struct DocumentResponse: Encodable {
    let id: DocumentID
    let title: String
    let fileName: String
    let fileType: String
    let fileSize: Int
    let status: DocumentStatus
    @NullEncoded var reason: String?
    @NullEncoded var reasonCode: String?
    let chunkCount: Int
    let chunksDone: Int
    let createdAt: Instant
    let updatedAt: Instant

    init(_ document: DocumentStore.Listed) {
        id = document.id
        title = document.title
        fileName = document.fileName
        fileType = document.fileType
        fileSize = document.fileSize
        status = document.status
        reason = document.reason
        reasonCode = document.reasonCode
        chunkCount = document.passagesTotal
        chunksDone = document.passagesDone
        createdAt = document.createdAt
        updatedAt = document.updatedAt
    }
}

/// A passage that was found.
struct SearchHitResponse: Encodable {
    let chunkId: PassageID
    let documentId: DocumentID
    let title: String
    @NullEncoded var page: Int?
    @NullEncoded var heading: String?
    let text: String
    let score: Double

    init(_ hit: PassageHit) {
        chunkId = hit.passage
        documentId = hit.document
        title = hit.title
        page = hit.page
        heading = hit.heading
        text = hit.text
        score = hit.score
    }
}
