/// The grammar of RFC 2046, section 5.1.1, over bytes as they come.
///
/// The buffer never grows beyond one chunk plus one delimiter, or one part's headers.
struct MultipartParser {
    struct Head {
        let number: Int
        let name: String
        let filename: String?
        let contentType: ContentType?
    }

    enum Event {
        case part(Head)
        case bytes([UInt8])
        case end
    }

    private enum Place { case preamble, afterDelimiter, headers, content, epilogue, failed }

    private let delimiter: [UInt8]
    private let limits: MultipartLimits
    private var place = Place.preamble
    private var buffer: [UInt8]
    private var isLast = false
    private var parts = 0
    private var failure = MultipartRefusal.malformed

    init(boundary: [UInt8], limits: MultipartLimits) {
        delimiter = Array("\r\n--".utf8) + boundary
        self.limits = limits
        // The first delimiter has no line end before it: lend it one.
        buffer = [13, 10]
    }

    /// Takes a chunk, or nil at the end of the body.
    mutating func feed(_ chunk: [UInt8]?) throws(MultipartRefusal) {
        guard let chunk else {
            if isLast { throw fail(.truncated) }
            isLast = true
            return
        }
        if place != .epilogue { buffer += chunk }
    }

    func isInside(_ number: Int) -> Bool { place == .content && parts == number }

    /// The next event; nil when more bytes are needed. Within a part it gives that part's bytes,
    /// and `end` when they are over.
    mutating func next(within number: Int?) throws(MultipartRefusal) -> Event? {
        while true {
            if let number, !isInside(number) { return .end }
            switch place {
            case .failed: throw failure
            case .epilogue: return .end
            case .preamble, .content:
                let inside = place == .content
                if let bytes = try content(), inside { return .bytes(bytes) }
                if place == .preamble || place == .content {
                    if isLast { throw fail(.truncated) }
                    return nil
                }
            case .afterDelimiter:
                guard buffer.count >= 2 else { return try more() }
                if buffer[0] == 45, buffer[1] == 45 {
                    place = .epilogue
                    buffer = []
                } else if !(try endDelimiterLine()) {
                    return try more()
                }
            case .headers:
                guard let head = try headers() else { return try more() }
                place = .content
                return .part(head)
            }
        }
    }

    private mutating func more() throws(MultipartRefusal) -> Event? {
        if isLast { throw fail(.truncated) }
        return nil
    }

    private mutating func fail(_ refusal: MultipartRefusal) -> MultipartRefusal {
        place = .failed
        buffer = []
        failure = refusal
        return refusal
    }

    /// Bytes before the next delimiter; moves behind the delimiter when it is there.
    private mutating func content() throws(MultipartRefusal) -> [UInt8]? {
        if let start = find(delimiter, in: buffer) {
            let bytes = Array(buffer[..<start])
            buffer.removeFirst(start + delimiter.count)
            place = .afterDelimiter
            return bytes.isEmpty ? nil : bytes
        }
        // A delimiter may begin in the tail; hold back only what could be one.
        let keep = possibleStart()
        guard keep < buffer.count else { return nil }
        let count = buffer.count - keep
        let bytes = Array(buffer[..<count])
        buffer.removeFirst(count)
        return bytes.isEmpty ? nil : bytes
    }

    /// The length of the longest tail that begins a delimiter.
    private func possibleStart() -> Int {
        var length = min(buffer.count, delimiter.count - 1)
        while length > 0 {
            if buffer[(buffer.count - length)...].elementsEqual(delimiter[..<length]) {
                return length
            }
            length -= 1
        }
        return 0
    }

    /// Skips spaces and the line end after a delimiter; false when more bytes are needed.
    private mutating func endDelimiterLine() throws(MultipartRefusal) -> Bool {
        let spaces = buffer.prefix { $0 == 32 || $0 == 9 }.count
        guard spaces <= 64 else { throw fail(.malformed) }
        guard buffer.count >= spaces + 2 else { return false }
        guard buffer[spaces] == 13, buffer[spaces + 1] == 10 else { throw fail(.malformed) }
        parts += 1
        guard parts <= limits.maximumParts else { throw fail(.tooManyParts) }
        // The line end stays: it is the first half of the blank line if there are no headers.
        buffer.removeFirst(spaces)
        place = .headers
        return true
    }

    private mutating func headers() throws(MultipartRefusal) -> Head? {
        guard let end = find([13, 10, 13, 10], in: buffer) else {
            if buffer.count > limits.maximumHeaderBytes { throw fail(.headersTooLarge) }
            return nil
        }
        guard end <= limits.maximumHeaderBytes else { throw fail(.headersTooLarge) }
        guard end >= 2, let text = String(validating: buffer[2..<end], as: UTF8.self)
        else { throw fail(.malformed) }
        buffer.removeFirst(end + 4)
        var fields = HTTPHeaders()
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) {
            let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, isToken(halves[0]) else { throw fail(.malformed) }
            fields.add(String(halves[0]), trimmed(halves[1]))
        }
        return try head(fields)
    }

    private mutating func head(_ fields: HTTPHeaders) throws(MultipartRefusal) -> Head {
        let dispositions = fields.values("Content-Disposition")
        var parameters = dispositions.first.map { FieldParameters.split($0) } ?? []
        guard dispositions.count == 1, !parameters.isEmpty,
            equalIgnoringCase(parameters.removeFirst(), "form-data"),
            let values = FieldParameters.parse(parameters), let name = values["name"]
        else { throw fail(.malformed) }
        return Head(
            number: parts, name: name, filename: values["filename"],
            contentType: fields["Content-Type"].flatMap { ContentType($0) })
    }

    private func find(_ needle: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= needle.count else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            var index = 0
            let last = bytes.count - needle.count
            while index <= last {
                if bytes[index] == needle[0], bytes[index + 1] == needle[1] {
                    var matched = 2
                    while matched < needle.count, bytes[index + matched] == needle[matched] {
                        matched += 1
                    }
                    if matched == needle.count { return index }
                }
                index += 1
            }
            return nil
        }
    }
}
