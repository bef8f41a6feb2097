import Base
import HTTP
import Testing

@Suite struct MultipartTests {
    static let whole = """
        preamble\r
        --b\r
        Content-Disposition: form-data; name="note"\r
        \r
        hello\r
        --b\r
        Content-Disposition: form-data; name="file"; filename="a \\"b\\".txt"\r
        Content-Type: text/plain\r
        \r
        line\r\n--not b\r\n\r
        --b--\r
        epilogue
        """

    @Test("Parts arrive in order whatever the size of the chunks", arguments: 1...40)
    func anyChunking(size: Int) async throws {
        let parts = try await read(chunks(Array(Self.whole.utf8), of: size))
        #expect(parts.map(\.name) == ["note", "file"])
        #expect(parts.map(\.text) == ["hello", "line\r\n--not b\r\n"])
        #expect(parts.last?.filename == "a \"b\".txt")
    }

    @Test("A body that is cut anywhere is refused, never taken for whole")
    func truncated() async {
        let bytes = Array(Self.whole.utf8)
        let end = bytes.count - "--\r\nepilogue".utf8.count + 2
        for count in 0..<end {
            await #expect(throws: (any Error).self, "cut at \(count)") {
                try await read(chunks(Array(bytes[..<count]), of: 16))
            }
        }
    }

    @Test("Random damage gives parts or a typed refusal", arguments: 1...20 as ClosedRange<UInt64>)
    func fuzz(seed: UInt64) async {
        var random = SeededRandom(seed: seed)
        var (read, refused) = (0, 0)
        for _ in 0..<50 {
            var bytes = Array(Self.whole.utf8)
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: .min ... .max, using: &random)
            }
            do {
                let parts = try await self.read(chunks(bytes, of: 7))
                #expect(parts.count <= 50)
                read += 1
            } catch {
                #expect(error is MultipartRefusal || error is HTTPBodyError)
                refused += 1
            }
        }
        #expect(read > 0 && refused > 0, "\(read) read, \(refused) refused")
    }

    @Test("Too many parts and too large headers are refused")
    func limits() async {
        let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n"
        let many = String(repeating: part, count: 51) + "--b--"
        await #expect(throws: MultipartRefusal.tooManyParts) {
            try await read(chunks(Array(many.utf8), of: 100))
        }
        let large = "--b\r\nX: " + String(repeating: "x", count: 9_000) + "\r\n\r\n"
        await #expect(throws: MultipartRefusal.headersTooLarge) {
            try await read(chunks(Array(large.utf8), of: 100))
        }
    }

    struct Seen {
        let name: String
        let filename: String?
        let text: String
    }

    private func read(_ body: HTTPBody) async throws -> [Seen] {
        let multipart = try Multipart(boundary: "b", body: body)
        var seen: [Seen] = []
        while let part = try await multipart.next() {
            let bytes = try await part.body.collect(upTo: 1_000)
            seen.append(
                Seen(
                    name: part.name, filename: part.filename,
                    text: String(decoding: bytes, as: UTF8.self)))
        }
        return seen
    }

    private func chunks(_ bytes: [UInt8], of size: Int) -> HTTPBody {
        let rest = Lock(bytes[...])
        return HTTPBody { () throws(HTTPBodyError) -> [UInt8]? in
            rest.withLock { rest in
                guard !rest.isEmpty else { return nil }
                defer { rest = rest.dropFirst(size) }
                return Array(rest.prefix(size))
            }
        }
    }
}
