import Base
package import HTTP

/// Refuses what a query says and no route hears: a misspelt filter would otherwise give everything.
///
/// One place for every listed route, from what its line of the table declares. Pages are lenient.
package enum QueryCheck {
    package static func check(_ request: HTTPRequest, _ route: RouteDescription) throws(WebRefusal)
    {
        guard route.isListed else { return }
        var allowed = Set(route.query.map(\.name))
        // A form of files brings its token here, since its body is not read for it.
        if !request.method.isSafe { allowed.insert(CSRF.field) }
        var seen: Set<String> = []
        for pair in request.query.pairs {
            guard allowed.contains(pair.name) else {
                throw .badParameter(shown(pair.name), known(route))
            }
            guard seen.insert(pair.name).inserted else {
                throw .badParameter(shown(pair.name), "may be given only once")
            }
        }
    }

    private static func known(_ route: RouteDescription) -> String {
        let names = route.query.map(\.name).sorted().joined(separator: ", ")
        return "is not known here" + (names.isEmpty ? "; leave it out" : "; known are \(names)")
    }

    private static func shown(_ name: String) -> String {
        let shown = name.unicodeScalars.prefix(60).filter {
            !$0.properties.isDefaultIgnorableCodePoint
        }
        return String(String.UnicodeScalarView(shown))
    }
}
