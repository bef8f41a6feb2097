/// Reads an event stream chunk by chunk (WHATWG HTML, "Parsing an event stream").
package struct ServerSentEventParser: Sendable {
    /// A longer event ends the stream: a server must not fill our memory.
    package static let maximumEventBytes = 1 << 20

    private var line: [UInt8] = []
    private var sawReturn = false
    private var isFirstLine = true
    private var event: String?
    private var data: [String] = []
    private var id: String?
    private var size = 0

    package init() {}

    /// The events that are complete with this chunk.
    package mutating func parse(_ chunk: [UInt8]) throws(HTTPBodyError) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in chunk {
            switch byte {
            case UInt8(ascii: "\n") where sawReturn:
                sawReturn = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                sawReturn = byte == UInt8(ascii: "\r")
                if let event = endLine() { events.append(event) }
            default:
                sawReturn = false
                size += 1
                guard size <= ServerSentEventParser.maximumEventBytes else {
                    throw .tooLarge(limit: ServerSentEventParser.maximumEventBytes)
                }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line = [] }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        if line.isEmpty { return dispatch() }
        if line[0] == UInt8(ascii: ":") {
            if data.isEmpty { size = 0 }
            return nil
        }
        let halves = line.split(
            separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        var value = halves.count > 1 ? halves[1] : []
        if value.first == 32 { value = value.dropFirst() }
        let text = String(decoding: value, as: UTF8.self)
        switch String(decoding: halves[0], as: UTF8.self) {
        case "event": event = text
        case "data": data.append(text)
        case "id": if !value.contains(0) { id = text }
        default: break
        }
        return nil
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            event = nil
            data = []
            size = 0
        }
        guard !data.isEmpty else { return nil }
        return ServerSentEvent(data: data.joined(separator: "\n"), event: event, id: id)
    }
}
