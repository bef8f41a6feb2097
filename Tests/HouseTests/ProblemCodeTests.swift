import Foundation
import Testing

@Suite("Problem codes")
struct ProblemCodeTests {
    static let list = "Sources/WebCore/Responses/ProblemCodes.swift"

    /// Refusals that never reach a client, by the beginning of their codes, with the reason.
    static let inner = [
        "learning.": "training is offline; the desk turns these into faults",
        "vector.": "the index is a cache; a refusal of it falls back to exact search",
    ]

    @Test("Every refusal's code is listed in one file")
    func listed() {
        let listed = Tree.read(ProblemCodeTests.list).lines.joined(separator: "\n")
        var codes: Set<String> = []
        for file in Tree.sources where file.path != ProblemCodeTests.list {
            for (number, text) in file.code {
                guard let code = ProblemCodeTests.code(in: text),
                    !ProblemCodeTests.inner.keys.contains(where: { code.hasPrefix($0) })
                else { continue }
                codes.insert(code)
                #expect(
                    listed.contains("\"\(code)\""),
                    "\(file.path):\(number): list \(code) in \(ProblemCodeTests.list)")
            }
        }
        #expect(codes.count >= 40)
    }

    /// The code of a line such as `case .slotTaken: "booking.slot_taken"`.
    static func code(in text: String) -> String? {
        let line = text.drop { $0 == " " }
        guard line.hasPrefix("case ."), line.hasSuffix("\"") else { return nil }
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].hasSuffix(": ") else { return nil }
        let code = parts[1]
        guard code.split(separator: ".").count == 2, !code.hasPrefix("."),
            code.allSatisfy({ ($0 >= "a" && $0 <= "z") || $0 == "_" || $0 == "." })
        else { return nil }
        return String(code)
    }
}
