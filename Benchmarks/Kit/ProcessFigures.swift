import Foundation
import Glibc

/// What the kernel says about processes and the machine.
enum ProcessFigures {
    static var processorModel: String {
        let lines = text("/proc/cpuinfo").split(separator: "\n")
        let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
        return model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    }

    /// Every living process with its parent.
    private static func parents() -> [(process: Int32, parent: Int32, name: String)] {
        // Without /proc there is nothing to measure; the report shows it as zero.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.compactMap { process in
            let stat = text("/proc/\(process)/stat")
            guard let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")")
            else { return nil }
            let rest = stat[stat.index(after: close)...].split(separator: " ")
            guard rest.count > 1, let parent = Int32(rest[1]) else { return nil }
            return (process, parent, String(stat[stat.index(after: open)..<close]))
        }
    }

    /// A process and all its descendants, with what each is: `server`, `models` or `postgres`.
    static func family(of root: Int32) -> [(process: Int32, kind: String)] {
        let all = parents()
        var found: [(Int32, String)] = [(root, "server")]
        var fresh: Set<Int32> = [root]
        while !fresh.isEmpty {
            let children = all.filter { fresh.contains($0.parent) }
            for child in children { found.append((child.process, kind(child.process, child.name))) }
            fresh = Set(children.map(\.process))
        }
        return found
    }

    private static func kind(_ process: Int32, _ name: String) -> String {
        if name.hasPrefix("postgres") { return "postgres" }
        let words = text("/proc/\(process)/cmdline").split(separator: "\0").map(String.init)
        return words.contains("models") ? "models" : words.contains("extract") ? "extract" : name
    }

    /// Megabytes by kind. PostgreSQL's processes share memory, so theirs is the proportional size.
    static func megabytes(of root: Int32) -> [String: Double] {
        var sums: [String: Double] = [:]
        for (process, kind) in family(of: root) {
            let field = kind == "postgres" ? "Pss:" : "Rss:"
            let line = text("/proc/\(process)/smaps_rollup").split(separator: "\n")
                .first { $0.hasPrefix(field) }
            let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap { Double($0) }
            sums[kind, default: 0] += (kilobytes ?? 0) / 1024
        }
        return sums
    }

    /// Seconds of processor time by kind, since each process began.
    static func processorSeconds(of root: Int32) -> [String: Double] {
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        var sums: [String: Double] = [:]
        for (process, kind) in family(of: root) {
            let stat = text("/proc/\(process)/stat")
            guard let close = stat.lastIndex(of: ")") else { continue }
            let fields = stat[stat.index(after: close)...].split(separator: " ")
            guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
            else { continue }
            sums[kind, default: 0] += (user + system) / ticks
        }
        return sums
    }

    /// Processor seconds of this program itself.
    static var ownProcessorSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double {
            Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
        }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    static var loadAverage: String {
        text("/proc/loadavg").split(separator: " ").first.map(String.init) ?? "?"
    }

    private static func text(_ path: String) -> String {
        // A process that has ended meanwhile counts as nothing.
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
