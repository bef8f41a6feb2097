extension BookingState {
    /// The service that is being talked about.
    package var service: ServiceID? {
        switch self {
        case .idle: nil
        case .collecting(let state): state.request.service
        case .confirming(let state), .paymentPending(let state): state.booking.slot.service
        case .rescheduleCollecting(let state): state.target.one?.slot.service
        case .rescheduleConfirm(let state): state.appointment.slot.service
        case .cancelConfirm(let state): state.target.one?.slot.service
        }
    }
}
