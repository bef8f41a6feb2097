import Documents
import Foundation

/// `frontdesk extract`: one document in, one line of JSON out, in a process with nothing to lose.
///
///     frontdesk extract --name "Price list.pdf" PATH
///     frontdesk extract --name "Price list.pdf" --descriptor 0
///     frontdesk extract --check
///
/// The last one reads nothing, confines itself, tries what it must not be able to do, and exits
/// with 0 if all of it was refused. Exit status 0: the line on standard output is an `ExtractionResult`, be it text or a refusal.
/// 64: wrong arguments. 66: the file cannot be opened. 70: the process could not be confined.
package enum ExtractCommand {
    /// Runs the command; `arguments` are those after the word `extract`.
    package static func run(arguments: [String]) -> Int32 {
        if arguments == ["--check"] { return check() }
        guard let order = Order(arguments) else {
            complain("usage: frontdesk extract [--name NAME] (--descriptor N | PATH)\n")
            return 64
        }
        guard let data = order.read() else {
            complain("frontdesk extract: the file cannot be read\n")
            return 66
        }
        do {
            try Confinement.enter(bytes: data.count)
        } catch {
            complain("frontdesk extract: cannot confine itself (\(error))\n")
            return 70
        }
        return write(result(data, name: order.name)) ? 0 : 74
    }

    private static func check() -> Int32 {
        do {
            try Confinement.enter()
        } catch {
            complain("frontdesk extract: cannot confine itself (\(error))\n")
            return 70
        }
        let leaks = Confinement.leaks()
        if leaks.isEmpty { return 0 }
        complain("frontdesk extract: not confined: \(leaks.joined(separator: ", "))\n")
        return 70
    }

    private static func result(_ data: Data, name: String) -> ExtractionResult {
        do {
            return .text(try Extractor.extract(data, name: name))
        } catch {
            return .refused(error)
        }
    }

    private static func write(_ result: ExtractionResult) -> Bool {
        // Text is always encodable; a failure could only be memory, and then the process is gone.
        guard var line = try? result.json() else { return false }
        if line.count > ExtractionResult.maxOutputBytes {
            guard let refusal = try? ExtractionResult.refused(.tooLarge).json() else {
                return false
            }
            line = refusal
        }
        line.append(0x0A)
        return line.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Foundation.write(1, bytes.baseAddress! + sent, bytes.count - sent)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return false }
                sent += count
            }
            return true
        }
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}

/// What the arguments ask for.
private struct Order {
    var name = ""
    private var path: String?
    private var descriptor: Int32?

    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--name":
                guard let value = rest.popFirst() else { return nil }
                name = value
            case "--descriptor":
                guard let number = rest.popFirst().flatMap({ Int32($0) }), number >= 0 else {
                    return nil
                }
                descriptor = number
            default:
                guard path == nil, !word.hasPrefix("--") else { return nil }
                path = word
            }
        }
        guard (path == nil) != (descriptor == nil) else { return nil }
        if name.isEmpty, let path { name = URL(fileURLWithPath: path).lastPathComponent }
    }

    /// At most one byte more than the limit, so that the extractor can refuse what is too large.
    func read() -> Data? {
        let opened = path.map { open($0, O_RDONLY | O_CLOEXEC) } ?? descriptor ?? -1
        guard opened >= 0 else { return nil }
        defer { if path != nil { close(opened) } }
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while data.count <= ExtractionLimits.maxInputBytes {
            let count = Foundation.read(opened, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            data.append(contentsOf: buffer[0..<count])
        }
        return data
    }
}
