package import Base

package enum PortalCodeSubject {}
package typealias PortalCodeID = ID<PortalCodeSubject>

/// The code by which a phone is proved: one at a time for each phone, whoever asks for it.
///
/// Whoever asks while a code is live opens a session for the same code. So a stranger who asks ends
/// nobody's code, and a code on the phone is good however often it was asked for. Tries belong to
/// sessions; when too many wrong codes were tried for a phone in all, its code ends and the next
/// ones are too long to be guessed.
package struct PortalCode: Sendable, Hashable {
    package var id: PortalCodeID
    package var digits: Int
    package var madeAt: Instant
    package var expiresAt: Instant
    /// Texts that were sent with it.
    package var texts = 0
    package var endedAt: Instant?
    /// Wrong codes that were tried for the phone since then, over several codes.
    package var guesses = 0
    package var guessedSince: Instant

    package static let lifetime = Duration.minutes(10)
    package static let shortDigits = 6
    /// Of codes for a number at which somebody guesses: no number of tries finds one.
    package static let longDigits = 12
    /// Wrong codes for one number, in all sessions together, before its codes are long.
    package static let guessLimit = 20
    /// Guesses are remembered for this long.
    package static let memory = Duration.days(1)

    package init(
        id: PortalCodeID, digits: Int, madeAt: Instant, expiresAt: Instant, texts: Int = 0,
        endedAt: Instant? = nil, guesses: Int = 0, guessedSince: Instant
    ) {
        self.id = id
        self.digits = digits
        self.madeAt = madeAt
        self.expiresAt = expiresAt
        self.texts = texts
        self.endedAt = endedAt
        self.guesses = guesses
        self.guessedSince = guessedSince
    }

    /// The next code of a phone.
    package init(_ id: PortalCodeID, after last: PortalCode?, at now: Instant) {
        // A clock that was set back must not make guesses older than they are last longer.
        let isRecent =
            last.map {
                $0.guessedSince <= now && now < $0.guessedSince + PortalCode.memory
            } ?? false
        let guesses = isRecent ? last?.guesses ?? 0 : 0
        let isGuessedAt = guesses >= PortalCode.guessLimit
        self.init(
            id: id,
            digits: isGuessedAt
                ? PortalCode.longDigits : PortalCode.shortDigits,
            madeAt: now, expiresAt: now + PortalCode.lifetime, guesses: guesses,
            guessedSince: isRecent ? last?.guessedSince ?? now : now)
    }

    /// Whether it can be entered; not when it was made in what is now the future.
    package func isLive(at now: Instant) -> Bool {
        endedAt == nil && madeAt <= now && now < expiresAt
    }

    package var isLong: Bool { digits > PortalCode.shortDigits }

    /// Counts a wrong code; a short code ends when it was one too many.
    package mutating func noteGuess(at now: Instant) {
        guesses += 1
        if !isLong, guesses >= PortalCode.guessLimit { endedAt = now }
    }

    /// Whether guesses ended this code, or the short one before it.
    package var wasGuessedAt: Bool { guesses >= PortalCode.guessLimit }
}
