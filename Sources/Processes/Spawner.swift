import Base
import CLinux
import Glibc

/// The thread that starts children.
///
/// A parent-death signal follows the *thread* that forked, not the process. So all children are
/// started by this one thread, which lives as long as the process.
actor Spawner {
    static let shared = Spawner()

    private nonisolated let thread = ThreadExecutor(name: "spawner")
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    /// Starts the program with the given files as its standard input, output and error.
    func spawn(_ program: Program, input: Int32, output: Int32, errors: Int32)
        throws(ProcessFault) -> pid_t
    {
        guard access(program.executable, X_OK) == 0 else {
            throw .notExecutable(path: program.executable)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        posix_spawn_file_actions_addchdir_np(&actions, program.directory)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let words = program.commandLine(parent: getpid())
        let variables = program.environment.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        var child: pid_t = 0
        let code = withCStrings(words) { words in
            withCStrings(variables) { variables in
                posix_spawn(&child, words[0]!, &actions, &attributes, words, variables)
            }
        }
        guard code == 0 else { throw .cannotStart(program: program.name, code: code) }
        return child
    }
}

/// Calls `body` with a null-terminated array of C strings.
private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}
