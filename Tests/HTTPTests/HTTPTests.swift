import Base
import HTTP
import TestKit
import Testing

@Suite struct ValueTests {
    @Test("Header names compare without case and values hold no line ends")
    func headers() {
        var headers: HTTPHeaders = ["Set-Cookie": "a=1"]
        headers.add("set-cookie", "b=2\r\nX-Evil: 1")
        #expect(headers.values("SET-COOKIE") == ["a=1", "b=2  X-Evil: 1"])
        headers["Set-Cookie"] = nil
        #expect(headers.count == 0)
    }

    @Test("Dates are read as they are written")
    func dates() {
        let text = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(HTTPDate.parse(text) == Instant(seconds: 784_111_777))
        #expect(HTTPDate.format(Instant(seconds: 784_111_777)) == text)
        #expect(HTTPDate.parse("yesterday") == nil)
    }

    @Test("A cookie that was set is read back")
    func cookies() {
        #expect(Cookie.parse(["a=1; b=\"2\"", "a=3; =x"]) == ["a": "1", "b": "2"])
        let cookie = SetCookie("s", "v", isSecure: true, maximumAge: .seconds(60))
        #expect(cookie.field == "s=v; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax")
    }

    @Test("Forms decode strictly")
    func forms() throws {
        let form = try FormURLEncoded(parsing: "a=1&b=x+y%26&a=2&c")
        #expect(form.values("a") == ["1", "2"] && form["b"] == "x y&" && form["c"] == "")
        for bad in ["a=%", "a=%4", "a=%zz", "a=%00", "a=%ff"] {
            #expect(throws: FormRefusal.malformed) { try FormURLEncoded(parsing: bad) }
        }
    }

    @Test("An event survives any chunking", arguments: 1...12)
    func events(size: Int) throws {
        let event = ServerSentEvent(data: "one\ntwo", event: "note", id: "7")
        let bytes = Array(":\n\n".utf8) + event.encoded + event.encoded
        var parser = ServerSentEventParser()
        var seen: [ServerSentEvent] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            seen += try parser.parse(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        #expect(seen == [event, event])
    }

    @Test("The best acceptable type is chosen")
    func negotiation() {
        let offers = [ContentType.html, .json]
        func best(_ accept: String?) -> ContentType? {
            ContentType.negotiate(accept: accept, offered: offers)
        }
        #expect(best(nil) == .html)
        #expect(best("application/json") == .json)
        #expect(best("text/*;q=0.5, application/json") == .json)
        #expect(best("image/png") == nil)
    }

    @Test("Ranges are read against the size")
    func ranges() {
        #expect(ByteRange.read("bytes=0-4", size: 10) == .part(offset: 0, length: 5))
        #expect(ByteRange.read("bytes=-3", size: 10) == .part(offset: 7, length: 3))
        #expect(ByteRange.read("bytes=8-", size: 10) == .part(offset: 8, length: 2))
        #expect(ByteRange.read("bytes=10-", size: 10) == .unsatisfiable)
        #expect(ByteRange.read("bytes=5-2", size: 10) == .whole)
    }

    private struct Sample: Decodable {
        let firstName: String
        let items: [Int]
    }

    @Test("A JSON error names the field as the client wrote it")
    func json() {
        func problem(_ text: String) -> JSONBodyRefusal? {
            do throws(JSONBodyRefusal) {
                _ = try decodeJSONBytes(Sample.self, Array(text.utf8))
                return nil
            } catch { return error }
        }
        #expect(problem(#"{"first_name":"a","items":[1]}"#) == nil)
        #expect(problem(#"{"items":[]}"#)?.fields.first?.field == "first_name")
        #expect(problem(#"{"first_name":"a","items":[1,"x"]}"#)?.fields.first?.field == "items.1")
        #expect(problem("{") == .malformed)
        #expect(problem(String(repeating: "[", count: 100_000)) == .malformed)
    }

    @Test("An asset's address changes with its content, and a client that has it gets 304")
    func assets() throws {
        let assets = StaticAssets(prefix: "/assets", files: ["app.css": [1, 2, 3]])
        let address = assets.address("app.css")
        let name = String(address.dropFirst("/assets/".count))
        let target = try #require(HTTPTarget(address))
        let world = World.test(at: ManualClock(Instant(seconds: 0)))
        var request = HTTPRequest(
            method: .get, target: target, remoteAddress: "", id: world.id())
        let first = try #require(assets.response(name, for: request))
        #expect(first.headers["Cache-Control"]?.contains("immutable") == true)
        request.headers["If-None-Match"] = first.headers["ETag"]
        #expect(assets.response(name, for: request)?.status == .notModified)
        let other = StaticAssets(prefix: "/assets", files: ["app.css": [1, 2, 4]])
        #expect(other.address("app.css") != address)
    }
}
