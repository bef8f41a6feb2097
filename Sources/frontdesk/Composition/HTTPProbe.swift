import HTTP
import HTTPClient

/// Asks one address whether anybody is there.
struct HTTPProbe: Sendable {
    private let client = CurlClient()

    /// The status of the answer; nil when there is none.
    func status(of url: String) async -> Int? {
        let request = FetchRequest(.get, url, deadline: .seconds(6))
        // Why nobody answers is not asked here.
        return try? await client.fetch(request).status.code
    }
}
