import Base
import Domain
import Jobs

/// Work that changes of appointments put off.
enum BookingJobs {
    /// Has a customer told of what staff changed. Turns do it: they know what else is to be said.
    static let tellCustomer = JobKind<TellCustomerJob>(
        "tell_customer", title: "Tell a customer what staff changed",
        lane: Lane("turn", concurrency: 4), version: 1, attempts: 500,
        backoff: Backoff(longest: .seconds(30)), serial: { $0.booking.description })
}

/// What is stored for an appointment that staff changed.
struct TellCustomerJob: Codable, Sendable {
    let booking: BookingID
}
