import Glibc
import HTTPServer

/// Open files that this process may have; each connection is one.
enum OpenFiles {
    /// More are of no use to the server, and some kernels allow a thousand million.
    private static let wanted: rlim_t = 65_536
    /// What every Linux allows, for when it does not say.
    private static let usual = 1_024

    /// Takes as many as the kernel gives without asking an administrator, and says how many.
    static func raise() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return usual }
        let most = min(wanted, limit.rlim_max)
        if limit.rlim_cur < most {
            var raised = limit
            raised.rlim_cur = most
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(min(limit.rlim_cur, wanted))
    }
}
