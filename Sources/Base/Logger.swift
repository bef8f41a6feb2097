import Foundation

/// Structured logs: one JSON object a line on standard error.
///
/// The message is a `StaticString`, so personal text cannot be interpolated into it: the compiler
/// refuses. What varies goes into typed values; what belongs to a person goes in as `.personal`
/// and is written as a short hash, enough to follow one person through a log and no more.
package struct Logger: Sendable {
    package enum Level: String, Sendable, CaseIterable, Comparable, Codable {
        case debug, info, notice, warning, error

        package static func < (left: Level, right: Level) -> Bool {
            let order = Level.allCases
            return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
        }
    }

    /// A value beside a message.
    package enum Value: Sendable {
        case text(String)
        case integer(Int)
        case number(Double)
        case flag(Bool)
        case personal(String)
        case failure(any Error)
    }

    /// Fields of the surrounding work (request, workspace, conversation), added to each line.
    @TaskLocal package static var context: [String: Value] = [:]

    private let minimum: Level
    private let now: @Sendable () -> Instant
    private let write: @Sendable (String) -> Void

    package init(
        minimum: Level, now: @escaping @Sendable () -> Instant,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.minimum = minimum
        self.now = now
        self.write = write
    }

    /// Writes to standard error.
    package static func standardError(minimum: Level, now: @escaping @Sendable () -> Instant)
        -> Logger
    {
        Logger(minimum: minimum, now: now) { line in
            FileHandle.standardError.write(Data((line + "\n").utf8))
        }
    }

    /// Drops everything, for tests that do not look at logs.
    package static let silent = Logger(
        minimum: .error, now: { Instant(seconds: 0) }, write: { _ in })

    package func debug(_ message: StaticString, _ values: [String: Value] = [:]) {
        log(.debug, message, values)
    }

    package func info(_ message: StaticString, _ values: [String: Value] = [:]) {
        log(.info, message, values)
    }

    package func notice(_ message: StaticString, _ values: [String: Value] = [:]) {
        log(.notice, message, values)
    }

    package func warning(_ message: StaticString, _ values: [String: Value] = [:]) {
        log(.warning, message, values)
    }

    package func error(_ message: StaticString, _ values: [String: Value] = [:]) {
        log(.error, message, values)
    }

    private func log(_ level: Level, _ message: StaticString, _ values: [String: Value]) {
        guard level >= minimum else { return }
        let all = Logger.context.merging(values) { _, own in own }
        let fields = all.keys.sorted().map { key in
            "\(quoted(key)):\(rendered(all[key] ?? .text("")))"
        }
        let head = [
            "\"at\":\(quoted(now().description))", "\"level\":\(quoted(level.rawValue))",
            "\"message\":\(quoted(message.description))",
        ]
        write("{" + (head + fields).joined(separator: ",") + "}")
    }

    private func rendered(_ value: Value) -> String {
        switch value {
        case .text(let text): quoted(String(text.prefix(2_000)))
        case .integer(let number): String(number)
        case .number(let number): number.isFinite ? String(number) : "null"
        case .flag(let flag): flag ? "true" : "false"
        case .personal(let text): quoted("#" + fingerprint(text))
        case .failure(let error): quoted(String(String(reflecting: error).prefix(2_000)))
        }
    }
}

/// FNV-1a, folded to 48 bits: for following one person through a log, not for security.
private func fingerprint(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String((hash ^ hash >> 48) & 0xFFFF_FFFF_FFFF, radix: 16)
}

private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        case "\r": result += "\\r"
        default:
            if scalar.value < 0x20 {
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "\""
}
