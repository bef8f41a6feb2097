import Foundation

/// Measurements, each beside a rival. `bench <suite>` prints medians and ratios.
@main
enum Bench {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let ran =
            switch arguments.first {
            case "vector": try VectorSuite.run(arguments)
            case "understanding": try await UnderstandingSuite.run(arguments)
            default: false
            }
        guard !ran else { return }
        FileHandle.standardError.write(
            Data(
                """
                usage: bench vector --base F --queries F --dim N
                       bench understanding [--corpora F] [--model F]

                """.utf8))
        exit(2)
    }
}
