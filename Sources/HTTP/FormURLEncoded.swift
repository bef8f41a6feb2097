package import Base

/// Pairs of an HTML form or a query string (WHATWG URL, application/x-www-form-urlencoded).
package struct FormURLEncoded: Sendable, Hashable {
    /// The pairs in the order they came.
    package let pairs: [Pair]

    package struct Pair: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    /// More pairs than this are refused.
    package static let pairLimit = 1_000

    package init(_ pairs: [Pair] = []) {
        self.pairs = pairs
    }

    /// Parses text; throws on a broken escape, on bytes that are not UTF-8, on U+0000, on too many
    /// pairs.
    package init(parsing text: some StringProtocol) throws(FormRefusal) {
        try self.init(parsing: Array(text.utf8))
    }

    package init(parsing bytes: [UInt8]) throws(FormRefusal) {
        var pairs: [Pair] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            guard pairs.count < FormURLEncoded.pairLimit else { throw .tooManyPairs }
            let halves = part.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(Array(halves[0]), plusIsSpace: true),
                let value = PercentEncoding.decode(
                    halves.count > 1 ? Array(halves[1]) : [], plusIsSpace: true)
            else { throw .malformed }
            // No store and no page can do anything with U+0000.
            guard !name.utf8.contains(0), !value.utf8.contains(0) else { throw .malformed }
            pairs.append(Pair(name: name, value: value))
        }
        self.pairs = pairs
    }

    /// The first value of `name`.
    package subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    package func values(_ name: String) -> [String] {
        pairs.filter { $0.name == name }.map(\.value)
    }

    /// The pairs written back, percent-encoded.
    package var encoded: String {
        pairs.map { PercentEncoding.encode($0.name) + "=" + PercentEncoding.encode($0.value) }
            .joined(separator: "&")
    }
}

/// Why a form or query string is not accepted.
package enum FormRefusal: Refusal, Hashable {
    case malformed, tooManyPairs

    package var code: String { "request.malformed_form" }
    package var kind: RefusalKind { .malformed }
    package var detail: String {
        switch self {
        case .malformed: "The form or query string is not correctly encoded."
        case .tooManyPairs: "The form has more than \(FormURLEncoded.pairLimit) fields."
        }
    }
}
