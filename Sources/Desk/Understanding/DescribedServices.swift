import Base
import Domain
import Foundation
import Language

/// Which service a text describes without naming it: "my tooth is killing me".
///
/// Each service gets points for being near in meaning, by its names and its description, for rare
/// words that it shares with the text, and for passages that fit the text and name it. A softmax
/// over the services and "none of them" makes probabilities of the points; its six numbers were
/// fitted over five businesses, each in turn left out.
struct DescribedServices: Sendable {
    private let services: [OfferedService]
    private let names: CatalogueMatcher
    private let stems: [Set<String>]

    init(_ catalogue: Catalogue, names: CatalogueMatcher) {
        // More would take longer to embed than a customer waits.
        services = Array(catalogue.services.prefix(DescribedServices.serviceLimit))
        self.names = names
        stems = services.map {
            WordStem.all(in: ([$0.name, $0.description] + $0.aliases).joined(separator: " "))
        }
    }

    static let serviceLimit = 60
    private static let pieceLimit = 8
    private static let aliasLimit = 8

    /// What vectors are wanted for: for each service its names, then its description, and both.
    var texts: [[String]] {
        services.map { service in
            [service.name] + service.aliases.prefix(DescribedServices.aliasLimit) + [
                service.description.isEmpty ? service.name : service.description,
                "\(service.name). \(service.description)",
            ]
        }
    }

    // MARK: What the text says

    /// The clauses that may describe something, without times, people and words of every booking;
    /// empty when there are none.
    static func pieces(of message: String, names: CatalogueMatcher, now: LocalDateTime) -> [String]
    {
        var scalars = Array(message.unicodeScalars.prefix(1_000))
        let text = String(String.UnicodeScalarView(scalars))
        let times = TimeExpressions.read(
            text, reference: TimeReference(date: now.date, time: now.time),
            options: names.timeOptions)
        let people = names.staff(in: text, PhraseText(text))
        for range in times.map(\.range) + people.map(\.range) {
            for place in range where place < scalars.count { scalars[place] = " " }
        }
        let left = String(String.UnicodeScalarView(scalars))
        let clauses = left.split { ".,;!?\n".contains($0) }
            .map { $0.split(separator: " ").joined(separator: " ") }
            .filter { !content(of: $0).isEmpty }
        guard !clauses.isEmpty else { return [] }
        let whole = clauses.joined(separator: ", ")
        let parts = (clauses.count == 1 ? [] : clauses) + clauses.flatMap(windows)
        return [whole] + parts.prefix(pieceLimit)
    }

    /// Stretches of a long clause: what is described is said in few words of it.
    private static func windows(_ clause: String) -> [String] {
        let words = clause.split(separator: " ")
        guard words.count > windowWords + 1 else { return [] }
        return stride(from: 0, to: words.count - windowWords / 2, by: windowWords / 2).map {
            words[$0..<min($0 + windowWords, words.count)].joined(separator: " ")
        }.filter { !content(of: $0).isEmpty }
    }

    private static let windowWords = 6

    /// The stems that may describe something.
    private static func content(of text: String) -> [String] {
        LexicalOverlap(text).stems.filter { !bookingWords.contains($0) && $0.count > 1 }
    }

    /// Words of any wish for an appointment, as stems; a description needs others.
    private static let bookingWords = WordStem.all(
        in: """
            appointment appt appts booking book reserve reservation slot slots spot opening openings
            session visit meet meeting see seen fit squeeze come coming free available availability
            earliest soon soonest asap hope hoping wish love fancy keen ideally prefer work works
            suit suits best better anywhere hiya morning afternoon evening good day date week
            weekend schedule arrange wanting wanted looking look after around back later early late
            busy tight instead actually maybe else person people guy lady man woman myself wife
            husband son daughter mum mom dad mother father friend sister brother partner two both
            next new first last left leave bring along cheers ta lovely great grand mate folks team
            sorry quick question mind dr mr mrs ms doctor someone speak talk everyone
            """)

    // MARK: Points

