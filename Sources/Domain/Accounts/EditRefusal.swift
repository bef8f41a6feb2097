package import Base

/// Somebody saved what another person has changed since it was read.
package enum EditRefusal: Refusal, Equatable {
    /// It is at this version now.
    case changedMeanwhile(current: Int)

    /// Throws when `versions` are known and `current` is none of them.
    package static func check(
        _ current: Int, in versions: Set<Int>?
    ) throws(EditRefusal) {
        if let versions, !versions.contains(current) { throw .changedMeanwhile(current: current) }
    }

    package var code: String {
        switch self {
        case .changedMeanwhile: "edit.changed_meanwhile"
        }
    }

    package var kind: RefusalKind { .conflict }

    package var detail: String {
        switch self {
        case .changedMeanwhile:
            "Somebody changed this meanwhile. Read it again, and save what you still want to change."
        }
    }
}
