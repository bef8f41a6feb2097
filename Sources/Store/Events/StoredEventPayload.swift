import Domain

/// A payload as it is stored: `{"version": 1, "values": {"from": "…", "number": 2, "edited": true}}`.
struct StoredEventPayload: Codable, Equatable {
    static let version = 1

    let payload: EventPayload

    init(_ payload: EventPayload) {
        self.payload = payload
    }

    private enum Key: String, CodingKey {
        case version, values
    }

    private enum Value: Codable {
        case text(String)
        case whole(Int)
        case flag(Bool)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            // In this order: a flag is no number, and a number no text.
            if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Int.self) {
                self = .whole(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .whole(let number): try container.encode(number)
            case .flag(let flag): try container.encode(flag)
            }
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let version = try container.decode(Int.self, forKey: .version)
        guard version == StoredEventPayload.version else {
            throw DecodingError.dataCorruptedError(
                forKey: .version, in: container, debugDescription: "version \(version)")
        }
        let values = try container.decode([String: Value].self, forKey: .values)
        payload = EventPayload(
            values.mapValues { value in
                switch value {
                case .text(let text): .text(text)
                case .whole(let number): .whole(number)
                case .flag(let flag): .flag(flag)
                }
            })
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(StoredEventPayload.version, forKey: .version)
        let values: [String: Value] = payload.values.mapValues { value in
            switch value {
            case .text(let text): .text(text)
            case .whole(let number): .whole(number)
            case .flag(let flag): .flag(flag)
            }
        }
        try container.encode(values, forKey: .values)
    }
}
