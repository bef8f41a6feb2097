/// Counters, gauges and histograms, written in the Prometheus text format.
///
/// Label by route pattern or kind, never by path or person: each label combination is kept for ever,
/// so there is a limit after which new ones are counted under `other`.
package final class Metrics: Sendable {
    private struct Series: Hashable {
        let name: String
        let labels: [String: String]
    }

    private struct Histogram {
        let bounds: [Double]
        var counts: [Int]
        var sum = 0.0
        var count = 0

        init(_ bounds: [Double]) {
            self.bounds = bounds
            counts = [Int](repeating: 0, count: bounds.count)
        }
    }

    private struct State {
        var counters: [Series: Double] = [:]
        var gauges: [Series: Double] = [:]
        var histograms: [Series: Histogram] = [:]
    }

    /// Upper bounds in seconds.
    package static let buckets = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]
    package static let seriesLimit = 2_000

    private let state = Lock(State())

    package init() {}

    package func count(_ name: String, by amount: Double = 1, _ labels: [String: String] = [:]) {
        state.withLock { state in
            let series = Series(name: name, labels: labels)
            guard state.counters[series] != nil || state.counters.count < Metrics.seriesLimit
            else {
                state.counters[Series(name: "other", labels: [:]), default: 0] += amount
                return
            }
            state.counters[series, default: 0] += amount
        }
    }

    package func gauge(_ name: String, _ value: Double, _ labels: [String: String] = [:]) {
        state.withLock { state in
            let series = Series(name: name, labels: labels)
            guard state.gauges[series] != nil || state.gauges.count < Metrics.seriesLimit
            else { return }
            state.gauges[series] = value
        }
    }

    /// Notes how long something took.
    package func observe(_ name: String, _ duration: Duration, _ labels: [String: String] = [:]) {
        observe(
            name, value: Double(duration.microseconds) / 1_000_000, bounds: Metrics.buckets,
            labels)
    }

    /// Notes how much something was; the bounds of a name are those of its first note.
    package func observe(
        _ name: String, value: Double, bounds: [Double], _ labels: [String: String] = [:]
    ) {
        state.withLock { state in
            let series = Series(name: name, labels: labels)
            guard state.histograms[series] != nil || state.histograms.count < Metrics.seriesLimit
            else { return }
            var histogram = state.histograms[series] ?? Histogram(bounds)
            for (index, bound) in histogram.bounds.enumerated() where value <= bound {
                histogram.counts[index] += 1
            }
            histogram.sum += value
            histogram.count += 1
            state.histograms[series] = histogram
        }
    }

    /// The Prometheus text exposition, version 0.0.4.
    package func text() -> String {
        let (counters, gauges, histograms) = state.withLock {
            ($0.counters, $0.gauges, $0.histograms)
        }
        var lines: [String] = []
        for (series, value) in counters { lines.append(line(series, value)) }
        for (series, value) in gauges { lines.append(line(series, value)) }
        for (series, histogram) in histograms {
            for (bound, count) in zip(histogram.bounds, histogram.counts) {
                lines.append(line(series, Double(count), "_bucket", ["le": number(bound)]))
            }
            lines.append(line(series, Double(histogram.count), "_bucket", ["le": "+Inf"]))
            lines.append(line(series, histogram.sum, "_sum"))
            lines.append(line(series, Double(histogram.count), "_count"))
        }
        return lines.sorted().joined(separator: "\n") + "\n"
    }

    private func line(
        _ series: Series, _ value: Double, _ suffix: String = "", _ extra: [String: String] = [:]
    ) -> String {
        let labels = series.labels.merging(extra) { own, _ in own }.sorted { $0.key < $1.key }
            .map { key, value in
                let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                    .replacing("\n", with: "\\n")
                return "\(key)=\"\(escaped)\""
            }
        let braces = labels.isEmpty ? "" : "{" + labels.joined(separator: ",") + "}"
        return "frontdesk_\(series.name)\(suffix)\(braces) \(number(value))"
    }

    private func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }
}
