import Domain

/// Puts the parts of a message together that speak of one wish: "cancel Tuesday's and book a trim".
struct RequestGroups: Sendable {
    /// What is given up or moved comes first: a new appointment may need its time.
    let groups: [[MessageSegment]]

    init(_ actions: [MessageSegment]) {
        var groups: [(verb: Verb?, parts: [MessageSegment])] = []
        for part in actions {
            let verb = part.verb
            guard let last = groups.last else {
                groups.append((verb, [part]))
                continue
            }
            if RequestGroups.begins(part, after: last.verb) {
                groups.append((verb, [part]))
            } else {
                groups[groups.count - 1].parts.append(part)
                groups[groups.count - 1].verb = last.verb ?? verb
            }
        }
        // "Cancel it and book again for Friday" moves one appointment: no other is named.
        self.groups =
            groups.filter { $0.verb != .book }.map(\.parts)
            + groups.filter { $0.verb == .book }.map(\.parts)
    }

    /// Whether a part is a wish of its own: another verb with something to do it to.
    private static func begins(_ part: MessageSegment, after verb: Verb?) -> Bool {
        guard let own = part.verb, let verb, own != verb else { return false }
        switch own {
        case .book: return part.reading.service != nil
        case .move, .cancel: return true
        }
    }
}
