import Base
import Testing

@testable import Learning

@Suite("Logistic regression over a few numbers")
struct LogisticFitTests {
    /// Rows drawn from known weights.
    private func rows(_ count: Int, weights: [Double], bias: Double) -> [LogisticFit.Row] {
        var chance = SeededRandom(seed: 11)
        let truth = LogisticFit(weights: weights, bias: bias)
        return (0..<count).map { _ in
            let values = weights.map { _ in chance.normal() }
            let probability = LogisticFit.probability(truth.score(values))
            return .init(values, isPositive: Double.random(in: 0..<1, using: &chance) < probability)
        }
    }

    @Test("Weights that made the data are found again")
    func recovers() throws {
        let fit = try LogisticFit(rows(20_000, weights: [1.5, -0.7], bias: 0.4))
        #expect(abs(fit.weights[0] - 1.5) < 0.1)
        #expect(abs(fit.weights[1] + 0.7) < 0.1)
        #expect(abs(fit.bias - 0.4) < 0.1)
    }

    @Test("At the solution the weighted misses cancel")
    func stationary() throws {
        let rows = rows(400, weights: [2], bias: -1)
        let fit = try LogisticFit(rows, penalty: 1e-6)
        let misses = rows.map {
            LogisticFit.probability(fit.score($0.values)) - ($0.isPositive ? 1 : 0)
        }
        #expect(abs(misses.reduce(0, +)) < 1e-3)
    }

    @Test("A row that weighs nothing changes nothing")
    func weightless() throws {
        let rows = rows(200, weights: [1], bias: 0)
        let stray = LogisticFit.Row([0], isPositive: true, weight: 0)
        let (with, without) = (try LogisticFit(rows + [stray]), try LogisticFit(rows))
        #expect(abs(with.weights[0] - without.weights[0]) < 0.01)
    }

    @Test("Data that separates cleanly keeps finite weights")
    func separable() throws {
        let rows = (0..<20).map { LogisticFit.Row([Double($0)], isPositive: $0 >= 10) }
        let fit = try LogisticFit(rows)
        #expect(fit.weights[0].isFinite && fit.weights[0] > 0)
        #expect(fit.score([15]) > 0)
        #expect(fit.score([3]) < 0)
    }

    @Test("Without a bias, mirrored rows give a score of 0 at 0")
    func noBias() throws {
        let rows: [LogisticFit.Row] = [
            .init([1, 2], isPositive: true), .init([-1, -2], isPositive: false),
            .init([2, 1], isPositive: true), .init([-2, -1], isPositive: false),
        ]
        let fit = try LogisticFit(rows, hasBias: false)
        #expect(fit.bias == 0)
        #expect(fit.weights.allSatisfy { $0 > 0 })
    }

    @Test("Data that cannot be learned from is refused")
    func refused() {
        let good = LogisticFit.Row([1], isPositive: true)
        #expect(throws: LearningRefusal.self) { try LogisticFit([]) }
        #expect(throws: LearningRefusal.self) { try LogisticFit([good, good]) }
        #expect(throws: LearningRefusal.self) {
            try LogisticFit([good, .init([1, 2], isPositive: false)])
        }
        #expect(throws: LearningRefusal.notFinite) {
            try LogisticFit([good, .init([.nan], isPositive: false)])
        }
    }
}
