package import Base
package import Domain
import Postgres

/// Files that came or go with messages; their bytes are blobs.
package enum AttachmentStore {
    package static func insert(
        _ attachments: [Attachment], of message: MessageID, at now: Instant,
        _ transaction: Transaction
    ) throws {
        for (position, attachment) in attachments.enumerated() {
            // The bytes must not be removed between the upload and this row.
            try transaction.connection.lockBlob(attachment.sha256)
            _ = try transaction.connection.execute(
                """
                insert into attachment
                    (workspace_id, attachment_id, message_id, position, file_name, content_type,
                     bytes, sha256, created_at)
                values (\(transaction.workspace), \(attachment.id), \(message),
                    \(Int32(position)), \(attachment.fileName), \(attachment.contentType),
                    \(Int64(attachment.bytes)), \(attachment.sha256), \(now))
                """)
        }
    }

    package static func attachments(
        of message: MessageID, _ reader: Reader
    ) throws -> [Attachment] {
        try reader.connection.query(
            """
            select * from attachment
            where workspace_id = \(reader.workspace) and message_id = \(message)
            order by position
            """
        ).map { row in
            Attachment(
                id: try row.decode("attachment_id"), fileName: try row.decode("file_name"),
                contentType: try row.decode("content_type"),
                bytes: Int(try row.decode("bytes", as: Int64.self)),
                sha256: try row.decode("sha256"))
        }
    }
}
