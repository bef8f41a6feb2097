import Base
import Foundation
import Postgres
import Processes

/// What people at the terminal see; logs are something else and go to standard error as JSON.
enum Terminal {
    private static let code = Lock<Int32>(0)

    /// What the program will end with when nothing is thrown.
    static var exitCode: Int32 { code.withLock { $0 } }

    static func end(with number: Int32) { code.withLock { $0 = number } }

    static func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    static func complain(_ text: String) {
        FileHandle.standardError.write(Data(("frontdesk: " + text + "\n").utf8))
    }

    /// A sentence for a person; never a password, since no error holds one.
    static func words(for error: any Error) -> String {
        switch error {
        case let advice as OperatorError: advice.text
        case let refusal as any Refusal:
            ([refusal.detail] + refusal.fields.map { "\($0.field): \($0.message)" })
                .joined(separator: "\n")
        case let error as any CustomStringConvertible: error.description
        default: String(describing: error)
        }
    }

    /// Nil when standard input is a terminal or is empty.
    static func passwordFromInput() -> Secret? {
        guard isatty(STDIN_FILENO) == 0 else { return nil }
        guard let line = readLine(strippingNewline: true), !line.isEmpty else { return nil }
        return Secret(line)
    }
}

/// Something that a person must do, said in full.
struct OperatorError: Error {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}
