import Base
import Foundation
package import HTTP
import HTTPClient
import Processes

/// Chromium, driven over the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/).
///
/// One process and one session serve a whole suite: a session takes seconds to begin, a page a
/// fraction of one.
package final class Browser: Sendable {
    private let driver: Child
    private let folder: TestFolder
    private let client: CurlClient
    private let session: String

    package static let navigationLimit = Patience.limit

    private init(driver: Child, folder: TestFolder, client: CurlClient, session: String) {
        self.driver = driver
        self.folder = folder
        self.client = client
        self.session = session
    }

    deinit { driver.send(.kill) }

    /// Starts the driver on a free port and opens a session of its own.
    package static func start(width: Int = 1440, height: Int = 900) async throws -> Browser {
        let folder = try TestFolder()
        let port = Lock<Int?>(nil)
        var program = Program("/usr/bin/chromedriver", ["--port=0"], stopSignal: .terminate)
        program.environment["HOME"] = folder.path
        let driver = try await Child.start(program) { line in
            // "ChromeDriver was started successfully on port 41234."
            guard let found = line.split(separator: " ").last?.split(separator: ".").first,
                line.contains("successfully on port"), let number = Int(found)
            else { return }
            port.withLock { $0 = $0 ?? number }
        }
        for _ in 0..<60_000 where port.withLock({ $0 }) == nil {
            try await Task.sleep(for: .milliseconds(10))
        }
        guard let number = port.withLock({ $0 }) else { throw BrowserFault.noDriver }
        let client = CurlClient()
        let options: JSONValue = [
            "binary": "/usr/bin/chromium",
            "args": .list(
                [
                    "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                    "--window-size=\(width),\(height)", "--hide-scrollbars",
                    "--user-data-dir=\(folder.path)/profile",
                ].map { .text($0) }),
        ]
        let wanted: JSONValue = [
            "capabilities": [
                "alwaysMatch": [
                    "browserName": "chrome", "goog:chromeOptions": options,
                    "goog:loggingPrefs": ["browser": "ALL"],
                ]
            ]
        ]
        let base = "http://127.0.0.1:\(number)/session"
        let answer = try await send(client, .post, base, wanted)
        guard case .text(let id)? = answer["sessionId"] else { throw BrowserFault.noSession }
        return Browser(
            driver: driver, folder: folder, client: client, session: "\(base)/\(id)")
    }

    /// Ends the session and the driver.
    package func quit() async {
        // What is left is killed with the driver's process group.
        _ = try? await Browser.send(client, .delete, session, nil)
        driver.send(.kill)
        _ = await driver.wait()
    }

    // MARK: Pages

    package func open(_ url: String) async throws {
        try await call(.post, "/url", ["url": .text(url)])
    }

    package func url() async throws -> String { try await text(call(.get, "/url")) }

    package func resize(_ width: Int, _ height: Int) async throws {
        try await call(
            .post, "/chromium/send_command_and_get_result",
            [
                "cmd": "Emulation.setDeviceMetricsOverride",
                "params": [
                    "width": .integer(width), "height": .integer(height),
                    "deviceScaleFactor": .integer(1), "mobile": .flag(false),
                ],
            ])
    }

    /// Sets what the page hears of `prefers-color-scheme`.
    package func prefer(dark: Bool) async throws {
        try await call(
            .post, "/chromium/send_command_and_get_result",
            [
                "cmd": "Emulation.setEmulatedMedia",
                "params": [
                    "features": .list([
                        ["name": "prefers-color-scheme", "value": .text(dark ? "dark" : "light")],
                        ["name": "prefers-reduced-motion", "value": "reduce"],
                    ])
                ],
            ])
    }

    /// Forgets who is signed in.
    package func clearCookies() async throws { try await call(.delete, "/cookie") }

    /// The page as PNG.
    package func screenshot() async throws -> [UInt8] {
        let encoded = try text(await call(.get, "/screenshot"))
        return Array(Data(base64Encoded: encoded) ?? Data())
    }

    /// Messages of the console since the last look, for finding refused styles and scripts.
    package func log() async throws -> [String] {
        guard case .list(let entries) = try await call(.post, "/se/log", ["type": "browser"])
        else { return [] }
        return entries.compactMap { entry in
            guard case .object(let entry) = entry, case .text(let text)? = entry["message"]
            else { return nil }
            return text
        }
    }

    // MARK: Parts of a page

    /// Waits until a part is there and clicks it.
    package func click(_ selector: String) async throws {
        let element = try await find(selector)
        try await call(.post, "/element/\(element)/click", [:])
    }

    /// Writes into a field as a person would, after what is there.
    package func type(_ words: String, into selector: String) async throws {
        let element = try await find(selector)
        try await call(.post, "/element/\(element)/value", ["text": .text(words)])
    }

    /// Presses keys on whatever has the focus, one after the other, with `held` down.
    package func press(_ keys: String, holding held: String = "") async throws {
        func action(_ type: String, _ key: Character) -> JSONValue {
            ["type": .text(type), "value": .text(String(key))]
        }
        let all =
            held.map { action("keyDown", $0) }
            + keys.flatMap { [action("keyDown", $0), action("keyUp", $0)] }
            + held.map { action("keyUp", $0) }
        try await call(
            .post, "/actions",
            ["actions": .list([["type": "key", "id": "keyboard", "actions": .list(all)]])])
    }

    /// Chooses a file for a file field; the path must exist.
    package func choose(file path: String, in selector: String) async throws {
        try await type(path, into: selector)
    }

    /// Drops files on a part, as from the desktop.
    package func drop(_ files: [(name: String, bytes: [UInt8])], on selector: String) async throws {
        let given = files.map { file -> JSONValue in
            ["name": .text(file.name), "data": .text(Data(file.bytes).base64EncodedString())]
        }
        try await call(
            .post, "/execute/sync",
            [
                "script": """
                const [selector, files] = arguments;
                const moved = new DataTransfer();
                for (const file of files) {
                  const bytes = Uint8Array.from(atob(file.data), (sign) => sign.charCodeAt(0));
                  moved.items.add(new File([bytes], file.name));
                }
                for (const type of ["dragenter", "dragover", "drop"])
                  document.querySelector(selector).dispatchEvent(new DragEvent(type,
                    { dataTransfer: moved, bubbles: true, cancelable: true }));
                """,
                "args": .list([.text(selector), .list(given)]),
            ])
    }

    /// Sets a field's value as its picker would, and says that it changed.
    package func set(_ selector: String, to value: String) async throws {
        _ = try await find(selector)
        try await call(
            .post, "/execute/sync",
            [
                "script": """
                const field = document.querySelector(arguments[0]);
                field.value = arguments[1];
                field.dispatchEvent(new Event("change", { bubbles: true }));
                """,
                "args": .list([.text(selector), .text(value)]),
            ])
    }

    /// Presses Tab until a part has the focus; throws when sixty do not reach it.
    package func tab(to selector: String) async throws {
        let encoded = try JSONCoding.text(selector)
        for _ in 0..<60 {
            try await press(Key.tab)
            let reached = try await run("return document.activeElement.matches(\(encoded))")
            if reached == .flag(true) { return }
        }
        throw BrowserFault.missing("the focus on \(selector)", url: try await url())
    }

    /// Lets pages run scripts, or not; our own questions to the page work either way.
    package func allow(scripts: Bool) async throws {
        try await call(
            .post, "/chromium/send_command_and_get_result",
            [
                "cmd": "Emulation.setScriptExecutionDisabled",
                "params": ["value": .flag(!scripts)],
            ])
    }

    /// The visible words of a part, once it is there.
    package func words(_ selector: String) async throws -> String {
        let element = try await find(selector)
        return try await text(call(.get, "/element/\(element)/text"))
    }

    /// Waits until a script's value is true; throws with the question when it never is.
    package func wait(
        _ question: String, for limit: Duration = Patience.limit, until script: String
    ) async throws {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            // A page that is just being replaced answers with an error: ask again.
            if case .flag(true)? = try? await run("return Boolean(\(script))") { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        // The page itself says most about what went wrong.
        let seen = try? await run("return document.body.innerText.slice(0, 900)")
        throw BrowserFault.timeout(question, url: (try? await url()) ?? "", seen: "\(seen ?? "")")
    }

    /// Waits until the page has these words.
    package func wait(forWords words: String, for limit: Duration = Patience.limit) async throws {
        let encoded = try JSONCoding.text(words)
        try await wait(
            "the page says \(words)", for: limit,
            until: "document.body && document.body.innerText.includes(\(encoded))")
    }

    /// Runs a script in the page; `return` gives a value.
    @discardableResult
    package func run(_ script: String) async throws -> JSONValue {
        try await call(.post, "/execute/sync", ["script": .text(script), "args": .list([])])
    }

    /// Runs a script that calls `arguments[0]` with its value when it is done.
    package func runAsync(_ script: String) async throws -> JSONValue {
        try await call(.post, "/execute/async", ["script": .text(script), "args": .list([])])
    }

    func find(_ selector: String) async throws -> String {
        let end = ContinuousClock.now + Patience.limit
        while ContinuousClock.now < end {
            // Not there yet is the usual reason for an error here.
            let found = try? await call(
                .post, "/element", ["using": "css selector", "value": .text(selector)])
            if case .object(let element)? = found, case .text(let id)? = element.values.first {
                return id
            }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw BrowserFault.missing(selector, url: try await url())
    }

    // MARK: The protocol

    private func text(_ value: JSONValue) throws -> String {
        guard case .text(let text) = value else { throw BrowserFault.refused("no text", "") }
        return text
    }

    @discardableResult
    func call(
        _ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil
    ) async throws -> JSONValue {
        try await Browser.send(client, method, session + path, body)["value"] ?? .null
    }

    private static func send(
        _ client: CurlClient, _ method: HTTPMethod, _ url: String, _ body: JSONValue?
    ) async throws -> [String: JSONValue] {
        var request = FetchRequest(
            method, url, deadline: navigationLimit, maximumResponseBytes: 32 << 20)
        if let body {
            request.body = Array(try JSONCoding.encode(body))
            request.headers["Content-Type"] = ContentType.json.description
        }
        let answer = try await client.fetch(request)
        let json = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body))
        guard case .object(let top) = json else { throw BrowserFault.refused(url, answer.text) }
        if case .object(let value)? = top["value"], case .text(let error)? = value["error"] {
            var message = ""
            if case .text(let words)? = value["message"] { message = words }
            throw BrowserFault.refused(error, message)
        }
        if case .object(let value)? = top["value"], value["sessionId"] != nil { return value }
        return top
    }
}

/// Why the browser did not do what the test asked.
package enum BrowserFault: Error, Hashable {
    case noDriver, noSession
    case refused(String, String)
    case missing(String, url: String)
    case timeout(String, url: String, seen: String)
}

/// Keys that have no sign, as WebDriver writes them.
package enum Key {
    package static let enter = "\u{E007}"
    package static let escape = "\u{E00C}"
    package static let tab = "\u{E004}"
    package static let control = "\u{E009}"
    package static let shift = "\u{E008}"
    package static let space = " "
    package static let down = "\u{E015}"
}
