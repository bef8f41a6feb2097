import Base
import Foundation
import HTTP
import HTTPClient
import Processes
import TestKit

/// A data folder of its own, and servers of the built program on it.
final class Installation: Sendable {
    let folder: TestFolder
    let data: String
    let client = CurlClient()
    private let settings: [String: String]

    /// `settings` are variables of the environment beside folder and port.
    init(_ settings: [String: String] = [:]) throws {
        folder = try TestFolder()
        data = "\(folder.path)/data"
        self.settings = settings
    }

    /// As root the cluster lies where its account can reach it, and a link leads there.
    deinit {
        // No link means nothing to remove.
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(data)/pg")
        guard let link, link.hasPrefix("/var/lib/frontdesk/data-") else { return }
        let place = URL(fileURLWithPath: link).deletingLastPathComponent()
        // What is left only takes room.
        try? FileManager.default.removeItem(at: place)
    }

    func program(_ words: [String], port: Int = 0) -> Program {
        var environment = Program.bareEnvironment
        environment["FRONTDESK_DATA"] = data
        environment["PORT"] = "\(port)"
        environment.merge(settings) { _, given in given }
        return Program(Clone.builtProgram, words, environment: environment)
    }

    /// Runs a command to its end.
    func run(_ words: [String], input: String = "") async throws -> (code: Int32, text: String) {
        let result = try await program(words).run(
            input: Array(input.utf8), timeout: .seconds(120))
        let text = String(decoding: result.output, as: UTF8.self) + result.errors
        guard case .exited(let code) = result.termination else { return (-1, text) }
        return (code, text)
    }

    /// Starts a server and waits until it says where it is.
    func start(_ words: [String] = []) async throws -> RunningServer {
        let said = Lock("")
        let child = try await Child.start(program(["serve"] + words)) { line in
            said.withLock { $0 += line + "\n" }
        }
        let mark = words.contains("--demo") ? "/portal/" : "Frontdesk is at"
        for _ in 0..<60_000 where child.termination == nil {
            let text = said.withLock { $0 }
            if text.contains(mark), let url = text.split(separator: " ").dropFirst(3).first {
                let address = url.split(whereSeparator: \.isNewline).first ?? url
                return RunningServer(child: child, url: String(address), client: client)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw ProcessFault.ended(
            program: "serve", child.termination ?? .exited(code: -1), lastLines: child.lastLines)
    }
}

extension Installation {
    /// Every document's file, by its path in the folder.
    func blobs() throws -> [String: Data] {
        let folder = "\(data)/blobs"
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return names.reduce(into: [:]) { files, name in
            // Nil for a folder.
            files[name] = FileManager.default.contents(atPath: "\(folder)/\(name)")
        }
    }
}

struct RunningServer: Sendable {
    let child: Child
    let url: String
    let client: CurlClient

    func get(_ path: String, token: String = "") async throws -> FetchResponse {
        try await client.fetch(
            FetchRequest(.get, url + path, headers: ["Authorization": "Bearer \(token)"]))
    }

    func post(_ path: String, _ body: String, token: String = "") async throws -> FetchResponse {
        var request = FetchRequest(.post, url + path, body: Array(body.utf8))
        request.headers = ["Content-Type": "application/json", "Authorization": "Bearer \(token)"]
        return try await client.fetch(request)
    }

    /// Uploads a file as a form.
    func upload(_ name: String, _ bytes: [UInt8], token: String) async throws -> FetchResponse {
        let head =
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n"
        var request = FetchRequest(
            .post, url + "/api/v1/knowledge-base/upload/",
            body: Array(head.utf8) + bytes + Array("\r\n--edge--\r\n".utf8))
        request.headers = [
            "Content-Type": "multipart/form-data; boundary=edge",
            "Authorization": "Bearer \(token)",
        ]
        return try await client.fetch(request)
    }

    var port: Int { url.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    func token(_ email: String, _ password: String) async throws -> String {
        let response = try await post(
            "/api/v1/auth/login", #"{"email":"\#(email)","password":"\#(password)"}"#)
        return try response.decodeJSON(Tokens.self).accessToken
    }

    private struct Tokens: Decodable { let accessToken: String }

    /// Process ids of our direct children whose command line holds the word, or all.
    func children(_ word: String? = nil) -> [Int32] {
        childProcesses(of: child.processID, word)
    }
}

func isAlive(_ process: Int32) -> Bool {
    guard let status = FileManager.default.contents(atPath: "/proc/\(process)/stat") else {
        return false
    }
    return !String(decoding: status, as: UTF8.self).contains(") Z ")
}

extension FetchResponse {
    /// The body as JSON; null when it is none.
    var json: JSONValue {
        // A body that is no JSON is what the expectation then shows.
        (try? JSONDecoder().decode(JSONValue.self, from: Data(body))) ?? .null
    }
}
