import CBLAS

/// Limited-memory BFGS with backtracking (Nocedal and Wright, "Numerical Optimization", 7.4).
struct LBFGS {
    /// Pairs of steps and gradient changes that are remembered.
    static let memory = 8
    /// Halvings of one step before giving up.
    static let halvingsMaximum = 30
    /// The share of the expected decrease that a step must bring (Armijo).
    static let sufficientDecrease = 1e-4

    var iterationsMaximum: Int
    /// Stops when the gradient's largest component is this small.
    var gradientTolerance: Float = 1e-5
    /// Stops when an iteration improves the value by less than this share.
    var valueTolerance = 1e-7
    /// Multiplies by a guess at the inverse Hessian, but for its scale; nil takes it for even.
    var preconditioner: (@Sendable (inout [Float]) -> Void)?

    /// The lowest point found from `start`; each iteration costs about one evaluation.
    func minimise(
        _ start: [Float], _ evaluate: (_ point: [Float], _ gradient: inout [Float]) -> Double
    ) -> [Float] {
        var point = start
        var gradient = [Float](repeating: 0, count: start.count)
        var value = evaluate(point, &gradient)
        var pairs: [Pair] = []
        for _ in 0..<iterationsMaximum {
            guard gradient.contains(where: { abs($0) > gradientTolerance }) else { break }
            var direction = descent(gradient, pairs)
            var slope = dot(direction, gradient)
            if slope >= 0 {
                // Rounding spoiled the memory: start over from the gradient.
                pairs = []
                direction = descent(gradient, pairs)
                slope = dot(direction, gradient)
            }
            let isPlain = pairs.isEmpty && preconditioner == nil
            var step: Float = isPlain ? Float(1 / max(1, (-slope).squareRoot())) : 1
            var halvings = 0
            var next = point
            var nextGradient = gradient
            var nextValue = value
            repeat {
                next = point
                cblas_saxpy(Int32(next.count), step, direction, 1, &next, 1)
                nextValue = evaluate(next, &nextGradient)
                if nextValue <= value + Self.sufficientDecrease * Double(step) * slope { break }
                step /= 2
                halvings += 1
            } while halvings < Self.halvingsMaximum
            guard nextValue < value else { break }
            if let pair = Pair(from: point, to: next, gradient, nextGradient) {
                if pairs.count == Self.memory { pairs.removeFirst() }
                pairs.append(pair)
            }
            let gain = value - nextValue
            point = next
            gradient = nextGradient
            value = nextValue
            // The first steps say little: their length is a guess.
            if pairs.count > 1, gain <= valueTolerance * max(1e-3, abs(value)) { break }
        }
        return point
    }

    private struct Pair {
        let step: [Float]
        let change: [Float]
        let curvature: Double

        /// Nil when the curvature is not positive: such a pair would spoil the direction.
        init?(from: [Float], to: [Float], _ before: [Float], _ after: [Float]) {
            var step = to
            cblas_saxpy(Int32(step.count), -1, from, 1, &step, 1)
            var change = after
            cblas_saxpy(Int32(change.count), -1, before, 1, &change, 1)
            curvature = dot(step, change)
            guard curvature > 1e-12 else { return nil }
            self.step = step
            self.change = change
        }
    }

    /// The two-loop recursion (Algorithm 7.4), the scale of its middle by formula 7.20.
    private func descent(_ gradient: [Float], _ pairs: [Pair]) -> [Float] {
        var direction = gradient.map { -$0 }
        var factors: [Double] = []
        for pair in pairs.reversed() {
            let factor = dot(pair.step, direction) / pair.curvature
            factors.append(factor)
            cblas_saxpy(Int32(direction.count), Float(-factor), pair.change, 1, &direction, 1)
        }
        preconditioner?(&direction)
        if let last = pairs.last {
            var change = last.change
            preconditioner?(&change)
            let scale = last.curvature / max(dot(last.change, change), 1e-30)
            cblas_sscal(Int32(direction.count), Float(scale), &direction, 1)
        }
        for (pair, factor) in zip(pairs, factors.reversed()) {
            let correction = factor - dot(pair.change, direction) / pair.curvature
            cblas_saxpy(Int32(direction.count), Float(correction), pair.step, 1, &direction, 1)
        }
        return direction
    }
}

private func dot(_ left: [Float], _ right: [Float]) -> Double {
    cblas_dsdot(Int32(left.count), left, 1, right, 1)
}
