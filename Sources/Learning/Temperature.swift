import Foundation

/// One number that makes probabilities honest: logits are divided by it (arXiv:1706.04599).
enum Temperature {
    static let range = 0.05...20.0

    /// The temperature with the lowest loss on held-out logits, by golden section on its logarithm
    /// (the loss has one valley). O(rows · classes) for each of about 40 steps.
    static func fit(logits: [Float], labels: [Int], classCount: Int) -> Double {
        guard !labels.isEmpty else { return 1 }
        let ratio = (5.0.squareRoot() - 1) / 2
        var low = log(range.lowerBound)
        var high = log(range.upperBound)
        func loss(_ logarithm: Double) -> Double {
            negativeLogLikelihood(
                logits: logits, labels: labels, classCount: classCount,
                temperature: exp(logarithm))
        }
        var left = high - ratio * (high - low)
        var right = low + ratio * (high - low)
        var leftLoss = loss(left)
        var rightLoss = loss(right)
        while high - low > 1e-4 {
            if leftLoss < rightLoss {
                high = right
                (right, rightLoss) = (left, leftLoss)
                left = high - ratio * (high - low)
                leftLoss = loss(left)
            } else {
                low = left
                (left, leftLoss) = (right, rightLoss)
                right = low + ratio * (high - low)
                rightLoss = loss(right)
            }
        }
        return exp((low + high) / 2)
    }

    /// Mean −log p(label) at a temperature.
    static func negativeLogLikelihood(
        logits: [Float], labels: [Int], classCount: Int, temperature: Double
    ) -> Double {
        logits.withUnsafeBufferPointer { logits in
            var sum = 0.0
            for (row, label) in labels.enumerated() {
                let line = logits[row * classCount..<(row + 1) * classCount]
                sum +=
                    energy(line, temperature) - Double(line[line.startIndex + label]) / temperature
            }
            return sum / Double(max(1, labels.count))
        }
    }

    /// log Σ exp(logit / temperature): high when some class fits (arXiv:2010.03759).
    static func energy(_ logits: some Collection<Float>, _ temperature: Double) -> Double {
        let highest = Double(logits.max() ?? 0) / temperature
        var sum = 0.0
        for logit in logits { sum += exp(Double(logit) / temperature - highest) }
        return highest + log(sum)
    }

    static func probabilities(_ logits: some Collection<Float>, _ temperature: Double) -> [Double] {
        let total = energy(logits, temperature)
        return logits.map { exp(Double($0) / temperature - total) }
    }
}
