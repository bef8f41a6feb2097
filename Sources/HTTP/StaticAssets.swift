/// Files served from memory under addresses that carry their content's hash, so they never go stale.
package struct StaticAssets: Sendable {
    package struct Asset: Sendable {
        package let type: ContentType
        package let bytes: [UInt8]
        let tag: EntityTag
    }

    private let assets: [String: Asset]
    private let addresses: [String: String]
    private let prefix: String

    /// Computes all addresses at once; `prefix` is like `/assets`.
    package init(prefix: String, files: [String: [UInt8]]) {
        var assets: [String: Asset] = [:]
        var addresses: [String: String] = [:]
        for (name, bytes) in files {
            let hash = StaticAssets.hash(bytes)
            let asset = Asset(
                type: StaticAssets.type(of: name), bytes: bytes, tag: EntityTag(hash))
            let hashed = StaticAssets.insert(hash, into: name)
            assets[hashed] = asset
            addresses[name] = prefix + "/" + hashed
        }
        self.assets = assets
        self.addresses = addresses
        self.prefix = prefix
    }

    /// The address of a file by its plain name; a missing file is our defect.
    package func address(_ name: String) -> String {
        guard let address = addresses[name] else { preconditionFailure("no asset \(name)") }
        return address
    }

    /// Answers for the part of the path after the prefix; nil when there is no such file.
    package func response(_ name: String, for request: HTTPRequest) -> HTTPResponse? {
        guard let asset = assets[name] else { return nil }
        let headers: HTTPHeaders = [
            "Content-Type": asset.type.description, "ETag": asset.tag.description,
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        ]
        if request.hasCurrent(asset.tag) { return HTTPResponse(.notModified, headers: headers) }
        return HTTPResponse(.ok, headers: headers, body: .bytes(asset.bytes))
    }

    /// FNV-1a over 64 bits: names a version, protects nothing.
    static func hash(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func insert(_ hash: String, into name: String) -> String {
        guard let dot = name.lastIndex(of: ".") else { return name + "." + hash }
        return name[..<dot] + "." + hash + name[dot...]
    }

    /// The media type by the name's ending; bytes for what is not known.
    package static func type(of name: String) -> ContentType {
        switch name.split(separator: ".").last.map({ $0.lowercased() }) {
        case "css": ContentType("text", "css", ["charset": "utf-8"])
        case "js", "mjs": ContentType("text", "javascript", ["charset": "utf-8"])
        case "svg": ContentType("image", "svg+xml")
        case "png": ContentType("image", "png")
        case "ico": ContentType("image", "x-icon")
        case "ttf": ContentType("font", "ttf")
        case "woff2": ContentType("font", "woff2")
        case "json", "webmanifest": .json
        case "html": .html
        case "txt": .text
        default: .bytes
        }
    }
}
