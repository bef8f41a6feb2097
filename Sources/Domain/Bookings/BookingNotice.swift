package import Base

/// An appointment that staff moved or cancelled, and of which its customer knows only the old state.
package struct BookingNotice: Sendable, Hashable {
    /// As it is now.
    package var booking: Booking
    /// Where it stood when the customer heard of it last.
    package var known: Slot

    package init(booking: Booking, known: Slot) {
        self.booking = booking
        self.known = known
    }

    /// Whether there is something to tell: what was changed and changed back is not worth a message,
    /// and neither is what has passed.
    package func isWorthTelling(at now: Instant) -> Bool {
        switch booking.status {
        case .confirmed: booking.slot != known && max(booking.slot.start, known.start) > now
        case .cancelled: known.start > now
        case .hold, .pendingPayment, .released, .completed, .noShow: false
        }
    }
}

extension BookingWording {
    /// What the customer is told.
    package func sentence(for notice: BookingNotice) -> String {
        let what = "your \(service(notice.known.service)) \(onMoment(notice.known))"
        if notice.booking.status == .cancelled {
            return "I'm sorry, we had to cancel \(what). Shall I look for another time?"
        }
        return
            "We had to move \(what): it is now \(onMoment(notice.booking.slot)). Your reference is "
            + "still \(notice.booking.reference). If that does not suit you, tell me and I'll find "
            + "another time."
    }

    /// What approving does, for the person who approves.
    package func summary(of notice: BookingNotice) -> String {
        let what = "\(service(notice.known.service)) on \(when(notice.known))"
        return notice.booking.status == .cancelled
            ? "tells the customer that \(what) was cancelled"
            : "tells the customer that \(what) was moved to \(when(notice.booking.slot))"
    }
}
