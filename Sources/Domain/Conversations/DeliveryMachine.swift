/// The life of a delivery as a pure function.
///
/// Reports of providers come twice, late and out of order, so news that is older than what is known
/// changes nothing and is no refusal. Good news is believed in every state: an attempt that seemed to
/// have failed may have been taken, and must then not be made again. What we do ourselves (send,
/// release, cancel) is refused where it does not fit.
package enum DeliveryMachine {
    package static func next(
        _ status: DeliveryStatus, _ event: DeliveryEvent
    ) throws(DeliveryRefusal) -> DeliveryStatus {
        switch event {
        case .send: try send(status)
        case .release: try release(status)
        case .accept: accept(status)
        case .deliver: deliver(status)
        case .read: read(status)
        case .fail: fail(status)
        case .cancel: try cancel(status)
        }
    }

    /// An attempt that was cut off is made again under the same key.
    private static func send(_ status: DeliveryStatus) throws(DeliveryRefusal) -> DeliveryStatus {
        switch status {
        case .queued, .sending: return .sending
        case .accepted, .delivered, .read, .failed, .cancelled: throw .notPossible(status, .send)
        }
    }

    private static func release(
        _ status: DeliveryStatus
    ) throws(DeliveryRefusal) -> DeliveryStatus {
        switch status {
        case .sending: return .queued
        case .queued, .accepted, .delivered, .read, .failed, .cancelled:
            throw .notPossible(status, .release)
        }
    }

    private static func accept(_ status: DeliveryStatus) -> DeliveryStatus {
        switch status {
        case .queued, .sending, .accepted, .failed, .cancelled: .accepted
        case .delivered, .read: status
        }
    }

    private static func deliver(_ status: DeliveryStatus) -> DeliveryStatus {
        switch status {
        case .queued, .sending, .accepted, .delivered, .failed, .cancelled: .delivered
        case .read: .read
        }
    }

    private static func read(_ status: DeliveryStatus) -> DeliveryStatus {
        switch status {
        case .queued, .sending, .accepted, .delivered, .read, .failed, .cancelled: .read
        }
    }

    /// What was read has arrived, whatever is said later.
    private static func fail(_ status: DeliveryStatus) -> DeliveryStatus {
        switch status {
        case .queued, .sending, .accepted, .delivered, .failed: .failed
        case .read, .cancelled: status
        }
    }

    private static func cancel(
        _ status: DeliveryStatus
    ) throws(DeliveryRefusal) -> DeliveryStatus {
        switch status {
        case .queued, .cancelled: return .cancelled
        case .sending, .accepted, .delivered, .read, .failed: throw .notPossible(status, .cancel)
        }
    }
}
