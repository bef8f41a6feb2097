import Base
package import Domain

extension IntentClassifierProvider {
    /// The understander of the desk; the classifier is loaded or trained on first use.
    package nonisolated var understander: UnderstandingPort {
        let services = ServiceEmbeddingCache { try await self.vectors(of: $0) }
        return UnderstandingPort { message, facts in
            let understanding = LocalUnderstanding(
                model: try await self.model(fitting: facts.embedding.count))
            let texts = LocalUnderstanding.parts(of: message)
            let names = CatalogueMatcher(facts.catalogue)
            let pieces = LocalUnderstanding.pieces(of: message, names: names, facts: facts)
            let wanted = texts + pieces
            let vectors = wanted.isEmpty ? [] : try await self.vectors(of: wanted)
            var described = DescribedService.none
            if !pieces.isEmpty {
                let all = DescribedServices(facts.catalogue, names: names)
                described = DescribedServices.guess(
                    all.ranked(
                        message, pieces: Array(vectors[texts.count...]),
                        known: try await services.vectors(
                            of: all.texts, length: facts.embedding.count),
                        passages: facts.passages)
                ).mapped { names.meant($0, by: PhraseText(message)) }
            }
            return understanding.understand(
                message,
                parts: zip(texts, vectors).map { .init(text: $0, embedding: $1) },
                described: described, facts: facts)
        }
    }
}

extension LocalUnderstanding {
    /// The pieces of a message that may describe a service; none where one is named, or where it
    /// is not the time to ask for one.
    static func pieces(
        of message: String, names: CatalogueMatcher, facts: UnderstandingContext
    ) -> [String] {
        switch facts.state {
        case .idle: break
        case .collecting(let state) where state.request.service == nil: break
        case .collecting, .confirming, .paymentPending, .rescheduleCollecting, .rescheduleConfirm,
            .cancelConfirm:
            return []
        }
        guard !facts.embedding.isEmpty, names.services(in: message, PhraseText(message)).isEmpty
        else { return [] }
        return DescribedServices.pieces(of: message, names: names, now: facts.now)
    }
}
