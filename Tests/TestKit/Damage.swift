import Foundation

/// Ways in which stored JSON can be wrong: as another version would write it, or by chance.
package enum Damage {
    /// Each is `json` with one thing wrong: a member missing, renamed or of another kind, a case
    /// that nobody knows, a number that overflows.
    package static func all(of json: Any) -> [Any] {
        switch json {
        case let object as [String: Any]:
            leaves
                + object.keys.sorted().flatMap { key -> [Any] in
                    var without = object
                    let value = without.removeValue(forKey: key) ?? NSNull()
                    var renamed = without
                    renamed["\(key)_renamed"] = value
                    let inside = all(of: value).map { damage -> Any in
                        var changed = object
                        changed[key] = damage
                        return changed
                    }
                    return [without, renamed] + inside
                }
        case let list as [Any]:
            leaves
                + (list.first.map { first in
                    all(of: first).map { [$0] + list.dropFirst() as [Any] }
                } ?? [])
        default: leaves
        }
    }

    private static var leaves: [Any] {
        [
            NSNull(), "renamed", -1, 9_223_372_036_854_775_807, 1e40, true, [] as [Any],
            [:] as [String: Any],
        ]
    }

    /// A few dozen of the damages of stored JSON: of its outermost members each missing or renamed,
    /// cases that nobody knows, another version, and JSON of every other kind.
    package static func some(of text: String) throws -> [String] {
        let json = try JSONSerialization.jsonObject(
            with: Data(text.utf8), options: .fragmentsAllowed)
        var damages: [Any] = []
        if let object = json as? [String: Any] {
            for key in object.keys.sorted() {
                var without = object
                let value = without.removeValue(forKey: key) ?? NSNull()
                damages.append(without)
                without["\(key)_renamed"] = value
                damages.append(without)
                if value is String { damages.append(object.merging([key: "renamed"]) { $1 }) }
            }
            for version in [0, 99] as [Any] {
                damages.append(object.merging(["version": version]) { $1 })
            }
        }
        return try damages.map { damage in
            String(
                decoding: try JSONSerialization.data(
                    withJSONObject: damage, options: [.sortedKeys, .fragmentsAllowed]),
                as: UTF8.self)
        } + others
    }

    private static let others = [
        "{}", "[]", "\"x\"", "7", "null", "[{}]", "{\"last_inbound\": \"x\"}",
        "{\"last_inbound_number\": 1e40}", "{\"renamed\": {\"_0\": {}}}", "{\"version\": 2}",
    ]
}
