import Foundation

extension Config {
    /// Reads the environment.
    ///
    /// Each variable may carry the prefix `FRONTDESK_`, and may end in `_FILE` to name a file that
    /// holds the value, which keeps secrets out of the environment. An empty value is no value.
    /// - Parameter readFile: gives the text of a file.
    package static func read(
        _ environment: [String: String],
        readFile: @escaping (String) throws -> String = Config.textOfFile
    ) throws(ConfigMistakes) -> Config {
        var reader = ConfigReader(environment: environment, readFile: readFile)
        let config = reader.read()
        guard reader.mistakes.isEmpty else { throw ConfigMistakes(mistakes: reader.mistakes) }
        return config
    }

    package static func textOfFile(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }
}

private struct ConfigReader {
    let environment: [String: String]
    let readFile: (String) throws -> String
    private(set) var mistakes: [String] = []

    init(environment: [String: String], readFile: @escaping (String) throws -> String) {
        self.environment = environment
        self.readFile = readFile
    }

    mutating func read() -> Config {
        var config = Config()
        if let bind = value("BIND") {
            if isAddress(bind) {
                config.bind = bind
            } else {
                complain("BIND", bind, "give a numeric address such as 127.0.0.1 or 0.0.0.0")
            }
        }
        config.port = number("PORT", in: 0...65_535) ?? config.port
        config.dataFolder = value("DATA") ?? config.dataFolder
        config.databaseURL = databaseURL()
        config.embeddingsURL = address("EMBEDDINGS_URL")
        config.embeddingsKey = value("EMBEDDINGS_KEY").map(Secret.init)
        config.embeddingsKeyHeader = headerName("EMBEDDINGS_KEY_HEADER")
        config.embeddingsModel = value("EMBEDDINGS_MODEL")
        config.modelsKey = value("MODELS_KEY").map(Secret.init)
        config.masterKeys = masterKeys()
        config.publicURL = origin("PUBLIC_URL")
        config.trustedProxies = networks("TRUSTED_PROXIES")
        config.monitoringNetworks = networks("MONITORING_NETWORKS")
        if let word = value("REGISTRATION") {
            if let known = RegistrationPolicy(rawValue: word.lowercased()) {
                config.registration = known
            } else {
                let names = RegistrationPolicy.allCases.map(\.rawValue).joined(separator: ", ")
                complain("FRONTDESK_REGISTRATION", word, "choose one of \(names)")
            }
        }
        for limit in Limit.allCases {
            if let given = number(limit.variable, in: limit.range) { config.limits[limit] = given }
        }
        config.undoSeconds = number("UNDO_SECONDS", in: 0...60) ?? config.undoSeconds
        config.modelThreads = number("MODEL_THREADS", in: 1...256)
        if let level = value("LOG_LEVEL") {
            if let known = Logger.Level(rawValue: level.lowercased()) {
                config.logLevel = known
            } else {
                let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                complain("LOG_LEVEL", level, "choose one of \(names)")
            }
        }
        return config
    }

    private static let prefixedOnly: Set = [
        "DATA", "PUBLIC_URL", "LOG_LEVEL", "REGISTRATION", "KEY", "KEY_PREVIOUS",
    ]

    /// The value under its bare name or with the prefix, given or in a file; nil when not set.
    private mutating func value(_ name: String) -> String? {
        var found: [(name: String, value: String)] = []
        // `DATA` alone says too little to be taken as ours.
        let bare = ConfigReader.prefixedOnly.contains(name) ? [] : [name]
        for name in bare + ["FRONTDESK_\(name)"] {
            if let value = environment[name], !value.isEmpty { found.append((name, value)) }
            guard let path = environment["\(name)_FILE"], !path.isEmpty else { continue }
            do {
                let text = try readFile(path)
                found.append(("\(name)_FILE", text.trimmingCharacters(in: .newlines)))
            } catch {
                mistakes.append("\(name)_FILE: the file \(path) cannot be read.")
            }
        }
        if Set(found.map(\.value)).count > 1 {
            let names = found.map(\.name).joined(separator: " and ")
            mistakes.append("\(names) say different things. Set only one of them.")
        }
        return found.first?.value
    }

    private mutating func complain(_ name: String, _ value: String, _ advice: String) {
        let shown = value.prefix(60)
        mistakes.append("\(name): \"\(shown)\" cannot be used; \(advice).")
    }

    private mutating func number(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = value(name) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        complain(name, text, "give a number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// The value itself is never shown: it may hold a password.
    private mutating func databaseURL() -> Secret? {
        guard let text = value("DATABASE_URL") else { return nil }
        let isURI = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
        if isURI || text.contains("=") { return Secret(text) }
        mistakes.append(
            "DATABASE_URL: give an address such as postgres://user:password@host:5432/frontdesk.")
        return nil
    }

    /// The values themselves are never shown.
    private mutating func masterKeys() -> [Secret] {
        let current = value("KEY").map { [Secret($0)] } ?? []
        let earlier = (value("KEY_PREVIOUS") ?? "").split { $0 == "," || $0 == " " }
            .map { Secret(String($0)) }
        for key in current + earlier where key.decodedKey == nil {
            let name = key == current.first ? "FRONTDESK_KEY" : "FRONTDESK_KEY_PREVIOUS"
            mistakes.append(
                "\(name): give 32 bytes in base64, such as `openssl rand -base64 32` makes.")
        }
        if current.isEmpty, !earlier.isEmpty {
            mistakes.append("FRONTDESK_KEY_PREVIOUS is set without FRONTDESK_KEY.")
        }
        return current + earlier
    }

    private mutating func address(_ name: String) -> String? {
        guard let text = value(name) else { return nil }
        let url = URL(string: text)
        if let url, ["http", "https"].contains(url.scheme), url.host?.isEmpty == false,
            url.user == nil
        {
            return text
        }
        complain(name, text, "give an address that begins with http:// or https://")
        return nil
    }

    private mutating func headerName(_ name: String) -> String? {
        guard let text = value(name) else { return nil }
        let isToken = text.utf8.allSatisfy { byte in
            let scalar = Unicode.Scalar(byte)
            return byte < 128 && (scalar.properties.isAlphabetic || byte == 45)
        }
        if isToken, text.utf8.count <= 64 { return text }
        complain(name, text, "give the name of a header such as api-key")
        return nil
    }

    /// Scheme, host and port only, without a slash at the end.
    private mutating func origin(_ name: String) -> String? {
        guard var text = address(name) else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        guard let url = URL(string: text), url.path.isEmpty, url.query == nil, url.fragment == nil
        else {
            complain(name, text, "give scheme, host and port only, such as https://desk.example")
            return nil
        }
        return text
    }

    private mutating func networks(_ name: String) -> [String] {
        let text = value(name) ?? ""
        let parts = text.split { $0 == "," || $0 == " " }.map(String.init)
        for part in parts where NetworkRange(part) == nil {
            complain(
                name, part,
                "list numeric addresses or networks such as 10.0.0.0/8, with commas between them")
        }
        return parts
    }

    private func isAddress(_ text: String) -> Bool { NetworkAddress(text) != nil }
}
