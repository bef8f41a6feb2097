import Base
import Domain
import Store

/// Events run through the booking machine one after the other, on a copy.
///
/// The turn previews with it and the approval runs for good with it, so both come to the same end
/// as long as the world is the same. An event that the machine refuses changes nothing, and is kept
/// with what the machine says to it.
struct BookingReplay: Sendable {
    private(set) var state: BookingState
    private(set) var effects: [BookingEffect] = []
    /// What the machine refused, such as a yes to nothing.
    private(set) var refusals: [Refused] = []

    struct Refused: Sendable {
        let event: BookingEvent
        let refusal: BookingRefusal
    }

    init(from snapshot: TurnSnapshot) {
        state = snapshot.session.state
    }

    /// Runs commands again from where the snapshot stands; each happened when its message was
    /// written, so a yes in time stays one, and each draws what was drawn for it then.
    init(
        repeating commands: [Command], at times: [Instant], _ identities: [BookingIdentity],
        _ snapshot: TurnSnapshot, now: Instant, world: World
    ) {
        self.init(from: snapshot)
        for (index, (command, at)) in zip(commands, times).enumerated() {
            guard let event = command.bookingEvent else { continue }
            // Drafts from before they were kept have none.
            let identity =
                identities.indices.contains(index) ? identities[index] : .make(world)
            take(event, snapshot.context(at: at, now: now, identity: identity))
        }
    }

    mutating func take(_ event: BookingEvent, _ context: BookingContext) {
        do throws(BookingRefusal) {
            apply(try BookingMachine.next(state, event, context))
        } catch {
            refusals.append(Refused(event: event, refusal: error))
        }
    }

    private mutating func apply(_ outcome: BookingMachine.Outcome) {
        state = outcome.state
        // What was to be asked before is out of date once the state has moved on; what was done
        // is still to be told.
        let before = effects.filter { $0.prompt?.tellsOfSomethingDone ?? true }
        // A hold that this very run lets go again is never made.
        let released = Set(outcome.effects.compactMap(\.released))
        let undone = Set(before.compactMap(\.held).filter(released.contains))
        effects = (before + outcome.effects).filter { effect in
            ![effect.held, effect.released].contains { $0.map(undone.contains) ?? false }
        }
    }

    /// What is said in the end, in order.
    var prompts: [BookingPrompt] { effects.compactMap(\.prompt) }

    /// Whether the machine does and says what the person saw: another slot, another colleague or
    /// other offers would make the approved words untrue.
    ///
    /// Machine prompts and effects are compared and not sentences. Sentences are looked at for one
    /// thing: whether "today" or "tomorrow" in them has become another day.
    func isAsPreviewed(in draft: Draft, _ catalogue: Catalogue, today: LocalDate) -> Bool {
        guard state.name == draft.basis.expectedState else { return false }
        func sentences(on day: LocalDate) -> [String] {
            prompts.map(BookingWording(catalogue: catalogue, today: day).sentence)
        }
        guard let effects = draft.basis.effects, let day = draft.basis.today else {
            // An older draft kept sentences only. One that held and booked at once never fits,
            // and the draft that is made in its place does.
            let wording = BookingWording(catalogue: catalogue, today: today)
            return sentences(on: today) == draft.basis.renderedPrompts
                && self.effects.compactMap(wording.preview).map(\.proposed)
                    == draft.effects.filter { $0.column == BookingPreview.column }
        }
        return self.effects.map(\.comparable) == effects
            && (day == today || sentences(on: day) == sentences(on: today))
    }
}

extension BookingEffect {
    fileprivate var prompt: BookingPrompt? {
        if case .say(let prompt) = self { prompt } else { nil }
    }

    /// The appointment that is not yet one: held, or kept until it is paid.
    fileprivate var held: BookingID? {
        switch self {
        case .hold(let booking), .requestPayment(let booking): booking.id
        case .say, .release, .confirm, .cancel, .move, .handOff: nil
        }
    }

    fileprivate var released: BookingID? {
        if case .release(let id) = self { id } else { nil }
    }

    /// Whether this is what a yes leads to.
    var decides: Bool {
        switch self {
        case .confirm, .requestPayment, .cancel, .move: true
        case .say, .hold, .release, .handOff: false
        }
    }
}
