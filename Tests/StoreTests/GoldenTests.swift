import Base
import Cryptography
import Domain
import Foundation
import Postgres
import TestKit
import Testing

@testable import Store

/// A shape with the values whose spelling its golden files hold.
private struct GoldenShape: Sendable, CustomTestStringConvertible {
    let name: String
    let version: Int
    let keys: Set<String>
    /// Whether a stored value reads as the sample of this name.
    let reads: @Sendable (SQLJSON, String) throws -> Bool
    /// The sample of this name as it is written now.
    let writes: @Sendable (String) throws -> SQLJSON?

    init<Shape: StoredShape>(
        _ name: String, _ shape: Shape.Type, _ samples: [String: Shape.Value]
    ) where Shape.Value: Equatable & Sendable {
        self.name = name
        version = Shape.version
        keys = Set(samples.keys)
        reads = { json, key in try json.value(as: Stored<Shape>.self).value == samples[key] }
        writes = { key in try samples[key].map { try SQLJSON($0, as: shape) } }
    }

    var testDescription: String { name }

    func file(_ version: Int) -> GoldenFile { GoldenFile(name: "\(name).v\(version).json") }
}

/// A file with a stored value on each line, by the name of its sample.
private struct GoldenFile {
    let name: String

    static let folder = Clone.file("Tests/StoreTests/Golden")

    var path: String { "\(GoldenFile.folder)/\(name)" }

    func entries() throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    static func text(_ json: Any) throws -> String {
        let options: JSONSerialization.WritingOptions = [
            .sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes,
        ]
        return String(
            decoding: try JSONSerialization.data(withJSONObject: json, options: options),
            as: UTF8.self)
    }

    static func tree(_ json: SQLJSON) throws -> Any {
        try JSONSerialization.jsonObject(with: json.data, options: .fragmentsAllowed)
    }
}

@Suite("What is stored as JSON")
struct GoldenTests {
    private static let shapes = [
        GoldenShape("booking_session", StoredBookingSession.self, StoredSamples.sessions),
        GoldenShape("draft_basis", StoredDraftBasis.self, StoredSamples.bases),
        GoldenShape("draft_citations", StoredCitations.self, StoredSamples.citations),
        GoldenShape("draft_commands", StoredCommands.self, StoredSamples.commands),
        GoldenShape("draft_effects", StoredEffects.self, StoredSamples.effects),
        GoldenShape("draft_warnings", StoredWarnings.self, StoredSamples.warnings),
        GoldenShape("weekly_hours", StoredWeeklyHours.self, StoredSamples.hours),
        GoldenShape("booking_policy", StoredBookingPolicy.self, StoredSamples.policies),
    ]

    /// What each golden file is for ever. A file is added and never edited: whoever changes a shape
    /// writes its next version, whose file `RENEW_GOLDEN=1` makes.
    private static let checksums: [String: String] = [
        "booking_policy.v1.json":
            "42deb6d608b50358a0949e09b0fc8a44baccdd4834aceed94ba4452bd03e51a5",
        "booking_policy.v2.json":
            "9cede07c6439f92182be708a7c29d8328c1dbabf975acca7696abcd758d86abe",
        "booking_session.v1.json":
            "ec44c82e72f97cff3d5b4104495656e69bfd7b4ce1c1a9f2f328a685416536ee",
        "booking_session.v2.json":
            "4b3f2bee8bf4dc33d32336b380517e7dd6abb5406d836b542798fefcea29b06f",
        "draft_basis.v1.json":
            "8a66534d37538aa0bc6b048e1ff7d4990bcdee2a4ddfab80823c7213d23df984",
        "draft_basis.v2.json":
            "038f41b7812885c7d72c871d9530c30e0ec12c0c85ed352d3798e9f0048600fb",
        "draft_citations.v1.json":
            "dd8476396ccb079a9c52c89c47baf0e0f5d38f6ef4936b49bfbf10cc926d249e",
        "draft_citations.v2.json":
            "dff1552fa96c6bfbc68b2d6be77b2967a023352f133050b2538a063aac4b18f7",
        "draft_commands.v1.json":
            "ddf2b03d053fa23e3677160b5e4ef96c9ec1c1b4a479b418de1a291c0c6bad51",
        "draft_commands.v2.json":
            "2af5faeb5e9b09c59bc70948db5b5b17a54b490603154125c828f28d5e160946",
        "draft_effects.v1.json":
            "d1dca5621192c2dacef987ebfddf8761e3d429fb6177eeb736cdba71db3629ae",
        "draft_effects.v2.json":
            "212e39e33d7ae2199e64f297eab3d72350160f303002bf81be53ea1c3ebb268f",
        "draft_warnings.v1.json":
            "04be3e320244b5a00d1c6eb5940560fda6d6eaf04a2d4856814a227f19ad1c53",
        "draft_warnings.v2.json":
            "d1dd0b0589bc7afb4aa44119d6f986b846ca31b5b8a328b89470b11b165c522a",
        "weekly_hours.v1.json":
            "5ed66928ae878e398341e93f1d1cf87c733e8d0d3b4530378d9588bac5db8be0",
        "weekly_hours.v2.json":
            "28284d8f499e3b8c7c38e3de3449c407f78e40e23d6fd2f3a22d283f3ef4d433",
    ]

