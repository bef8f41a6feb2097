import Foundation

exit(await FrontdeskCommand.run(Array(CommandLine.arguments.dropFirst())))
