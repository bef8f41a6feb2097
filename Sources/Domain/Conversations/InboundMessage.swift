package import Base

/// A message that a channel brought in, in words that no provider owns.
package struct InboundMessage: Sendable, Hashable {
    package var channel: Channel
    /// Who wrote, by the kind of address that the channel knows people by.
    package var from: Address
    /// What the channel calls them.
    package var name: String?
    package var content: String
    package var subject: String?
    /// The thread that the channel says it belongs to; nil where channels have none.
    package var thread: String?
    /// The provider's id of the message, or the client's key: the same one is the same message.
    package var key: String?
    package var files: [InboundFile]

    package init(
        channel: Channel, from: Address, name: String? = nil, content: String,
        subject: String? = nil, thread: String? = nil, key: String?, files: [InboundFile] = []
    ) {
        self.channel = channel
        self.from = from
        self.name = name
        self.content = content
        self.subject = subject
        self.thread = thread
        self.key = key
        self.files = files
    }
}

/// A file as it came with a message.
package struct InboundFile: Sendable, Hashable {
    package var name: String
    package var contentType: String
    package var bytes: [UInt8]

    package init(name: String, contentType: String, bytes: [UInt8]) {
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
    }
}

package enum AttachmentSubject {}
package typealias AttachmentID = ID<AttachmentSubject>

/// A file that came or goes with a message; its bytes are the blob of that digest.
package struct Attachment: Sendable, Hashable, Identifiable {
    package var id: AttachmentID
    package var fileName: String
    package var contentType: String
    package var bytes: Int
    package var sha256: String

    /// Of one message.
    package static let countLimit = 10

    package init(
        id: AttachmentID, fileName: String, contentType: String, bytes: Int, sha256: String
    ) {
        self.id = id
        self.fileName = fileName
        self.contentType = contentType
        self.bytes = bytes
        self.sha256 = sha256
    }
}

/// A request of an outside service as it arrived: what is signed is the bytes.
package struct InboundRequest: Sendable {
    package var method: String
    /// As it was asked for, with the query.
    package var target: String
    package var body: [UInt8]
    private let parameter: @Sendable (String) -> String?
    private let field: @Sendable (String) -> String?

    package init(
        method: String, target: String, body: [UInt8],
        query: @escaping @Sendable (String) -> String?,
        header: @escaping @Sendable (String) -> String?
    ) {
        self.method = method
        self.target = target
        self.body = body
        parameter = query
        field = header
    }

    package func query(_ name: String) -> String? { parameter(name) }
    package func header(_ name: String) -> String? { field(name) }
}

/// What a request of an outside service says for one workspace.
package struct InboundBatch: Sendable {
    package var workspace: WorkspaceID
    package var messages: [InboundMessage]
    package var reports: [DeliveryReport]

    package init(
        workspace: WorkspaceID, messages: [InboundMessage] = [], reports: [DeliveryReport] = []
    ) {
        self.workspace = workspace
        self.messages = messages
        self.reports = reports
    }
}

/// What the service wants to hear.
package struct InboundAnswer: Sendable, Hashable {
    package var contentType: String
    package var body: String

    package init(contentType: String, body: String) {
        self.contentType = contentType
        self.body = body
    }

    package static let none = InboundAnswer(contentType: "", body: "")
}

/// A request of an outside service, read: what it says, and the answer to it.
package struct InboundReading: Sendable {
    package var batches: [InboundBatch]
    package var answer: InboundAnswer

    package init(_ batches: [InboundBatch], answer: InboundAnswer = .none) {
        self.batches = batches
        self.answer = answer
    }
}

/// Where an outside service reaches us: a path, and a reading of what arrives there.
package struct InboundEndpoint: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case get, post
    }

    /// Below `/webhooks/`.
    package var path: String
    package var method: Method
    package var bodyLimit: Int
    /// Checks the signature over the raw bytes first, and throws `InboundRefusal` where it is wrong.
    package var read: @Sendable (InboundRequest) throws -> InboundReading

    package init(
        path: String, method: Method = .post, bodyLimit: Int = 1 << 20,
        read: @escaping @Sendable (InboundRequest) throws -> InboundReading
    ) {
        self.path = path
        self.method = method
        self.bodyLimit = bodyLimit
        self.read = read
    }
}

/// Why a request of an outside service is not taken.
package enum InboundRefusal: Refusal, Equatable {
    case badSignature
    case unreadable

    package var code: String {
        switch self {
        case .badSignature: "webhook.bad_signature"
        case .unreadable: "webhook.unreadable"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .badSignature: .forbidden
        case .unreadable: .malformed
        }
    }

    package var detail: String {
        switch self {
        case .badSignature:
            "The signature is not right. Compare the secret and the public address in both places."
        case .unreadable: "This is not what the service is known to send."
        }
    }
}
