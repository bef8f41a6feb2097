import Base
import Testing

@testable import Learning

@Suite("Logistic regression")
struct RegressionTests {
    @Test("The gradient is what finite differences say", arguments: [1, 2, 3] as [UInt64])
    func gradient(seed: UInt64) {
        var chance = SeededRandom(seed: seed)
        let (count, width, classCount) = (17, 5, 4)
        func normals(_ count: Int) -> [Float] { (0..<count).map { _ in Float(chance.normal()) } }
        let objective = SoftmaxRegression(
            rows: normals(count * width),
            labels: (0..<count).map { _ in Int.random(in: 0..<classCount, using: &chance) },
            weights: normals(count).map { abs($0) + 0.1 }, classCount: classCount, width: width,
            penalty: 0.3)
        let point = normals(objective.parameterCount)
        var gradient = [Float](repeating: 9, count: point.count)
        _ = objective.evaluate(point, gradient: &gradient)
        var unused = gradient
        for index in point.indices {
            let step: Float = 1e-2
            var up = point
            var down = point
            up[index] += step
            down[index] -= step
            let slope =
                (objective.evaluate(up, gradient: &unused)
                    - objective.evaluate(down, gradient: &unused)) / Double(2 * step)
            #expect(abs(slope - Double(gradient[index])) < 2e-3, "parameter \(index)")
        }
    }

    @Test("The minimum of a bowl is found")
    func bowl() {
        let goal: [Float] = [3, -1, 0.5, 100]
        let steepness: [Float] = [1, 10, 0.1, 0.01]
        let found = LBFGS(iterationsMaximum: 500, valueTolerance: 0)
            .minimise([0, 0, 0, 0]) { point, gradient in
                var value = 0.0
                for index in goal.indices {
                    let difference = point[index] - goal[index]
                    gradient[index] = 2 * steepness[index] * difference
                    value += Double(steepness[index] * difference * difference)
                }
                return value
            }
        for (given, right) in zip(found, goal) { #expect(abs(given - right) < 0.05) }
    }

    @Test("Temperature undoes a known exaggeration")
    func temperature() {
        var chance = SeededRandom(seed: 5)
        var logits: [Float] = []
        var labels: [Int] = []
        for _ in 0..<6_000 {
            let honest = (0..<3).map { _ in chance.normal() }
            let shares = Temperature.probabilities(honest.map { Float($0) }, 1)
            let drawn = chance.fraction()
            labels.append(drawn < shares[0] ? 0 : drawn < shares[0] + shares[1] ? 1 : 2)
            logits += honest.map { Float($0 * 4) }
        }
        let found = Temperature.fit(logits: logits, labels: labels, classCount: 3)
        #expect(abs(found - 4) < 0.4)
        func loss(_ temperature: Double) -> Double {
            Temperature.negativeLogLikelihood(
                logits: logits, labels: labels, classCount: 3, temperature: temperature)
        }
        #expect(loss(found) < loss(1))
        #expect(loss(found) <= loss(found * 1.1) && loss(found) <= loss(found / 1.1))
    }

    @Test("Folds share every class and depend on the seed alone")
    func folds() {
        let labels = (0..<100).map { $0 % 7 == 0 ? 1 : 0 }
        let folds = Folds(labels: labels, classCount: 2, count: 5, seed: 3)
        for fold in 0..<5 {
            #expect(folds.rows(in: fold).count == 20)
            #expect((2...4).contains(folds.rows(in: fold).count { labels[$0] == 1 }))
            #expect(Set(folds.rows(in: fold)).isDisjoint(with: folds.rows(outside: fold)))
        }
        let again = Folds(labels: labels, classCount: 2, count: 5, seed: 3)
        let other = Folds(labels: labels, classCount: 2, count: 5, seed: 4)
        #expect(folds.assigned == again.assigned)
        #expect(folds.assigned != other.assigned)
    }
}
