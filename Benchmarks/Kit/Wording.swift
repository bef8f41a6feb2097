import Foundation

/// What the customers of the measurements write: the demo's own questions, wishes and small talk.
enum Wording {
    private struct Question: Decodable {
        let question: String
    }

    private static let others = [
        "Hi, could I book a colour refresh with Ana on Tuesday at 15:30 please?",
        "do you have anything free on saturday morning for a cut and finish",
        "Hello!", "thank you so much", "I'd like a balayage next week, afternoons are best",
        "can I come in on thursday after 4 for a blow dry", "What time do you open on Friday?",
        "I need to talk to somebody about my last visit",
        "where exactly are you and is there parking", "Is my appointment still on?",
    ]

    /// Two questions for each of the others, in a fixed order.
    static func messages() throws -> [String] {
        let file = URL(fileURLWithPath: "corpora/salon/questions.jsonl")
        let decoder = JSONDecoder()
        let questions = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            try decoder.decode(Question.self, from: Data($0.utf8)).question
        }
        return questions.enumerated().flatMap { place, question in
            place.isMultiple(of: 2) ? [question] : [question, others[place / 2 % others.count]]
        }
    }

    /// What all five businesses' customers ask, for vectors that lie as real ones do.
    static func sentences() throws -> [String] {
        let decoder = JSONDecoder()
        let folders = ["salon", "dental", "medspa", "law", "estate"]
        return try folders.flatMap { folder in
            let file = URL(fileURLWithPath: "corpora/\(folder)/questions.jsonl")
            return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
                try decoder.decode(Question.self, from: Data($0.utf8)).question
            }
        }
    }
}
