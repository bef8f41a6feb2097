import CSeccomp
import Foundation

/// Takes from this process what reading a document does not need. It cannot be undone.
///
/// Limits first, then the filter: what poppler or libxml2 could be made to do by a hostile file
/// ends in a refusal of the kernel. Files stay readable, since poppler and iconv load their tables.
enum Confinement {
    /// Why the process could not be confined; it must then not read the document.
    enum Failure: Error {
        case limit, filter
    }

    /// - Parameter bytes: the size of the document, which bounds how long it may take.
    static func enter(bytes: Int = ExtractionLimits.maxInputBytes) throws(Failure) {
        // A second more until the kernel kills without saying why: the signal of the soft limit
        // tells the parent that the document was too slow.
        try limit(
            __rlimit_resource_t(RLIMIT_CPU.rawValue), ExtractionLimits.cpuSeconds(bytes: bytes),
            spare: 1)
        try limit(__rlimit_resource_t(RLIMIT_AS.rawValue), ExtractionLimits.addressSpace)
        try limit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), 0)
        try limit(__rlimit_resource_t(RLIMIT_CORE.rawValue), 0)
        try limit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), ExtractionLimits.openFiles)
        try filter()
    }

    private static func limit(
        _ resource: __rlimit_resource_t, _ value: UInt, spare: UInt = 0
    ) throws(Failure) {
        var now = rlimit()
        guard getrlimit(resource, &now) == 0 else { throw .limit }
        let hard = min(rlim_t(value + spare), now.rlim_max)
        var next = rlimit(rlim_cur: hard - min(hard, rlim_t(spare)), rlim_max: hard)
        guard setrlimit(resource, &next) == 0 else { throw .limit }
    }

    /// Network, other programs, other processes, and changes to files or the machine.
    private static let refused = [
        "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto",
        "sendmsg", "sendmmsg", "execve", "execveat", "fork", "vfork", "ptrace", "kill", "tkill",
        "process_vm_readv", "process_vm_writev", "creat", "unlink", "unlinkat", "rename",
        "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat",
        "rmdir", "mknod", "mknodat", "truncate", "chmod", "fchmod", "fchmodat", "chown", "fchown",
        "lchown", "fchownat", "mount", "umount2", "pivot_root", "chroot", "setns", "unshare",
        "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "reboot",
        "init_module", "finit_module", "delete_module", "kexec_load", "io_uring_setup",
        "open_by_handle_at", "pidfd_open", "pidfd_getfd", "shmget", "msgget", "semget",
        "setxattr", "fsetxattr", "lsetxattr", "utimensat", "memfd_create",
        "openat2", "personality",
    ]

    private static func filter() throws(Failure) {
        guard let filter = frontdesk_seccomp_allowing() else { throw .filter }
        defer { seccomp_release(filter) }
        for name in refused {
            let number = seccomp_syscall_resolve_name(name)
            // A kernel or machine that lacks the call cannot be asked for it either.
            if number < 0 { continue }
            guard frontdesk_seccomp_refuse(filter, number) == 0 else { throw .filter }
        }
        for (name, flags) in [("open", UInt32(1)), ("openat", UInt32(2))] {
            let number = seccomp_syscall_resolve_name(name)
            if number < 0 { continue }
            for bit in [O_WRONLY, O_RDWR, O_CREAT, O_TRUNC] {
                let mask = UInt(bit)
                guard frontdesk_seccomp_refuse_masked(filter, number, flags, mask, mask) == 0
                else { throw .filter }
            }
        }
        try refuseProcesses(filter)
        guard seccomp_load(filter) == 0 else { throw .filter }
    }

    /// Threads may start, processes may not: `clone` without CLONE_THREAD is a fork. A filter
    /// cannot look into the argument of `clone3`, so it is said to be missing.
    private static func refuseProcesses(_ filter: scmp_filter_ctx) throws(Failure) {
        let threads: UInt = 0x10000
        guard
            frontdesk_seccomp_lacking(filter, seccomp_syscall_resolve_name("clone3")) == 0,
            frontdesk_seccomp_refuse_masked(
                filter, seccomp_syscall_resolve_name("clone"), 0, threads, 0) == 0
        else { throw .filter }
    }

    /// What a confined process can still do and should not; for tests and for `doctor`.
    static func leaks() -> [String] {
        var leaks: [String] = []
        if socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) >= 0 { leaks.append("network") }
        if socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) >= 0 { leaks.append("sockets") }
        if open("/tmp/frontdesk-leak", O_WRONLY | O_CREAT, 0o600) >= 0 { leaks.append("writing") }
        if open("/dev/null", O_RDWR) >= 0 { leaks.append("devices") }
        if unlink("/tmp/frontdesk-leak") == 0 { leaks.append("deleting") }
        var child = pid_t()
        var words: [UnsafeMutablePointer<CChar>?] = [nil]
        if posix_spawn(&child, "/bin/true", nil, nil, &words, nil) == 0 { leaks.append("programs") }
        var bound = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &bound) != 0
            || bound.rlim_cur > ExtractionLimits.addressSpace
        {
            leaks.append("memory")
        }
        return leaks
    }
}
