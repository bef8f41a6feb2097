import Foundation

/// The one executable: each word after its name is a command.
enum FrontdeskCommand {
    static func run(_ arguments: [String]) async -> Int32 {
        FileHandle.standardError.write(Data("usage: frontdesk serve\n".utf8))
        return 64
    }
}
