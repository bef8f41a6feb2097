/// Damerau–Levenshtein distance (optimal string alignment), given up as soon as it must exceed.
///
/// Follows Damerau 1964 in the restricted form that never edits a transposed pair again.
enum EditDistance {
    /// The distance, or nil when it exceeds `limit`. O(a·b) for words, which are at most 24 long.
    static func between(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        if left == right { return 0 }
        if left.isEmpty || right.isEmpty {
            return max(left.count, right.count)
        }
        var before: [Int] = []
        var previous = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + [Int](repeating: 0, count: right.count)
            var smallest = row
            for column in 1...right.count {
                let same = left[row - 1] == right[column - 1]
                var best = previous[column - 1] + (same ? 0 : 1)
                best = min(best, previous[column] + 1, current[column - 1] + 1)
                if row > 1, column > 1, left[row - 1] == right[column - 2],
                    left[row - 2] == right[column - 1]
                {
                    best = min(best, before[column - 2] + 1)
                }
                current[column] = best
                smallest = min(smallest, best)
            }
            if smallest > limit { return nil }
            before = previous
            previous = current
        }
        let distance = previous[right.count]
        return distance <= limit ? distance : nil
    }

    static func between(_ left: String, _ right: String, limit: Int) -> Int? {
        between(Array(left.unicodeScalars), Array(right.unicodeScalars), limit: limit)
    }
}
