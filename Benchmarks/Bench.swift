import Foundation

/// Measurements of the whole and of parts, each with its aim or a rival beside it.
///
///     bench                    all suites that need no files of their own, one after another
///     bench SUITE [OPTIONS]    one of them
///     bench help
///
/// The suites `turn`, `upload`, `load`, `memory`, `floods`, `startup`, `booking`, `editing`, `hang`,
/// `folder`, `disk` and `restore` know the product only from outside: each starts the `frontdesk` that
/// lies beside this program, with `serve --demo`, a free port and a data folder of its own under /tmp,
/// signs in over HTTP and measures at the client. The clients share two cores with what they
/// measure, so `load` tells what they cost themselves.
///
/// Every suite prints a Markdown table: how many, median, 90th and 99th percentile (nearest rank)
/// and the aim where there is one. `--json` prints one line of JSON for each row instead. `--save`
/// keeps the rows in `Benchmarks/Baselines/<machine>.json`; `--compare` sets them beside what was
/// kept and ends with 1 when a median is more than half above it.
@main
enum Bench {
    static func main() async throws {
        exit(await BenchCommand.run(Array(CommandLine.arguments.dropFirst())))
    }
}
