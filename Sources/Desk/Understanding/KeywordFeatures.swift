import Base
import Language

/// Words that tell intents apart where meaning alone does not: an embedding puts "cancel it" and
/// "book it" close together, a word does not.
enum KeywordFeatures {
    /// Each cue is one number beside the embedding; names are kept with the trained head.
    static let names: [String] =
        phrases.map(\.name) + [
            "question_mark", "says_yes", "says_no", "time", "time_excluded", "short", "long",
            "starts_asking",
        ]

    static func values(of text: String) -> [Float] {
        let words = PhraseText(text)
        let consent = Answers.consent(text)
        let mentions = TimeExpressions.read(text, reference: reference)
        let flags =
            phrases.map { words.has($0.words) } + [
                text.contains("?"), consent == .yes, consent == .no,
                mentions.contains { !$0.isExcluded }, mentions.contains(where: \.isExcluded),
                words.count <= 3, words.count >= 14,
                words.begins(MessageSegmenter.questionStarts),
            ]
        return flags.map { $0 ? 1 : 0 }
    }

    /// Only whether a time is spoken of matters, not which: any day does.
    private static let reference = TimeReference(date: LocalDate(dayNumber: 20_000))

    /// Everything that a trained head depends on beside the utterances.
    static var fingerprint: String {
        phrases.map { $0.name + "=" + $0.words }.joined(separator: ";")
            + names.joined(separator: ",") + MessageSegmenter.questionStarts
    }

    private static let phrases: [(name: String, words: String)] = [
        ("book", "book|booking|reserve|schedule|appointment|appt|appts|slot|spot|opening|openings"),
        ("my_booking", "my appointment|my appt|my booking|my slot|my visit|my session|my viewing"),
        ("want", "id like|i would like|i want|i need|can i get|can i have|could i|can i come"),
        ("free", "available|availability|free|openings|fit me in|squeeze me in|any chance"),
        ("cancel", "cancel*|canel|call off|scrap|drop|wont be coming|not coming|cant make it"),
        ("forget", "forget it|never mind|nevermind|nvm|leave it|take me off|withdraw|release"),
        (
            "move",
            "move|reschedul*|resched|push|postpone|shift|rebook|another day|different day|"
                + "another time|different time|bring forward|earlier day|later day"
        ),
        ("instead", "instead|actually|rather|make it|make that|change|switch|swap|on second"),
        ("accept", "works|perfect|suits|book it|confirm*|go ahead|ill take|sounds good|go with"),
        (
            "status",
            "when is my|what time is my|do i have|am i|still on|did you get|went through|status|"
                + "upcoming|remind me|on file|in the system|is my"
        ),
        (
            "hours",
            "open|opens|opening|close|closes|closed|closing|hours|weekends|bank holiday|what time"
        ),
        (
            "place",
            "where|address|located|location|directions|postcode|zip|street|subway|bus|train|"
                + "station|get there|find you|map|floor|entrance"
        ),
        ("offer", "do you do|do you offer|do you have|do you provide|do yall|do u do|do u|offer"),
        (
            "price",
            "how much|price*|cost*|fee|fees|charge*|rate|rates|quote|expensive|cheap*|discount*|"
                + "deal|deals|afford|estimate|£|$|€"
        ),
        (
            "rule",
            "policy|policies|rule|rules|allowed|refund*|guarantee|what if|what happens|late|"
                + "deposit|notice|privacy|consent|expire|terms|can i bring|may i"
        ),
        (
            "person",
            "human|person|someone|somebody|real|agent|manager|supervisor|representative|speak|"
                + "talk|call me|ring me|phone me|bot|operator|receptionist|staff member"
        ),
        ("hello", "hi|hello|hey|hiya|morning|afternoon|evening|howdy|greetings|yo|hullo|heya"),
        ("thank", "thank*|thx|thnx|ta|cheers|tysm|ty|appreciate*|bye|goodbye|see you|take care"),
        (
            "anger",
            "unacceptable|rude|terrible|awful|disappoint*|disgust*|worst|ruined|angry|furious|"
                + "horrible|unhappy|complain*|upset|ridiculous|joke|wrong|hurt|burn*|never again"
        ),
        (
            "pay",
            "pay|paid|paying|payment*|card|cash|invoice*|receipt*|bill|billing|insurance|venmo|"
                + "paypal|transfer|apple pay|installment*|instalment*|balance|owe|tip|wire|check"
        ),
        ("how", "how long|how do|how does|does it|is it safe|is it normal|should i|after"),
        ("parking", "parking|park|wheelchair|wifi|accessible|toilet|lift|elevator|kids|brand*"),
        ("orders", "ignore|pretend|act as|you are now|system prompt|instructions|repeat after"),
        (
            "elsewhere",
            "recipe|weather|joke|poem|football|president|capital of|song|essay|code|python|"
                + "translate|homework|movie|lottery|bitcoin|crypto|pizza|job|hiring|vacancy|seo"
        ),
        ("with", "with|anyone|anybody"), ("the_one", "the first|the second|the last|one|ones"),
        ("names", "my name is|this is|im|its"),
        ("past", "was|were|had|did|didnt|got|yesterday|last week|last time|after my"),
    ]
}
