import Base
import Foundation
import Glibc
import HTTP
import Processes

/// The supervised `frontdesk models`, on a loopback port that is chosen at each start.
final class ModelsChild: Sendable {
    private let port = Lock(0)
    private let threads: Int
    private let fetch: Fetch

    /// Replaced within about twenty seconds of silence.
    private static let liveness = Supervised.Liveness()

    init(threads: Int?, fetch: Fetch) {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        self.threads = threads ?? cores
        self.fetch = fetch
    }

    /// Where it answers; a port that nobody has before the first start.
    var address: String { "http://127.0.0.1:\(port.withLock { $0 })" }

    var supervised: Supervised {
        Supervised(
            name: "models", readyWithin: .seconds(120), liveness: ModelsChild.liveness
        ) { () throws(ProcessFault) in
            let folder: String
            do { folder = try BundledFiles.vendor("minilm") } catch {
                throw .place(path: ".vendor/minilm", problem: Terminal.words(for: error))
            }
            let free = ModelsChild.freePort()
            self.port.withLock { $0 = free }
            var program = Program(
                BundledFiles.program,
                ["models", "--port", "\(free)", "--threads", "\(self.threads)", "--folder", folder])
            // It keeps nothing, and one that hangs would not hear a milder signal.
            program.deathSignal = .kill
            return program
        } isReady: { _ in
            await self.isHealthy
        }
    }

    private var isHealthy: Bool {
        get async {
            let request = FetchRequest(
                .get, "\(address)/health", deadline: ModelsChild.liveness.patience)
            // Not there yet is the answer, whatever the reason.
            guard let response = try? await fetch(request) else { return false }
            return response.status == .ok
        }
    }

    /// Another process could take it before the child does; then the child ends and the supervisor
    /// comes here again.
    private static func freePort() -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let named = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        return named ? Int(UInt16(bigEndian: address.sin_port)) : 0
    }
}
