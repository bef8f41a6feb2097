import Base

/// A split of rows into folds of nearly equal size and class mix, decided by a seed.
struct Folds: Sendable {
    let count: Int
    /// The fold of each row.
    let assigned: [Int]

    /// Deals each class's shuffled rows round the folds, so every class is in most folds.
    init(labels: [Int], classCount: Int, count: Int, seed: UInt64) {
        self.count = count
        var chance = SeededRandom(seed: seed)
        var assigned = [Int](repeating: 0, count: labels.count)
        var byClass = [[Int]](repeating: [], count: classCount)
        for (row, label) in labels.enumerated() { byClass[label].append(row) }
        var next = 0
        for rows in byClass {
            for row in rows.shuffled(using: &chance) {
                assigned[row] = next % count
                next += 1
            }
        }
        self.assigned = assigned
    }

    func rows(in fold: Int) -> [Int] { assigned.indices.filter { assigned[$0] == fold } }
    func rows(outside fold: Int) -> [Int] { assigned.indices.filter { assigned[$0] != fold } }
}
