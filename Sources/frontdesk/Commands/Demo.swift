import Base
import Desk
import Domain
import Foundation
import Processes
import Store

/// The workspace that `serve --demo` shows: a hair salon with its documents and people to sign in.
///
/// Brought once. Passwords are written down before anything is made, so an interrupted first start
/// goes on where it was; once `demo.json` stands, nothing is made or reset any more.
struct Demo: Sendable {
    let desk: FrontDesk
    let database: Database
    let data: DataFolder
    let address: String

    /// What `demo.json` holds.
    struct Card: Codable, Sendable {
        struct SignIn: Codable, Sendable {
            var email: String
            var password: String
        }

        var url: String
        var owner: SignIn
        var staff: SignIn
        var portalSlug: String

        var words: String {
            """
              owner   \(owner.email)  \(owner.password)
              staff   \(staff.email)  \(staff.password)
              portal  \(url)/portal/\(portalSlug)
            """
        }
    }

    func install() async throws -> Card {
        let begun = "\(data.demo).begun"
        if var card = try read(data.demo), try await exists(card.portalSlug) {
            if card.url != address {
                card.url = address
                try write(card, to: data.demo)
            }
            return card
        }
        let business = try BusinessFolder(Demo.folder())
        var card = try read(data.demo) ?? read(begun) ?? newCard(business.file)
        card.url = address
        try write(card, to: begun)
        let owner = try await business.open(
            on: desk, database, owner: card.owner.email, password: Secret(card.owner.password))
        let people = try await desk.reading.read(owner.workspace) { try AccountStore.all($0) }
        if !people.contains(where: { $0.email == card.staff.email }) {
            _ = try await desk.registration.add(
                .init(
                    name: "Ruth Callaghan", email: card.staff.email,
                    password: Secret(card.staff.password)), role: .staff, by: owner)
        }
        try await business.upload(to: desk, by: owner)
        try write(card, to: begun)
        try FileManager.default.moveItemReplacing(begun, data.demo)
        return card
    }

    private func exists(_ slug: String) async throws -> Bool {
        try await database.beforeTenant { try $0.workspace(ofSlug: slug) } != nil
    }

    private func newCard(_ file: BusinessFile) -> Card {
        Card(
            url: address,
            owner: .init(
                email: "owner@\(file.slug).example", password: Passphrase.make(desk.world)),
            staff: .init(email: "ruth@\(file.slug).example", password: Passphrase.make(desk.world)),
            portalSlug: file.slug)
    }

    private func read(_ path: String) throws -> Card? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try JSONCoding.decode(from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw OperatorError("\(path) is damaged. Remove it, and the demo is brought anew.")
        }
    }

    private func write(_ card: Card, to path: String) throws {
        try PrivateFile.write(try JSONCoding.encode(card), to: path)
    }

    /// In the clone, or beside the executable.
    static func folder() throws -> String {
        let vendor = URL(fileURLWithPath: try BundledFiles.vendor("web"))
        let folder = vendor.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("corpora/salon").path
        guard FileManager.default.fileExists(atPath: folder + "/business.json") else {
            throw OperatorError("The demo needs the folder corpora/salon beside .vendor.")
        }
        return folder
    }
}

extension FileManager {
    fileprivate func moveItemReplacing(_ from: String, _ path: String) throws {
        guard rename(from, path) == 0 else {
            throw OperatorError("\(path) cannot be put in place.")
        }
    }
}

/// Passwords that are made for people.
enum Passphrase {
    private static let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")

    /// Five bits a sign, twenty signs: nobody guesses it, and it can be typed.
    static func make(_ world: World) -> String {
        let signs = world.randomBytes(20).map { letters[Int($0) % letters.count] }
        return stride(from: 0, to: 20, by: 5)
            .map { String(signs[$0..<$0 + 5]) }.joined(separator: "-")
    }
}
