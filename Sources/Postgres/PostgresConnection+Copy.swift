import CPostgres

extension PostgresConnection {
    /// Loads many rows in the binary COPY format, the fastest way in.
    ///
    /// All of them are stored, or none. The columns' types must be exactly those of the values:
    /// COPY converts nothing. Returns the number of rows.
    @discardableResult
    package func copy(
        into table: String, columns: [String], _ body: (inout CopyWriter) throws -> Void
    ) throws -> Int {
        try begin()
        let names = columns.joined(separator: ", ")
        let command = "copy \(table) (\(names)) from stdin (format binary)"
        guard PQsendQuery(handle, command) == 1 else { throw lostError(sent: false) }
        _ = try receive()
        var writer = CopyWriter(connection: self, columnCount: columns.count)
        do {
            try body(&writer)
            try writer.finish()
        } catch {
            PQputCopyEnd(handle, "stopped")
            // The server answers the stop with an error of its own; the first one is the cause.
            _ = try? receive(stoppable: false)
            throw error
        }
        guard PQputCopyEnd(handle, nil) == 1 else { throw lostError(sent: true) }
        let owner = try receive()
        return withExtendedLifetime(owner) {
            PQcmdTuples(owner.pointer).flatMap { Int(String(cString: $0)) } ?? 0
        }
    }
}

/// Writes rows of a binary COPY; sends whenever a chunk is full.
package struct CopyWriter {
    /// Bytes gathered before they are handed to libpq.
    private static let chunkBytes = 1 << 16

    private let connection: PostgresConnection
    private let columnCount: Int
    private var bytes: [UInt8]

    fileprivate init(connection: PostgresConnection, columnCount: Int) {
        self.connection = connection
        self.columnCount = columnCount
        bytes = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0]
        bytes.append(big: Int32(0))
        bytes.append(big: Int32(0))
        bytes.reserveCapacity(CopyWriter.chunkBytes * 2)
    }

    /// One row: as many values as columns were named, in their order.
    package mutating func row<each Value: SQLEncodable>(_ values: repeat each Value) throws {
        let mark = bytes.count
        bytes.append(big: Int16(columnCount))
        var count = 0
        for value in repeat each values {
            count += 1
            guard !value.isNull else {
                bytes.append(big: Int32(-1))
                continue
            }
            let start = bytes.count
            bytes.append(big: Int32(0))
            value.encode(into: &bytes)
            bytes.write(length: bytes.count - start - 4, at: start)
        }
        precondition(count == columnCount, "\(count) values for \(columnCount) columns at \(mark)")
        if bytes.count >= CopyWriter.chunkBytes { try flush() }
    }

    fileprivate mutating func finish() throws {
        bytes.append(big: Int16(-1))
        try flush()
    }

    private mutating func flush() throws {
        if connection.interrupt.isRequested { throw CancellationError() }
        if let deadline = connection.deadline, ContinuousClock.now >= deadline {
            throw PostgresError.deadlineExceeded
        }
        let sent = bytes.withUnsafeBytes {
            PQputCopyData(
                connection.handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self),
                Int32($0.count))
        }
        guard sent == 1 else { throw connection.lostError(sent: true) }
        bytes.removeAll(keepingCapacity: true)
        // Nothing piles up here while the server is slower than we are.
        try connection.flush()
    }
}
