import Base
import HTTP
import WebCore

/// The client's name for a request that it may repeat.
enum IdempotencyKey {
    static let header = "Idempotency-Key"
    static let lengthLimit = 200

    static let parameter = RouteDescription.Parameter(
        header, .line(1...lengthLimit, pattern: "^[!-~]+$"),
        "A repeat under the same key gives the first answer again and changes nothing.")

    /// Nil when there is none; throws when it is not 1 to 200 visible ASCII characters.
    static func of(_ request: HTTPRequest) throws -> String? {
        guard let key = request.headers[header] else { return nil }
        guard (1...lengthLimit).contains(key.utf8.count),
            key.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else { throw WebRefusal.badKey }
        return key
    }
}
