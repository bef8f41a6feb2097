package import HTTP

extension JSONValue {
    /// The elements of a list member; empty when there is none.
    package func list(_ name: String) -> [JSONValue] {
        if case .list(let elements) = self[name] { return elements }
        return []
    }

    /// The text of a member; nil when it is something else.
    package func text(_ name: String) -> String? {
        if case .text(let text) = self[name] { return text }
        return nil
    }

    /// The whole number of a member; nil when it is something else.
    package func integer(_ name: String) -> Int? {
        if case .integer(let number) = self[name] { return number }
        return nil
    }
}
