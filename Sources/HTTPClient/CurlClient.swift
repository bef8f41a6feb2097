import Base
import CCurl
import Foundation
package import HTTP

/// Sends requests with libcurl; one thread owns the multi handle and keeps connections for reuse.
package final class CurlClient: Sendable {
    private let loop: CurlLoop

    package init() {
        loop = CurlLoop()
        let loop = loop
        let thread = Thread { loop.run() }
        thread.name = "curl"
        thread.start()
    }

    deinit { loop.stop() }

    /// The port; it keeps the client alive.
    package var fetch: Fetch {
        Fetch { request throws(FetchError) in try await self.open(request) }
    }

    private func open(_ request: FetchRequest) async throws(FetchError) -> FetchStream {
        let transfer = Transfer(request, loop: loop)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.begin(continuation)
                if Task.isCancelled {
                    transfer.fail(.cancelled)
                } else {
                    loop.send(.start(transfer))
                }
            }
        } onCancel: {
            transfer.fail(.cancelled)
            loop.send(.drop(transfer))
        }
        return try transfer.answer()
    }
}

/// The thread's work: commands from tasks in, bytes and results out.
final class CurlLoop: @unchecked Sendable {
    enum Command: Sendable {
        case start(Transfer)
        case unpause(Transfer)
        case drop(Transfer)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isStopped = false
    }

    private let inbox = Lock(Inbox())
    /// Owned by the thread; others only wake it, which libcurl allows.
    private let multi: OpaquePointer?
    private var handles: [ObjectIdentifier: (transfer: Transfer, easy: EasyHandle)] = [:]
    private static let prepared: Void = {
        curl_global_init(Int(CURL_GLOBAL_ALL))
    }()

    init() {
        _ = CurlLoop.prepared
        multi = OpaquePointer(curl_multi_init())
    }

    func send(_ command: Command) {
        let stopped = inbox.withLock { inbox in
            inbox.commands.append(command)
            // Woken under the lock: the handle is freed only after the inbox is closed.
            if !inbox.isStopped { curl_multi_wakeup(UnsafeMutableRawPointer(multi)) }
            return inbox.isStopped
        }
        if stopped, case .start(let transfer) = command { transfer.fail(.cancelled) }
    }

    func stop() {
        inbox.withLock { inbox in
            inbox.isStopped = true
            curl_multi_wakeup(UnsafeMutableRawPointer(multi))
        }
    }

    func run() {
        var running: Int32 = 0
        while true {
            let (commands, stopped) = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                return (inbox.commands, inbox.isStopped)
            }
            if stopped { break }
            for command in commands { obey(command) }
            curl_multi_perform(UnsafeMutableRawPointer(multi), &running)
            collectResults()
            dropLate()
            curl_multi_poll(
                UnsafeMutableRawPointer(multi), nil, 0, handles.isEmpty ? 60_000 : 100, nil)
        }
        for (transfer, _) in handles.values {
            transfer.fail(.cancelled)
            remove(transfer)
        }
        curl_multi_cleanup(UnsafeMutableRawPointer(multi))
    }

    private func obey(_ command: Command) {
        switch command {
        case .start(let transfer):
            guard !transfer.isFinished else { return }
            guard let easy = EasyHandle(transfer) else { return transfer.fail(.badURL) }
            handles[ObjectIdentifier(transfer)] = (transfer, easy)
            curl_multi_add_handle(
                UnsafeMutableRawPointer(multi), easy.handle)
        case .unpause(let transfer):
            guard let easy = handles[ObjectIdentifier(transfer)]?.easy else { return }
            curl_easy_pause(easy.handle, CURLPAUSE_CONT)
        case .drop(let transfer):
            remove(transfer)
        }
    }

    private func collectResults() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(UnsafeMutableRawPointer(multi), &left) {
            guard message.pointee.msg == CURLMSG_DONE,
                let pointer = frontdesk_curl_private(message.pointee.easy_handle)
            else { continue }
            let transfer = Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
            transfer.finish(frontdesk_curl_result(message))
            remove(transfer)
        }
    }

    /// Ends streams whose headers did not come in time.
    private func dropLate() {
        let now = ContinuousClock.now
        for (transfer, _) in handles.values where transfer.isLate(now) {
            transfer.fail(.timeout)
            remove(transfer)
        }
    }

    private func remove(_ transfer: Transfer) {
        guard let (_, easy) = handles.removeValue(forKey: ObjectIdentifier(transfer))
        else { return }
        curl_multi_remove_handle(UnsafeMutableRawPointer(multi), easy.handle)
    }
}
