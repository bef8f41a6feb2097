import Base
import Domain
import HTTP
import WebCore

/// One field of a form that several people may edit at once.
struct EditField<Item: Sendable>: Sendable {
    /// Of the form's control.
    let name: String
    let label: String
    /// What the field holds, as people read it.
    let text: @Sendable (Item) -> String
    let copy: @Sendable (_ item: Item, _ target: inout Item) -> Void

    init<Value>(
        _ name: String, _ label: String, _ path: any WritableKeyPath<Item, Value> & Sendable,
        _ text: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            name, label, { text($0[keyPath: path]) },
            copy: { item, target in target[keyPath: path] = item[keyPath: path] })
    }

    init(
        _ name: String, _ label: String, _ text: @escaping @Sendable (Item) -> String,
        copy: @escaping @Sendable (Item, inout Item) -> Void
    ) {
        self.name = name
        self.label = label
        // Browsers send line ends as CRLF; an unchanged text would look like an edited one.
        self.text = { text($0).replacing("\r\n", with: "\n") }
        self.copy = copy
    }
}

/// What a form carries of the thing it edits: which version it shows, what its fields held then, and
/// what was chosen where somebody else has saved meanwhile.
struct EditState: Sendable {
    enum Choice: String, Sendable {
        case mine, saved
    }

    /// A field that holds something else than what is saved now.
    struct Difference: Sendable {
        let name: String
        let label: String
        let mine: String
        let saved: String
        /// Nil where both have changed it: a person must say which is to stand.
        let choice: Choice?
    }

    /// Nil for a new thing, and for a form that does not say.
    private(set) var version: Int?
    private(set) var was: [String: String] = [:]
    private(set) var differences: [Difference] = []
    /// Of a form that was sent after differences were shown: what they were, and what was chosen.
    private var shown: [String: String] = [:]
    private var choices: [String: Choice] = [:]

    /// A form for something new.
    init() {}

    /// A form that shows what is saved.
    init<Item>(showing item: Item, version: Int, _ fields: [EditField<Item>]) {
        self.version = version
        was = Dictionary(
            fields.map { ($0.name, $0.text(item)) }, uniquingKeysWith: { first, _ in first })
    }

    /// What a form that was sent says.
    init(_ form: FormURLEncoded) {
        version = form["version"].flatMap { Int($0) }
        for pair in form.pairs {
            if let name = EditState.name("was_", pair) { was[name] = EditState.plain(pair.value) }
            if let name = EditState.name("mine_", pair) {
                shown[name] = EditState.plain(pair.value)
            }
            if let name = EditState.name("take_", pair) { choices[name] = Choice(pair.value) }
        }
    }

    private static func name(_ prefix: String, _ pair: FormURLEncoded.Pair) -> String? {
        pair.name.hasPrefix(prefix) ? String(pair.name.dropFirst(prefix.count)) : nil
    }

    private static func plain(_ text: String) -> String { text.replacing("\r\n", with: "\n") }

    /// For the desk; nil where the form does not say what it shows.
    var versions: Set<Int>? { version.map { [$0] } }

    /// Whether a difference was shown and nothing was chosen for it.
    var isUndecided: Bool { shown.keys.contains { choices[$0] == nil } }

    /// Copies what the person has changed, or chosen, into what is saved; the rest stays.
    func merge<Item>(_ typed: Item, into saved: inout Item, _ fields: [EditField<Item>]) {
        for field in fields where takes(field.text(typed), field.name) {
            field.copy(typed, &saved)
        }
    }

    private func takes(_ text: String, _ name: String) -> Bool {
        // What was typed after the differences were shown is what the person wants.
        if let mine = shown[name], mine != text { return true }
        switch choices[name] {
        case .mine: return true
        case .saved: return false
        case nil: return was[name].map { $0 != text } ?? true
        }
    }

    /// The form again, on what is saved now, with everything that differs from it.
    func conflicting<Item>(
        _ typed: Item, with saved: Item, version: Int, _ fields: [EditField<Item>]
    ) -> EditState {
        var next = EditState(showing: saved, version: version, fields)
        next.differences = fields.compactMap { field in
            let (mine, now) = (field.text(typed), field.text(saved))
            guard mine != now else { return nil }
            var choice = choices[field.name]
            if choice == nil, let was = was[field.name] {
                if was == mine { choice = .saved }
                if was == now { choice = .mine }
            }
            return Difference(
                name: field.name, label: field.label, mine: mine, saved: now, choice: choice)
        }
        return next
    }
}

extension EditState.Choice {
    fileprivate init?(_ text: String) { self.init(rawValue: text) }
}

/// What a form carries of its version, and the choice where two people changed the same thing.
enum EditFields {
    @HTMLBuilder
    static func html(_ frame: PageContext, _ state: EditState) -> HTML {
        if let version = state.version {
            input(.type("hidden"), .name("version"), .value("\(version)"))
        }
        for (name, text) in state.was.sorted(by: { $0.key < $1.key }) {
            input(.type("hidden"), .name("was_\(name)"), .value(text))
        }
        if !state.differences.isEmpty { conflict(frame, state.differences) }
    }

    private static func conflict(_ frame: PageContext, _ differences: [EditState.Difference])
        -> HTML
    {
        section(
            .id("conflict"), .class("edit-conflict"), .role("alert"), .label("What differs"),
            HTMLAttribute("tabindex", "-1")
        ) {
            h2 { "Somebody else saved this while you were editing" }
            p {
                "Nothing was saved yet, and what you typed is still in the form. Choose what is to "
                    + "stand where the two differ, then save again."
            }
            for difference in differences {
                fieldset {
                    legend { difference.label }
                    input(
                        .type("hidden"), .name("mine_\(difference.name)"), .value(difference.mine))
                    choice(difference, .mine, "Yours", difference.mine)
                    choice(difference, .saved, "Saved now", difference.saved)
                }
            }
        }
    }

    private static func choice(
        _ difference: EditState.Difference, _ choice: EditState.Choice, _ title: String,
        _ text: String
    ) -> HTML {
        label(.class("edit-choice")) {
            input(
                .type("radio"), .name("take_\(difference.name)"), .value(choice.rawValue),
                .required, .flag("checked", difference.choice == choice))
            span {
                strong { title }
                span(.class("edit-text")) { text.isEmpty ? "(empty)" : text }
            }
        }
    }
}
