import Base
import CMicroHTTPD
import Foundation
import HTTP

/// Owns the library's daemon; its callbacks find their way by the pointers given at the start.
final class Daemon: @unchecked Sendable {
    private let handle: OpaquePointer
    private let intake: Intake

    init(listening descriptor: Int32, intake: Intake) throws(ServerError) {
        self.intake = intake
        let limits = intake.limits
        var options = frontdesk_mhd_options()
        options.listen_fd = descriptor
        // Above our own limit, so that a newcomer is always taken and another let go for it.
        options.connection_limit = UInt32(limits.maximumConnections + limits.reserve)
        options.idle_timeout_seconds = UInt32(max(1, limits.idleDeadline.components.seconds))
        // Read buffer, write buffer and headers of one connection; touched only as needed.
        options.connection_memory = limits.maximumHeaderBytes + (96 << 10)
        options.cls = Unmanaged.passUnretained(intake).toOpaque()
        options.handler = onAccess
        options.completed = onCompleted
        options.connection = onConnection
        options.target = onTarget
        guard let handle = frontdesk_mhd_start(&options) else { throw .cannotStart }
        self.handle = handle
    }

    /// Takes no more connections; those that are open go on.
    func quiesce() { _ = MHD_quiesce_daemon(handle) }

    /// Ends the thread and closes every socket; no connection may be suspended any more.
    func stop() async {
        await withCheckedContinuation { continuation in
            // Joins the server's thread, so it must not be done on the cooperative pool.
            Thread.detachNewThread { [self] in
                MHD_stop_daemon(handle)
                continuation.resume()
            }
        }
    }
}

private func intake(_ context: UnsafeMutableRawPointer?) -> Intake? {
    context.map { Unmanaged<Intake>.fromOpaque($0).takeUnretainedValue() }
}

private func connection(of handle: OpaquePointer) -> Connection? {
    frontdesk_mhd_socket_context(handle).map {
        Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue()
    }
}

private func onConnection(
    _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ event: MHD_ConnectionNotificationCode
) {
    guard let intake = intake(context), let handle, let slot else { return }
    if event == .CONNECTION_NOTIFY_STARTED {
        slot.pointee = Unmanaged.passRetained(intake.opened(handle)).toOpaque()
    } else if let pointer = slot.pointee {
        intake.connections.remove(Unmanaged<Connection>.fromOpaque(pointer).takeRetainedValue())
        slot.pointee = nil
    }
}

private func onTarget(
    _ context: UnsafeMutableRawPointer?, _ target: UnsafePointer<CChar>?, _ handle: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    guard let intake = intake(context), let target, let handle else { return nil }
    let exchange = intake.sawTarget(String(cString: target), on: connection(of: handle))
    return Unmanaged.passRetained(exchange).toOpaque()
}

private func onAccess(
    _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?, _ url: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?,
    _ bytes: UnsafePointer<CChar>?, _ size: UnsafeMutablePointer<Int>?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let intake = intake(context), let handle, let pointer = slot?.pointee, let size,
        let method, let version, let connection = connection(of: handle)
    else { return .NO }
    let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    if !exchange.state.withLock({ $0.hasBegun }) {
        let goOn = intake.begin(
            exchange, handle, connection, String(cString: method), String(cString: version))
        return goOn ? .YES : .NO
    }
    let (goOn, taken) = exchange.access(UnsafeRawBufferPointer(start: bytes, count: size.pointee))
    size.pointee -= taken
    return goOn ? .YES : .NO
}

private func onCompleted(
    _ context: UnsafeMutableRawPointer?, _ handle: OpaquePointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ reason: MHD_RequestTerminationCode
) {
    guard let intake = intake(context), let pointer = slot?.pointee else { return }
    slot?.pointee = nil
    let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
    intake.completed(exchange, handle.flatMap { connection(of: $0) })
}
