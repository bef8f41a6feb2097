import Foundation

/// Measurements, each beside a rival. `bench <suite>` prints medians and ratios.
@main
enum Bench {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let ran =
            switch arguments.first {
            case "vector": try VectorSuite.run(arguments)
            default: false
            }
        guard !ran else { return }
        FileHandle.standardError.write(
            Data("usage: bench vector --base F --queries F --dim N\n".utf8))
        exit(2)
    }
}
