import Base
import Foundation
import Synchronization
import VectorIndex

/// What else the options ask of our index: snapshots, searching while it changes, renewing it.
extension OurVectors {
    func measureMore(_ plan: VectorPlan, _ files: VectorFiles) throws {
        let width = plan.widths[plan.widths.count / 2]
        if let path = plan.snapshot { try measureSnapshot(path, plan, files) }
        for share in plan.filters { try measureFilter(share, plan, files) }
        if let share = plan.churn { try measureChurn(share, plan, files) }
        if let rate = plan.insertsPerSecond {
            try measureLive(rate, width: width, plan, files)
        }
    }

    /// Saving, opening and checking the whole as one file.
    private func measureSnapshot(_ path: String, _ plan: VectorPlan, _ files: VectorFiles) throws {
        let clock = ContinuousClock()
        let saving = try clock.measure { try collection.save(to: path) }
        let start = clock.now
        let opened = try VectorCollection.open(
            path: path, dimension: plan.dimension, metric: .cosine, model: "bench")
        let opening = clock.now - start
        _ = try opened.search(files.queries[0], k: plan.k, strategy: .graph)
        let first = clock.now - start
        let checking = try clock.measure {
            guard try VectorCollection.verify(path: path).isSound else {
                throw BenchFailure("the snapshot is not what was saved")
            }
        }
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        var line = JSONLine()
        line.add("mode", "snapshot")
        line.add("n", collection.count)
        line.add("bytes", size)
        line.add("save_seconds", saving / .seconds(1))
        line.add("open_ms", opening / .milliseconds(1))
        line.add("first_answer_ms", first / .milliseconds(1))
        line.add("verify_seconds", checking / .seconds(1))
        Output.write(line.json)
    }

    /// The slowest searches while vectors arrive at an even pace, beside the same without.
    ///
    /// One thread searches, another inserts one vector at a time and removes it again at the end.
    private func measureLive(
        _ rate: Int, width: Int, _ plan: VectorPlan, _ files: VectorFiles
    ) throws {
        let collection = collection
        let idle = try measure(width: width, threads: 1, rounds: plan.rounds)
        let arriving = Arrivals(
            perSecond: rate, vectors: (0..<min(20_000, files.base.count)).map { files.base[$0] })
        let thread = Thread { arriving.run(into: collection) }
        thread.start()
        let clock = ContinuousClock()
        let start = clock.now
        var times: [Double] = []
        while clock.now - start < .seconds(5) {
            times += try measure(width: width, threads: 1, rounds: 1).times
        }
        let inserted = arriving.stop()
        let seconds = (clock.now - start) / .seconds(1)
        collection.remove(inserted)
        let still = idle.times.sorted()
        let busy = times.sorted()
        var line = JSONLine()
        line.add("mode", "live")
        line.add("ef", width)
        line.add("asked_per_second", rate)
        line.add("inserts_per_second", Double(inserted.count) / seconds)
        for (name, share) in [("p50_us", 0.5), ("p99_us", 0.99), ("p999_us", 0.999)] {
            line.add("idle_\(name)", VectorRun.rank(share, still))
            line.add("busy_\(name)", VectorRun.rank(share, busy))
        }
        Output.write(line.json)
    }

    /// Recall and speed after so large a share was deleted and inserted again, beside a fresh build.
    private func measureChurn(_ share: Double, _ plan: VectorPlan, _ files: VectorFiles) throws {
        func lines(_ what: String) throws {
            for width in plan.widths {
                let run = try measure(width: width, threads: 1, rounds: plan.rounds)
                var line = JSONLine()
                line.add("mode", what)
                line.add("ef", width)
                line.add("recall", files.recall(run.found, k: plan.k))
                line.add("qps", run.queriesPerSecond)
                if let effort = run.effort { line.add("distances_per_query", effort.distances) }
                Output.write(line.json)
            }
        }
        try lines("fresh")
        var random = SeededRandom(seed: 17)
        let chosen = (0..<files.base.count).filter { _ in random.fraction() < share }
        let clock = ContinuousClock()
        let removing = clock.measure {
            collection.remove(chosen.map(Int64.init), threads: plan.buildThreads)
        }
        let returning = try clock.measure {
            for first in stride(from: 0, to: chosen.count, by: OurVectors.share) {
                let rows = chosen[first..<min(first + OurVectors.share, chosen.count)]
                try collection.load(rows.map { (id: Int64($0), vector: files.base[$0]) })
            }
            collection.link(threads: plan.buildThreads)
        }
        var line = JSONLine()
        line.add("mode", "churn")
        line.add("renewed", chosen.count)
        line.add("remove_seconds", removing / .seconds(1))
        line.add("insert_seconds", returning / .seconds(1))
        Output.write(line.json)
        try lines("renewed")
    }
}

/// Inserts vectors at an even pace until it is told to stop.
private final class Arrivals: Sendable {
    private let perSecond: Int
    private let vectors: [[Float]]
    private let isOver = Atomic<Bool>(false)
    private let done = DispatchSemaphore(value: 0)
    private let inserted = Lock<[Int64]>([])

    static let firstID: Int64 = 1 << 40

    init(perSecond: Int, vectors: [[Float]]) {
        self.perSecond = perSecond
        self.vectors = vectors
    }

    func run(into collection: VectorCollection) {
        let clock = ContinuousClock()
        let start = clock.now
        var count = 0
        while !isOver.load(ordering: .relaxed) {
            let id = Arrivals.firstID + Int64(count)
            do throws(VectorRefusal) {
                try collection.insert(id, vectors[count % vectors.count])
            } catch {
                Output.complain("an insert was refused: \(error.detail)")
                break
            }
            inserted.withLock { $0.append(id) }
            count += 1
            let due = start + .seconds(1) * count / perSecond
            let early = due - clock.now
            if early > .zero { usleep(UInt32(early / .microseconds(1))) }
        }
        done.signal()
    }

    func stop() -> [Int64] {
        isOver.store(true, ordering: .relaxed)
        done.wait()
        return inserted.withLock { $0 }
    }
}
