import Base
import Domain
import Store
import WebCore

/// An appointment in a few words.
enum BookingWords {
    static func line(_ listed: BookingStore.Listed) -> String {
        switch listed.booking.status {
        case .confirmed: "\(listed.service), \(listed.staff)"
        case .cancelled: "\(listed.service) cancelled"
        case .noShow: "\(listed.service), did not come"
        case .completed: "\(listed.service) completed"
        case .hold, .pendingPayment, .released: "\(listed.service), not confirmed"
        }
    }

    static func month(_ date: LocalDate) -> String {
        String(DateWords.short(date).split(separator: " ").last ?? "")
    }

    static func address(_ listed: BookingStore.Listed, _ frame: PageContext) -> String {
        "/calendar/bookings/\(listed.booking.id)"
    }
}
