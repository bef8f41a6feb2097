/// What to run: a file, its arguments, and all that the child gets from us.
///
/// The child inherits nothing: not the environment, not open files, not signal settings, not the
/// working folder. It gets its own process group and a signal when this process dies.
package struct Program: Sendable {
    /// An absolute path.
    package var executable: String
    package var arguments: [String]
    /// The whole environment of the child.
    package var environment: [String: String]
    package var directory: String
    package var limits: Limits
    /// The account to run as; only root may name one.
    package var user: SystemUser?
    /// What the child gets when this process dies, however it dies.
    package var deathSignal: Signal
    /// What asks it to stop.
    package var stopSignal: Signal

    package init(
        _ executable: String, _ arguments: [String] = [],
        environment: [String: String] = Program.bareEnvironment, directory: String = "/",
        limits: Limits = .none, user: SystemUser? = nil, deathSignal: Signal = .terminate,
        stopSignal: Signal = .terminate
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.limits = limits
        self.user = user
        self.deathSignal = deathSignal
        self.stopSignal = stopSignal
    }

    package static let bareEnvironment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]

    /// The last part of the path, for messages.
    package var name: String {
        executable.split(separator: "/").last.map(String.init) ?? executable
    }

    /// Resource limits of one child; nil leaves the limit as it is.
    package struct Limits: Sendable, Equatable {
        package var processorSeconds: Int?
        package var addressSpaceBytes: Int?
        package var fileSizeBytes: Int?
        package var openFiles: Int?

        package init(
            processorSeconds: Int? = nil, addressSpaceBytes: Int? = nil,
            fileSizeBytes: Int? = nil, openFiles: Int? = nil
        ) {
            self.processorSeconds = processorSeconds
            self.addressSpaceBytes = addressSpaceBytes
            self.fileSizeBytes = fileSizeBytes
            self.openFiles = openFiles
        }

        package static let none = Limits()
    }

    /// The words to execute: `setpriv` (util-linux) and the shell arrange what must be arranged in
    /// the child, then become the program. So no code of ours runs between fork and exec.
    ///
    /// If the parent dies before `setpriv` has run, no signal will ever come; hence the look at
    /// the parent afterwards.
    func commandLine(parent: Int32) -> [String] {
        var words = ["/usr/bin/setpriv", "--pdeathsig", deathSignal.rawValue, "--no-new-privs"]
        if let user {
            words += ["--reuid", "\(user.id)", "--regid", "\(user.group)", "--clear-groups"]
        }
        // The shell exports PWD, which is not for the child.
        let script = ["test \"$PPID\" = \(parent)", "unset PWD OLDPWD"] + limits.shellWords
        words += ["--", "/bin/sh", "-c", (script + ["exec \"$@\""]).joined(separator: " && ")]
        return words + ["sh", executable] + arguments
    }
}

extension Program.Limits {
    /// `ulimit` counts file sizes in blocks of 512 bytes, memory in KiB. No core files ever: they
    /// would hold what customers wrote. At the hard limit of time the kernel kills without a word; a
    /// second before, at the soft one, it says with its signal what for.
    fileprivate var shellWords: [String] {
        var words = ["ulimit -c 0"]
        if let processorSeconds {
            words += ["ulimit -t \(processorSeconds + 1)", "ulimit -S -t \(processorSeconds)"]
        }
        if let addressSpaceBytes { words.append("ulimit -v \((addressSpaceBytes + 1023) / 1024)") }
        if let fileSizeBytes { words.append("ulimit -f \((fileSizeBytes + 511) / 512)") }
        if let openFiles { words.append("ulimit -n \(openFiles)") }
        return words
    }
}

/// The signals that we send, by the names that `setpriv` knows.
package enum Signal: String, Sendable {
    case terminate = "TERM"
    case interrupt = "INT"
    case quit = "QUIT"
    case kill = "KILL"
}
