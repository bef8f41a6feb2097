/// The words by which a customer says what shall happen to an appointment.
enum PlannerWords {
    /// Gives up what is being arranged.
    static let drop =
        "forget it|forget about it|never mind|nevermind|nvm|leave it|dont bother|changed my mind|"
        + "no longer|dont book|do not book|not anymore|not any more|dont want it|call it off|"
        + "scrap that|scrap it|leave that|skip it|not interested|ill pass|another time maybe"
    static let cancel =
        "cancel|canceling|cancelling|cancelled|cancle|canel|call off|calling off|take me off|"
        + "cancellation"
    static let keep =
        "keep|leave it|stay|dont cancel|do not cancel|as it is|as is|dont move|do not move"
    static let move =
        "move|moved|moving|reschedule|rescheduling|resched|push|postpone|shift|rebook|delay|"
        + "bring forward|change my|swap my|switch my|put back|put off"
    static let again =
        "rebook|rebook me|rebook it|book again|book me again|book me in again|book it again"
    static let book =
        "book|reserve|schedule|set up|put me|put my|put him|put her|put us|make an appointment|"
        + "make a booking|arrange|sign me up|get me in|fit me in|squeeze me in|id like|"
        + "i would like|i want|i need|can i have|can i get|could i have|could i get|"
        + "new appointment|can you book|get me a|get me an"
    /// Speaks of an appointment that stands.
    static let own =
        "my appointment|my appt|my booking|my slot|my visit|my meeting|am i|do i have|did my|"
        + "is my|was my|booked|confirmation|remind|status|me down|i already have|"
        + "ive got|still on|went through"
    static let another = "my appointment|my appt|my booking|my existing|my other"
    static let instead = "instead|rather"
    static let all =
        "both|either of my|cancel them|all of them|all of those|all of these|all my|all of my|everything|all three|the lot|"
        + "all appointments|every appointment|all bookings|the two of them|all the appointments"
    private static let unneeded =
        "dont need|no longer need|wont need|wont be needing|dont want|no longer want|"
        + "not need|doesnt need|no longer needs"
    private static let over = "any more|anymore|no longer|after all|any longer"

    /// "We don't need to see the one on Thursday any more" gives an appointment up.
    static func givesUp(_ words: PhraseText) -> Bool { words.has(unneeded) && words.has(over) }
    static let cannotCome =
        "cant make|cannot make|cant come|cannot come|cant do|cannot do|unable to make|"
        + "not able to make|wont be able|wont make|something came up|somethings come up|"
        + "something has come up|in work|at work|working|busy|on holiday|sick|a clash|clashes"
}

/// What kind of change a text speaks of, by its words alone.
enum Verb: Sendable {
    case book, move, cancel

    init?(_ words: PhraseText) {
        if words.asks(for: PlannerWords.cancel) {
            self = .cancel
        } else if words.asks(for: PlannerWords.move)
            || (words.has("bring") && words.has("forward|earlier"))
        {
            self = .move
        } else if words.asks(for: PlannerWords.book) {
            self = .book
        } else {
            return nil
        }
    }
}
