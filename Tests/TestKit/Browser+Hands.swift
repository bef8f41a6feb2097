import Base
import HTTP

/// What hands do: type fast, hold keys down, click twice.
extension Browser {
    /// Presses keys one after the other, with so many milliseconds between them.
    package func type(_ keys: String, every pause: Int) async throws {
        var actions: [JSONValue] = []
        for key in keys {
            let sign = JSONValue.text(String(key))
            actions.append(["type": "keyDown", "value": sign])
            actions.append(["type": "keyUp", "value": sign])
            actions.append(["type": "pause", "duration": .integer(pause)])
        }
        try await perform(["type": "key", "id": "keyboard", "actions": .list(actions)])
    }

    /// Holds a letter down: one press, and so many repetitions by the keyboard itself.
    package func hold(_ letter: Character, repeats: Int) async throws {
        for index in 0...repeats {
            try await key("keyDown", letter, isRepeat: index > 0)
        }
        try await key("keyUp", letter, isRepeat: false)
    }

    private func key(_ kind: String, _ letter: Character, isRepeat: Bool) async throws {
        let upper = letter.uppercased()
        let code = Int(upper.unicodeScalars.first?.value ?? 0)
        let parameters: [String: JSONValue] = [
            "type": .text(kind), "key": .text(String(letter)), "code": .text("Key" + upper),
            "text": .text(kind == "keyDown" ? String(letter) : ""),
            "windowsVirtualKeyCode": .integer(code), "autoRepeat": .flag(isRepeat),
        ]
        try await call(
            .post, "/chromium/send_command_and_get_result",
            ["cmd": "Input.dispatchKeyEvent", "params": .object(parameters)])
    }

    /// Clicks twice on the same spot, so many milliseconds apart.
    package func doubleClick(_ selector: String, after pause: Int) async throws {
        let element = try await find(selector)
        // The name of an element's id in the protocol.
        let origin: JSONValue = ["element-6066-11e4-a52e-4f735466cecf": .text(element)]
        let press: [JSONValue] = [
            ["type": "pointerDown", "button": .integer(0)],
            ["type": "pointerUp", "button": .integer(0)],
        ]
        var actions: [JSONValue] = [
            ["type": "pointerMove", "origin": origin, "x": .integer(0), "y": .integer(0)]
        ]
        actions += press
        actions.append(["type": "pause", "duration": .integer(pause)])
        actions += press
        try await perform([
            "type": "pointer", "id": "mouse", "parameters": ["pointerType": "mouse"],
            "actions": .list(actions),
        ])
    }

    private func perform(_ source: JSONValue) async throws {
        try await call(.post, "/actions", ["actions": .list([source])])
    }

    /// Waits until the draft has stood still for long enough to be decided about.
    package func waitUntilArmed() async throws {
        try await wait("the draft is armed", until: "document.querySelector('#draft.armed')")
    }
}
