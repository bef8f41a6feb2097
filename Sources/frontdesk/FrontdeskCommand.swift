import Extraction
import Foundation

/// The one executable: each word after its name is a command.
enum FrontdeskCommand {
    static func run(_ arguments: [String]) async -> Int32 {
        if arguments.first == "extract" {
            return ExtractCommand.run(arguments: Array(arguments.dropFirst()))
        }
        FileHandle.standardError.write(Data("usage: frontdesk serve\n".utf8))
        return 64
    }
}