    /// Likeliest first, with the probability that it is described; nothing for no vectors.
    ///
    /// - Parameters:
    ///   - pieces: vectors of the message's pieces.
    ///   - known: vectors of `texts`, in the same order.
    func ranked(
        _ text: String, pieces: [[Float]], known: [[[Float]]], passages: [PassageHit]
    ) -> [Likely] {
        guard !pieces.isEmpty, known.count == services.count else { return [] }
        let points = evidence(text, pieces: pieces, known: known, passages: passages)
            .map { zip($0, DescribedServices.weights).reduce(0) { $0 + $1.0 * $1.1 } }
        let top = max(points.max() ?? 0, DescribedServices.noneOfThem)
        let powers = points.map { exp($0 - top) }
        let sum = powers.reduce(exp(DescribedServices.noneOfThem - top), +)
        return zip(services, powers).map { Likely(service: $0.id, probability: $1 / sum) }
            .sorted { $0.probability > $1.probability }
    }

    struct Likely: Sendable {
        let service: ServiceID
        let probability: Double
    }

    /// Above this a service is taken as said; the customer is asked before anything is booked.
    private static let sureEnough = 0.6
    /// So much likelier than every other it may be less sure.
    private static let aheadOfOthers = 2.5
    private static let sureIfAhead = 0.4
    /// Between this and that it is asked for by name, beside others that are nearly as likely.
    private static let worthAsking = 0.25
    private static let besides = 0.18
    private static let suggestionLimit = 3

    /// What is taken as said, or asked for.
    static func guess(_ ranked: [Likely]) -> DescribedService {
        guard let best = ranked.first, best.probability >= worthAsking else { return .none }
        let second = ranked.dropFirst().first?.probability ?? 0
        let isAhead =
            best.probability >= sureIfAhead && best.probability >= aheadOfOthers * second
        if best.probability >= sureEnough || isAhead {
            return DescribedService(sure: best.service)
        }
        let near = ranked.prefix(suggestionLimit).filter { $0.probability >= besides }
        return DescribedService(perhaps: near.map(\.service))
    }

    private static let weights = [10.6, 1.3, 5.8, 0.77, 2.3]
    private static let noneOfThem = 5.8

    /// For each service: names, description, both, shared words, passages.
    func evidence(
        _ text: String, pieces: [[Float]], known: [[[Float]]], passages: [PassageHit]
    ) -> [[Double]] {
        let words = shared(DescribedServices.content(of: text))
        let fitting = passages.prefix(8).map { hit in
            (hit.score, Set(names.services(in: hit.text, PhraseText(hit.text)).map(\.name)))
        }
        return services.indices.map { index in
            let near = known[index].map { own in
                pieces.map { UnitVectors.cosine($0, own) }.max() ?? 0
            }
            let found = fitting.map { score, named in
                named.contains(services[index].id)
                    ? score / Double(named.count).squareRoot() : 0
            }
            return [
                near.dropLast(2).max() ?? 0, near[near.count - 2], near[near.count - 1],
                words[index], found.max() ?? 0,
            ]
        }
    }

    /// For each service how much of the text's rare words it has.
    private func shared(_ content: [String]) -> [Double] {
        var sums = [Double](repeating: 0, count: services.count)
        for stem in content {
            let strengths = stems.map { LexicalOverlap.strength(of: stem, in: $0) }
            let owners = strengths.filter { $0 > 0 }.count
            guard owners > 0 else { continue }
            let rarity = log(Double(services.count + 1) / Double(owners))
            for index in sums.indices { sums[index] += strengths[index] * rarity }
        }
        return sums
    }
}

/// What a text describes: a service for sure, or some of which one may be meant.
struct DescribedService: Sendable, Equatable {
    static let none = DescribedService()

    var sure: ServiceID?
    var perhaps: [ServiceID] = []

    /// The same with other services in their place.
    func mapped(_ change: (ServiceID) -> ServiceID) -> DescribedService {
        var seen: Set<ServiceID> = []
        return DescribedService(
            sure: sure.map(change), perhaps: perhaps.map(change).filter { seen.insert($0).inserted }
        )
    }

    /// Puts it into a wish that names no service.
    func added(to wish: BookingRequest) -> BookingRequest {
        guard wish.service == nil else { return wish }
        var whole = wish
        whole.service = sure
        whole.candidateServices = perhaps
        return whole
    }
}
