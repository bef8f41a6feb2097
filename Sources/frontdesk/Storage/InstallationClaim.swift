import Base
import Foundation
import Glibc
import Postgres
import Store

/// What a command claims of the database, so that several processes do not spoil each other's work.
///
/// Each process that works keeps indexes and files of its own, and the tables say nothing of that:
/// so only one works at a time, and the others say who it is.
enum InstallationClaim {
    enum Use {
        /// `serve` and `work`.
        case working
        /// `load` and `owner`: beside a server or without one.
        case visiting
        /// `backup`: the same, and no bytes are removed meanwhile.
        case copying
        /// `migrate` and `restore`: alone.
        case replacing

        var parts: [DatabaseClaim.Part] {
            switch self {
            case .working: [part(.work, true), part(.schema, false)]
            case .visiting: [part(.schema, false)]
            case .copying: [part(.schema, false), part(.documents, true)]
            case .replacing: [part(.work, true), part(.schema, true)]
            }
        }

        private func part(_ part: InstallationPart, _ isExclusive: Bool) -> DatabaseClaim.Part {
            DatabaseClaim.Part(part.rawValue, isExclusive: isExclusive)
        }
    }

    /// Takes it, or says who is in the way and what to do.
    static func take(
        _ use: Use, for command: String, on place: DatabaseLocation
    ) async throws -> DatabaseClaim {
        let claim = DatabaseClaim(place.owner, as: introduction(command), parts: use.parts)
        do {
            guard let holder = try await claim.take() else { return claim }
            throw refusal(command, use, holder)
        } catch {
            await claim.release()
            throw error
        }
    }

    static func introduction(_ command: String) -> String {
        "frontdesk \(command) (process \(getpid()) on \(HostName.own.prefix(24)))"
    }

    static func refusal(_ command: String, _ use: Use, _ holder: DatabaseClaim.Holder)
        -> OperatorError
    {
        let who = holder.words + (holder.address.map { " from \($0)" } ?? "")
        return switch use {
        case .working:
            OperatorError(
                "\(who) works on this database already, and only one process can at a time: each has"
                    + " its own index and its own files. Stop it first, or set DATABASE_URL to"
                    + " another database.")
        case .replacing:
            OperatorError("\(who) uses this database. Stop it first, then say `\(command)` again.")
        case .visiting, .copying:
            OperatorError("\(who) has this database for itself now. Wait until it is done.")
        }
    }
}

/// Keeps the claim of a running server; ends it when another process works on the database now.
struct ClaimKeeper: Service {
    let name = "claim"
    let claim: DatabaseClaim
    let command: String
    let world: World

    static let interval = Duration.seconds(2)

    func run() async throws {
        do {
            try await claim.keep(looking: ClaimKeeper.interval, world)
        } catch let holder as DatabaseClaim.Holder {
            throw InstallationClaim.refusal(command, .working, holder)
        }
    }
}

/// The name of this machine, for people.
enum HostName {
    static var own: String {
        var name = [CChar](repeating: 0, count: 256)
        // One that is longer is cut; without one the place is empty.
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
