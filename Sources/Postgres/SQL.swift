/// A statement whose interpolations are binds, never text.
///
/// `let query: SQL = "select name from service where id = \(id)"` sends `$1` and the value beside
/// it. Text that must become part of the statement says `\(raw: …)`, so each such place is easy to
/// find; another `SQL` is spliced in with its binds renumbered.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The statement with `$1`, `$2`, … where the values go.
    package let text: String
    let pieces: [String]
    let binds: [SQLBind]

    package init(stringLiteral value: String) {
        text = value
        pieces = [value]
        binds = []
    }

    package init(stringInterpolation interpolation: SQLInterpolation) {
        pieces = interpolation.pieces
        binds = interpolation.binds
        var text = pieces[0]
        text.reserveCapacity(pieces.reduce(0) { $0 + $1.utf8.count + 3 })
        for index in binds.indices {
            text += "$\(index + 1)"
            if let cast = binds[index].type.cast { text += "::" + cast }
            text += pieces[index + 1]
        }
        self.text = text
    }

    /// Statement text that is not known at compile time; holds no binds.
    package init(raw text: String) {
        self.init(stringLiteral: text)
    }
}

/// Gathers the text and the binds of an interpolated `SQL`.
package struct SQLInterpolation: StringInterpolationProtocol {
    fileprivate var pieces: [String] = [""]
    fileprivate var binds: [SQLBind] = []

    package init(literalCapacity: Int, interpolationCount: Int) {
        pieces.reserveCapacity(interpolationCount + 1)
        binds.reserveCapacity(interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) {
        pieces[pieces.count - 1] += literal
    }

    package mutating func appendInterpolation(_ value: some SQLEncodable) {
        binds.append(SQLBind(value))
        pieces.append("")
    }

    /// Nil is NULL.
    package mutating func appendInterpolation<Value: SQLEncodable>(_ value: Value?) {
        binds.append(SQLBind(value))
        pieces.append("")
    }

    /// An enum is bound as its raw value, so that columns of states need no conformance each.
    @_disfavoredOverload
    package mutating func appendInterpolation<Value: RawRepresentable>(_ value: Value)
    where Value.RawValue: SQLEncodable {
        appendInterpolation(value.rawValue)
    }

    @_disfavoredOverload
    package mutating func appendInterpolation<Value: RawRepresentable>(_ value: Value?)
    where Value.RawValue: SQLEncodable {
        appendInterpolation(value?.rawValue)
    }

    /// Enums as an array of their raw values, for `= any(…)`.
    @_disfavoredOverload
    package mutating func appendInterpolation<Value: RawRepresentable>(_ values: [Value])
    where Value.RawValue: SQLElement {
        appendInterpolation(values.map(\.rawValue))
    }

    /// Text that becomes part of the statement. Never pass anything that came from outside.
    package mutating func appendInterpolation(raw text: String) {
        appendLiteral(text)
    }

    /// Another statement or fragment, with its binds.
    package mutating func appendInterpolation(_ fragment: SQL) {
        appendLiteral(fragment.pieces[0])
        for (bind, piece) in zip(fragment.binds, fragment.pieces.dropFirst()) {
            binds.append(bind)
            pieces.append(piece)
        }
    }
}

/// One value on its way to the server, already in the binary format.
struct SQLBind: Sendable {
    let type: SQLType
    /// Nil is NULL.
    let bytes: [UInt8]?

    init<Value: SQLEncodable>(_ value: Value) {
        type = Value.sqlType
        if value.isNull {
            bytes = nil
        } else {
            var bytes: [UInt8] = []
            value.encode(into: &bytes)
            self.bytes = bytes
        }
    }
}
