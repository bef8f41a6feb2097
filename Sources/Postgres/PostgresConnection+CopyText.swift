import CPostgres

extension PostgresConnection {
    /// Loads rows in COPY's text format, as `pg_dump` writes them.
    ///
    /// All of them are stored, or none. Names are quoted, so that they can only be names. `next` gives
    /// piece after piece of the rows, then nil. Returns the number of rows.
    @discardableResult
    package func copyText(
        into table: String, columns: [String], _ next: () throws -> [UInt8]?
    ) throws -> Int {
        try begin()
        let names = columns.map(PostgresConnection.quoted).joined(separator: ", ")
        let command = "copy \(PostgresConnection.quoted(table)) (\(names)) from stdin"
        guard PQsendQuery(handle, command) == 1 else { throw lostError(sent: false) }
        _ = try receive()
        do {
            while let piece = try next() {
                if interrupt.isRequested { throw CancellationError() }
                let sent = piece.withUnsafeBytes {
                    PQputCopyData(
                        handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self),
                        Int32($0.count))
                }
                guard sent == 1 else { throw lostError(sent: true) }
            }
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

    static func quoted(_ name: String) -> String {
        "\"\(name.replacing("\"", with: "\"\""))\""
    }
}
