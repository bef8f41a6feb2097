import Base
import Testing

@testable import Learning

@Suite("Curvature")
struct CurvatureTests {
    private func normals(_ count: Int, _ chance: inout SeededRandom) -> [Double] {
        (0..<count).map { _ in chance.normal() }
    }

    @Test("Solving undoes the matrix", arguments: [1, 2, 7, 40])
    func solving(size: Int) {
        var chance = SeededRandom(seed: UInt64(size))
        let half = normals(size * size, &chance)
        var matrix = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in 0..<size {
                for inner in 0..<size {
                    matrix[row * size + column] +=
                        half[row * size + inner] * half[column * size + inner]
                }
            }
            matrix[row * size + row] += 1
        }
        let wanted = normals(3 * size, &chance)
        var rows = [Double](repeating: 0, count: 3 * size)
        for row in 0..<3 {
            for column in 0..<size {
                for inner in 0..<size {
                    rows[row * size + column] +=
                        wanted[row * size + inner] * matrix[inner * size + column]
                }
            }
        }
        // Nothing above the diagonal may count.
        for row in 0..<size {
            for column in row + 1..<max(size, row + 1) { matrix[row * size + column] = .nan }
        }
        CholeskyFactor(matrix, size: size).solve(&rows)
        for (found, right) in zip(rows, wanted) { #expect(abs(found - right) < 1e-8) }
    }

    @Test("Knowing the rows' curvature, the descent is at the same minimum in half the steps")
    func preconditioned() throws {
        var chance = SeededRandom(seed: 3)
        let (count, width, classCount) = (2_500, 24, 5)
        // Each column spreads less than the one before, as those of embeddings do.
        let spreads = (0..<width).map { Float(0.75).power($0) }
        let centres = (0..<classCount).map { _ in normals(width, &chance) }
        var rows: [Float] = []
        var labels: [Int] = []
        for row in 0..<count {
            labels.append(row % classCount)
            for column in 0..<width {
                let value = centres[labels[row]][column] * 0.4 + chance.normal()
                rows.append(Float(value) * spreads[column])
            }
        }
        let weights = [Float](repeating: 1, count: count)
        let objective = SoftmaxRegression(
            rows: rows, labels: labels, weights: weights, classCount: classCount, width: width,
            penalty: 1e-5)
        let curvature = try #require(
            RowCurvature(rows: rows, weights: weights, classCount: classCount, width: width))
        // Both go on until the gradient is this small: then convexity bounds what is between them.
        let tolerance: Float = 1e-4
        func descend(_ preconditioner: (@Sendable (inout [Float]) -> Void)?) -> Descent {
            var evaluations = 0
            let point = LBFGS(
                iterationsMaximum: 2_000, gradientTolerance: tolerance, valueTolerance: 0,
                preconditioner: preconditioner
            ).minimise([Float](repeating: 0, count: objective.parameterCount)) { point, gradient in
                evaluations += 1
                return objective.evaluate(point, gradient: &gradient)
            }
            var gradient = point
            let value = objective.evaluate(point, gradient: &gradient)
            return Descent(
                point: point, gradient: gradient, value: value, evaluations: evaluations)
        }
        let plain = descend(nil)
        let quick = descend(curvature.preconditioner(penalty: 1e-5))
        #expect(quick.evaluations * 2 < plain.evaluations)
        for end in [plain, quick] { #expect(end.gradient.allSatisfy { abs($0) <= tolerance }) }
        // A convex function lies above its tangents: f(a) - f(b) <= g(a) . (a - b), and so no more
        // than the largest component of the gradient times the distance in the sum norm.
        let distance = zip(plain.point, quick.point).reduce(0) { $0 + Double(abs($1.0 - $1.1)) }
        #expect(abs(quick.value - plain.value) <= Double(tolerance) * distance)
    }

    private struct Descent {
        let point: [Float]
        let gradient: [Float]
        let value: Double
        let evaluations: Int
    }
}

extension Float {
    fileprivate func power(_ exponent: Int) -> Float {
        (0..<exponent).reduce(1) { value, _ in value * self }
    }
}
