import Base
import Domain
import Store

/// A document as clients see it.
struct DocumentView: Encodable {
    let id: DocumentID
    let title: String
    let fileName: String
    let fileType: String
    let fileSize: Int
    let status: DocumentStatus
    let reason: String?
    let reasonCode: String?
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

    private enum CodingKeys: String, CodingKey {
        case id, title, fileName, fileType, fileSize, status, reason, reasonCode, chunkCount
        case chunksDone, createdAt, updatedAt
    }

    /// The reason is there also when there is none: clients look for it.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(title, forKey: .title)
        try container.encode(fileName, forKey: .fileName)
        try container.encode(fileType, forKey: .fileType)
        try container.encode(fileSize, forKey: .fileSize)
        try container.encode(status, forKey: .status)
        try container.encode(reason, forKey: .reason)
        try container.encode(reasonCode, forKey: .reasonCode)
        try container.encode(chunkCount, forKey: .chunkCount)
        try container.encode(chunksDone, forKey: .chunksDone)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
    }
}

/// A passage that was found.
struct HitView: Encodable {
    let hit: PassageHit

    init(_ hit: PassageHit) {
        self.hit = hit
    }

    private enum CodingKeys: String, CodingKey {
        case chunkId, documentId, title, page, heading, text, score
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(hit.passage, forKey: .chunkId)
        try container.encode(hit.document, forKey: .documentId)
        try container.encode(hit.title, forKey: .title)
        try container.encode(hit.page, forKey: .page)
        try container.encode(hit.heading, forKey: .heading)
        try container.encode(hit.text, forKey: .text)
        try container.encode(hit.score, forKey: .score)
    }
}
