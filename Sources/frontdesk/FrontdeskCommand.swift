import Base
import Extraction
import Foundation
import Glibc

/// The one executable: the first word after its name is a command.
enum FrontdeskCommand {
    static let version = "0.1.0"

    /// Exit codes as in sysexits.h: 0 done, 64 wrong words, 69 something needed is away, 78 settings.
    static func run(_ words: [String]) async -> Int32 {
        let arguments = Array(words.dropFirst())
        // Before anything else: this process is about to be confined and needs nothing of ours.
        if words.first == "extract" { return ExtractCommand.run(arguments: arguments) }
        signal(SIGPIPE, SIG_IGN)
        do {
            return try await dispatch(words.first, arguments)
        } catch let refused as UsageError {
            Terminal.complain("\(refused.reason)\n\n\(usage)")
            return 64
        } catch let mistakes as ConfigMistakes {
            Terminal.complain("The settings need another look:\n\(mistakes)")
            return 78
        } catch {
            Terminal.complain(Terminal.words(for: error))
            return 69
        }
    }

    private static func dispatch(_ command: String?, _ arguments: [String]) async throws -> Int32 {
        switch command {
        case "serve": try await ServeCommand.run(arguments)
        case "work": try await WorkCommand.run(arguments)
        case "models": try await ModelsCommand.run(arguments)
        case "intents": try await IntentsCommand.run(arguments)
        case "migrate": try await MigrateCommand.run(arguments)
        case "owner": try await OwnerCommand.run(arguments)
        case "load": try await LoadCommand.run(arguments)
        case "credentials": try await CredentialsCommand.run(arguments)
        case "backup": try await BackupCommand.run(arguments)
        case "restore": try await RestoreCommand.run(arguments)
        case "audit": try await AuditCommand.run(arguments)
        case "doctor": try await DoctorCommand.run(arguments)
        case "help", "--help", "-h": Terminal.say(usage)
        case "version", "--version": Terminal.say("frontdesk \(version)")
        case nil: throw UsageError("Say what to do.")
        case let other?: throw UsageError("There is no command \"\(other.prefix(40))\".")
        }
        return Terminal.exitCode
    }

    static let usage = """
        usage: frontdesk COMMAND

          serve [--demo]        the server with everything it needs; --demo brings a hair salon
          work                  only the worker, while no server runs on the same DATABASE_URL
          models --port N [--threads N] [--precision auto|f32|int16|bf16|int8]
                 [--isa auto|avx512|avx2|portable] [--bind ADDRESS] [--folder PATH]
                                only the embedding server (OpenAI-compatible /v1/embeddings)
          intents [--folder PATH]
                                trains the classifier of intents, unless it is there; set-up does it
          extract [--name NAME] PATH
                                reads one document in a confined process
          migrate [--take-over] brings the database up to date and stops; --take-over makes this
                                data folder the database's own, when the other is gone
          owner create --email E --name N --business B [--zone Europe/London] [--currency EUR]
                       [--country GB]
                                a workspace and its owner; the password comes from standard input,
                                or is made and shown once
          load FOLDER           a business described in FOLDER/business.json with its documents
          credentials list|set|remove|forget --slug S [--provider P] [--name N]
                                secrets for outside services; `set` takes one from standard input,
                                `forget` removes all of a workspace
          credentials rotate    exchanges the key that opens them; can be said again if interrupted
          backup FILE           database, documents and keys into one file
          restore FILE [--force]
                                the same back; --force replaces what is there
          audit verify          whether the log is what was sealed; ends with 1 and the place if not
          doctor                says what is missing or wrong
          help, version

        Settings come from the environment; see the README, "Configuration".
        """
}

/// The words on the command line cannot be understood.
struct UsageError: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
