import Documents
import Foundation
import Processes
import TestKit
import Testing

@Suite("The extract process")
struct ExtractCommandTests {
    @Test("It gives up network, writing, other programs and memory")
    func confined() async throws {
        let result = try await program(["--check"]).run(timeout: .seconds(600))
        #expect(result.termination.succeeded)
        #expect(result.errors == "")
    }

    @Test("It reads what it is given and writes one line that the parent understands")
    func text() async throws {
        let data = Array("Opening hours\n\nMonday: nine to five, with a break at noon.".utf8)
        let output = try await program(["--name", "hours.txt", "--descriptor", "0"])
            .check(input: data, outputLimitBytes: 1 << 20, timeout: .seconds(600))
        #expect(output.count { $0 == 0x0A } == 1)
        let result = ExtractionResult.read(output: Data(output))
        guard case .text(let document) = result else {
            Issue.record("refused: \(result)")
            return
        }
        #expect(document.blocks.count == 2)
    }

    @Test("PDF is read inside the confinement, and a refusal is an answer as well")
    func pdf() async throws {
        let page = MadePDF.lines(["Toner costs thirty-five pounds."], x: 60, top: 100)
        let good = try await program(["--name", "a.pdf", "--descriptor", "0"])
            .check(input: Array(MadePDF(pages: [page]).data()), timeout: .seconds(600))
        guard case .text(let document) = ExtractionResult.read(output: Data(good)) else {
            Issue.record("refused")
            return
        }
        #expect(document.text == "Toner costs thirty-five pounds.")
        let locked = MadePDF(pages: [page], isEncrypted: true).data()
        let refused = try await program(["--name", "a.pdf", "--descriptor", "0"])
            .check(input: Array(locked), timeout: .seconds(600))
        #expect(ExtractionResult.read(output: Data(refused)) == .refused(.encrypted))
    }

    @Test("Wrong arguments and missing files have exit codes of their own")
    func arguments() async throws {
        for (words, code) in [([], 64), (["--name"], 64), (["/nowhere/at/all.pdf"], 66)]
            as [([String], Int32)]
        {
            let result = try await program(words).run(timeout: .seconds(600))
            #expect(result.termination == .exited(code: code))
        }
    }

    private func program(_ words: [String]) -> Program {
        Program(Clone.file(".build/debug/frontdesk"), ["extract"] + words)
    }
}
