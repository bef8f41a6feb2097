import Base
import Documents
import Foundation
import Processes
import TestKit
import Testing

/// Files that are made to cost more than they are worth, read by the real process.
///
/// Each must end by itself or by its limits, and be a refusal: the parent has nothing to repair.
@Suite("A hostile PDF", .timeLimit(.minutes(3)))
struct HostilePDFTests {
    @Test("Deep nesting is refused or read, and ends")
    func deep() async throws {
        let states = HostilePDF.file([
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 9 9] >>",
            HostilePDF.stream(String(repeating: "q ", count: 200_000)),
        ])
        for file in [HostilePDF.deepCatalogue, states] {
            #expect(try await refusal(of: file) != nil)
        }
    }

    @Test("A tree of pages that never ends is refused, and so is one that promises millions")
    func pageTree() async throws {
        let circle = HostilePDF.file([
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count 2147483647 /Kids [2 0 R 2 0 R 3 0 R] >>",
            "<< /Type /Pages /Parent 2 0 R /Count 2147483647 /Kids [2 0 R 3 0 R] >>",
        ])
        #expect(try await refusal(of: circle) != nil)
        let promise = HostilePDF.file([
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count 2147483647 /Kids [3 0 R] >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        ])
        #expect(try await refusal(of: promise) != nil)
    }

    @Test("Out of processor time, the process is killed and the document is too slow")
    func endless() async throws {
        for file in [HostilePDF.forms(16, "q Q"), HostilePDF.endlessStream] {
            let result = try await extract(file, processorSeconds: 1)
            #expect(result.termination == .signalled(signal: SIGXCPU))
            #expect(refused(result) == .tooSlow)
        }
    }

    @Test("Out of memory, the process dies and the document is too complex")
    func memory() async throws {
        let drawing = "BT /F 9 Tf 9 9 Td (" + String(repeating: "abcdefgh ", count: 50) + ") Tj ET"
        let file = HostilePDF.forms(16, drawing)
        let result = try await extract(file, processorSeconds: 30, memoryBytes: 400 << 20)
        #expect(result.termination != .exited(code: 0))
        // Poppler's own words, or those of the C++ runtime: whichever asks for the byte too many.
        let words = ["memory", "bad_alloc"]
        #expect(words.contains(where: result.errors.contains), "\(result.errors)")
        #expect(refused(result) == .tooComplex)
    }

    /// Nil when it was read.
    private func refusal(of file: [UInt8]) async throws -> ExtractionRefusal? {
        refused(try await extract(file))
    }

    private func refused(_ result: ProgramResult) -> ExtractionRefusal? {
        guard
            case .refused(let refusal) = ExtractionResult.read(
                output: Data(result.output), signal: signal(result))
        else { return nil }
        return refusal
    }

    private func signal(_ result: ProgramResult) -> Int32? {
        if case .signalled(let number) = result.termination { return number }
        return nil
    }

    private func extract(
        _ file: [UInt8], processorSeconds: Int = 10, memoryBytes: Int? = nil
    ) async throws -> ProgramResult {
        let program = Program(
            Clone.builtProgram, ["extract", "--name", "a.pdf", "--descriptor", "0"],
            limits: Program.Limits(
                processorSeconds: processorSeconds, addressSpaceBytes: memoryBytes))
        return try await program.run(
            input: file, outputLimitBytes: ExtractionResult.maxOutputBytes, timeout: Patience.limit)
    }
}
