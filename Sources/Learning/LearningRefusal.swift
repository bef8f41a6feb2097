package import Base

/// Why data, a prediction or a saved head is not accepted.
package enum LearningRefusal: Refusal, Hashable {
    case outOfRange(String)
    case wrongDimension(expected: Int, found: Int)
    case wrongExtras(expected: Int, found: Int)
    case notFinite
    case unknownClass(String)
    /// A class needs at least two rows, so that one can be held out.
    case tooFewRows(ofClass: String)
    /// The head was trained on embeddings of another model; train it anew.
    case anotherModel(expected: String, found: String)
    case fileUnreadable(String)

    package var code: String {
        switch self {
        case .outOfRange: "learning.out_of_range"
        case .wrongDimension: "learning.wrong_dimension"
        case .wrongExtras: "learning.wrong_extras"
        case .notFinite: "learning.not_finite"
        case .unknownClass: "learning.unknown_class"
        case .tooFewRows: "learning.too_few_rows"
        case .anotherModel: "learning.another_model"
        case .fileUnreadable: "learning.file_unreadable"
        }
    }

    package var kind: RefusalKind {
        switch self {
        case .anotherModel, .fileUnreadable: .conflict
        default: .invalid
        }
    }

    package var detail: String {
        switch self {
        case .outOfRange(let what): "The number of \(what) is outside the allowed range."
        case .wrongDimension(let expected, let found):
            "The embedding has \(found) dimensions; \(expected) are needed."
        case .wrongExtras(let expected, let found):
            "There are \(found) extra numbers; \(expected) are needed."
        case .notFinite: "A number is not usable."
        case .unknownClass: "The class is not one of those to be learned."
        case .tooFewRows(let name): "The class \(name) has fewer than two examples."
        case .anotherModel(let expected, let found):
            "The head belongs to the model \(found), not to \(expected)."
        case .fileUnreadable(let why): "The saved head cannot be read: \(why)."
        }
    }
}
