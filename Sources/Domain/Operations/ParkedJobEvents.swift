/// What staff do about background work that was given up.
package enum ParkedJobEvents {
    package static let retried = EventKind("job.retried", in: column, kept: .usual)
    package static let dropped = EventKind("job.dropped", in: column, kept: .usual)

    private static let column = "Operations"
}