    @Test("No golden file was edited, and each version of each shape has one")
    func unchanged() throws {
        if ProcessInfo.processInfo.environment["RENEW_GOLDEN"] != nil { try makeMissing() }
        let found = try FileManager.default.contentsOfDirectory(atPath: GoldenFile.folder)
        let wanted = GoldenTests.shapes.flatMap { shape in
            (1...shape.version).map { shape.file($0).name }
        }
        #expect(Set(found) == Set(wanted))
        #expect(Set(GoldenTests.checksums.keys) == Set(wanted))
        for name in found.sorted() {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: GoldenFile(name: name).path))
            let sum = SHA256.hex(bytes)
            #expect(
                GoldenTests.checksums[name] == sum,
                "\(name) has \(sum). A version that was written is never changed.")
        }
    }

    /// Writes the newest version's file of each shape that has none.
    private func makeMissing() throws {
        for shape in GoldenTests.shapes {
            let file = shape.file(shape.version)
            guard !FileManager.default.fileExists(atPath: file.path) else { continue }
            let lines = try shape.keys.sorted().map { key in
                "\"\(key)\": \(try shape.writes(key)?.text ?? "")"
            }
            try "{\n\(lines.joined(separator: ",\n"))\n}\n".write(
                toFile: file.path, atomically: true, encoding: .utf8)
        }
    }

    @Test("Every version that was ever written is read", arguments: shapes)
    private func read(shape: GoldenShape) throws {
        for version in 1...shape.version {
            let entries = try shape.file(version).entries()
            #expect(!entries.isEmpty)
            for (key, json) in entries {
                let stored = SQLJSON(text: try GoldenFile.text(json))
                #expect(try shape.reads(stored, key), "\(shape.name) v\(version): \(key)")
            }
        }
    }

    @Test("What is written is what the newest golden file says", arguments: shapes)
    private func written(shape: GoldenShape) throws {
        let entries = try shape.file(shape.version).entries()
        #expect(Set(entries.keys) == shape.keys)
        for (key, json) in entries {
            let now = try #require(try shape.writes(key))
            let text = try GoldenFile.text(try GoldenFile.tree(now))
            #expect(text == (try GoldenFile.text(json)), "\(shape.name): \(key)")
        }
    }

    @Test("The golden files use every case of every stored enum")
    func everyCase() throws {
        func check<Kind: CaseIterable & RawRepresentable<String>>(
            _ kinds: Kind.Type, _ member: String, in name: String
        ) throws {
            let shape = try #require(GoldenTests.shapes.first { $0.name == name })
            let text = try String(
                contentsOfFile: shape.file(shape.version).path, encoding: .utf8)
            for kind in kinds.allCases {
                #expect(text.contains("\"\(member)\":\"\(kind.rawValue)\""), "\(kind)")
            }
        }
        try check(BookingState.Name.self, "state", in: "booking_session")
        try check(StoredBookingSession.Question.self, "question", in: "booking_session")
        try check(StoredBookingSession.Target.Kind.self, "kind", in: "booking_session")
        try check(StoredBookingPrompt.Kind.self, "kind", in: "booking_session")
        try check(StoredBookingPrompt.Purpose.self, "purpose", in: "booking_session")
        try check(BookingStatus.self, "status", in: "booking_session")
        try check(StoredBookingEffect.Kind.self, "kind", in: "draft_basis")
        try check(BookingState.Name.self, "expected_state", in: "draft_basis")
        try check(PersonNeed.self, "hand_off", in: "draft_basis")
        try check(StoredCommand.Kind.self, "type", in: "draft_commands")
        try check(StoredOfferChoice.Kind.self, "kind", in: "draft_commands")
        try check(BookingPreview.Kind.self, "kind", in: "draft_effects")
    }

    @Test(
        "However a stored value is damaged, reading it says so or gives a value", arguments: shapes)
    private func damaged(shape: GoldenShape) throws {
        var refused = 0
        var damages: Set<String> = []
        for version in 1...shape.version {
            for json in try shape.file(version).entries().values {
                for damage in Damage.all(of: json) { damages.insert(try GoldenFile.text(damage)) }
            }
        }
        let entry = try #require(StoredShapes.all.first { $0.name == shape.name })
        // Every so many of them: a session has twenty thousand.
        let chosen = damages.sorted().enumerated()
            .filter { $0.offset.isMultiple(of: damages.count / 2_000 + 1) }.map(\.element)
        for damage in chosen {
            do {
                _ = try entry.rewritten(SQLJSON(text: damage))
            } catch is DecodingError {
                refused += 1
            }
        }
        #expect(refused > chosen.count / 2)
    }

    @Test("A version that is not known yet is never guessed at", arguments: shapes)
    private func newer(shape: GoldenShape) throws {
        let entry = try #require(StoredShapes.all.first { $0.name == shape.name })
        for json in try shape.file(shape.version).entries().values {
            for version: Any in [0, 1, shape.version + 1, -2, "2", NSNull(), 2.5] {
                var other = try #require(json as? [String: Any])
                other["version"] = version
                let text = try GoldenFile.text(other)
                #expect(throws: DecodingError.self) { try entry.rewritten(SQLJSON(text: text)) }
            }
        }
    }
}
