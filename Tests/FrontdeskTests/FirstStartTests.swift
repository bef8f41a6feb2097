import Base
import Foundation
import TestKit
import Testing

@Suite("The first start", .demo, .timeLimit(.minutes(5)))
struct FirstStartTests {
    @Test(
        "The first message is understood with what set-up made: nothing is trained or embedded for it"
    )
    func nothingIsTrained() async throws {
        let demo = try Demo.shared
        let phone = "+447700900211"
        try await demo.write("How much is a balayage?", try await demo.customer(phone))
        _ = try await demo.draft(for: phone)
        let kept = try FileManager.default.contentsOfDirectory(
            atPath: "\(demo.place.data)/snapshots")
        #expect(!kept.contains { $0.hasPrefix("intents-") }, "\(kept)")
    }
}
