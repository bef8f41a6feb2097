import Base
import Domain
import Testing

@testable import Desk

@Suite("Services that are described and not named")
struct DescribedServicesTests {
    private let names = CatalogueMatcher(FrontOfHouse.catalogue)

    private func pieces(_ text: String) -> [String] {
        DescribedServices.pieces(of: text, names: names, now: FrontOfHouse.now)
    }

    @Test(
        "A wish without anything special describes nothing",
        arguments: [
            "can I come in on Tuesday at 3", "I'd like an appointment please",
            "is Ana free tomorrow", "when could you see me", "book me in with Joel",
        ])
    func nothing(text: String) {
        #expect(pieces(text).isEmpty)
    }

    @Test("Times and people are left out of what may describe")
    func withoutTimes() {
        #expect(
            pieces("my greys need covering, Tuesday at 3 with Ana") == ["my greys need covering"])
    }

    @Test("The service that is near in meaning is found, and nothing when none is near")
    func ranking() {
        let services = DescribedServices(FrontOfHouse.catalogue, names: names)
        let toward: [Float] = [1, 0]
        let away: [Float] = [0, 1]
        let known = services.texts.enumerated().map { place, texts in
            texts.map { _ in place == 1 ? toward : away.map { -$0 } }
        }
        let near = services.ranked("x", pieces: [toward], known: known, passages: [])
        #expect(near.first?.service == FrontOfHouse.colour)
        #expect(DescribedServices.guess(near).sure == FrontOfHouse.colour)
        let far = services.ranked("x", pieces: [away], known: known, passages: [])
        #expect(DescribedServices.guess(far) == .none)
        #expect(services.ranked("x", pieces: [], known: known, passages: []).isEmpty)
    }

    @Test("What is nearly as likely is asked for, and not taken")
    func doubt() {
        let ranked = [0.45, 0.3, 0.05].enumerated().map { place, probability in
            DescribedServices.Likely(
                service: FrontOfHouse.id(UInt8(place + 1)), probability: probability)
        }
        let guess = DescribedServices.guess(ranked)
        #expect(guess.sure == nil)
        #expect(guess.perhaps == [FrontOfHouse.cut, FrontOfHouse.colour])
    }

    @Test("A child's variant is meant where a child is spoken of")
    func children() {
        var catalogue = FrontOfHouse.catalogue
        let child: ServiceID = FrontOfHouse.id(3)
        catalogue.services.append(
            OfferedService(id: child, name: "Children's cut", durationMinutes: 30, staff: []))
        let names = CatalogueMatcher(catalogue)
        func found(_ text: String) -> ServiceID? { names.service(in: text, PhraseText(text)) }
        #expect(found("a haircut for my son") == child)
        #expect(found("a haircut on Tuesday") == FrontOfHouse.cut)
    }

    @Test("Vectors of services are asked for once")
    func kept() async throws {
        let calls = Calls()
        let keeper = ServiceEmbeddingCache { texts in
            await calls.count()
            return texts.map { _ in [1, 2] }
        }
        for _ in 0..<3 {
            let vectors = try await keeper.vectors(of: [["a", "b"], ["b"]], length: 2)
            #expect(vectors == [[[1, 2], [1, 2]], [[1, 2]]])
        }
        #expect(await calls.made == 1)
    }
}

private actor Calls {
    private(set) var made = 0

    func count() { made += 1 }
}
