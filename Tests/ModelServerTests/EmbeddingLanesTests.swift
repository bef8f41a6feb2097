import Testing

@testable import ModelServer

struct EmbeddingLanesTests {
    private let query = EmbeddingJob([.text("short")])

    private func bulk(_ count: Int) -> EmbeddingJob {
        EmbeddingJob(Array(repeating: .text(String(repeating: "long ", count: 80)), count: count))
    }

    @Test("Queries go before bulk, and bulk still gets its turn")
    func order() {
        var lanes = EmbeddingLanes()
        let long = bulk(100)
        lanes.add(long)
        var turns = ""
        for _ in 0..<10 {
            lanes.add(query)
            let group = lanes.takeGroup(tokens: 512)
            turns += group[0].job === long ? "b" : "q"
        }
        #expect(turns == "qqqqbqqqqb")
    }

    @Test("Groups merge callers and end at the limit of tokens")
    func merging() {
        var lanes = EmbeddingLanes()
        let jobs = [bulk(3), bulk(3), bulk(3)]
        for job in jobs { lanes.add(job) }
        #expect(lanes.inputs == 9)
        var sizes: [Int] = []
        var seen: [String] = []
        while !lanes.isEmpty {
            let group = lanes.takeGroup(tokens: 512)
            sizes.append(group.count)
            for piece in group {
                seen.append("\(jobs.firstIndex { $0 === piece.job } ?? -1).\(piece.index)")
            }
        }
        #expect(sizes == [5, 4])
        #expect(seen == ["0.0", "0.1", "0.2", "1.0", "1.1", "1.2", "2.0", "2.1", "2.2"])
        #expect(lanes.inputs == 0)
        #expect(lanes.bytes == 0)
    }

    @Test("An input larger than a group still goes, alone")
    func large() {
        var lanes = EmbeddingLanes()
        lanes.add(bulk(2))
        #expect(lanes.takeGroup(tokens: 1).count == 1)
        #expect(lanes.takeGroup(tokens: 1).count == 1)
        #expect(lanes.isEmpty)
    }

    @Test("A removed job leaves nothing behind")
    func removing() {
        var lanes = EmbeddingLanes()
        let long = bulk(20)
        lanes.add(long)
        lanes.add(query)
        _ = lanes.takeGroup(tokens: 512)
        _ = lanes.takeGroup(tokens: 512)
        lanes.remove(long)
        #expect(lanes.isEmpty)
        #expect(lanes.inputs == 0)
        #expect(lanes.bytes == 0)
    }
}
