import Domain

/// What a question in the middle of a booking is about when it does not say so itself.
enum QuestionContext {
    private static let leaning =
        "it|that|this|after|afterwards|before|beforehand|hurt|painful|prepare|last|safe|treatment"

    /// "Can I go to the gym after?" while microneedling is being booked → with the service's name.
    static func query(_ question: String, service: ServiceID?, in catalogue: Catalogue) -> String {
        let words = PhraseText(question)
        guard let service = service.flatMap({ catalogue.service($0) }), words.has(leaning),
            CatalogueMatcher(catalogue).service(in: question, words) == nil
        else { return question }
        return "\(service.name): \(question)"
    }
}
