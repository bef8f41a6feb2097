/// Which slot an id has: open addressing over slots alone, for the ids are beside the nodes.
///
/// Four bytes a place, at most five eighths full; linear probing, and deletion by
/// moving back, so that nothing is ever left to clean up.
struct IDTable {
    /// Slot + 1, or 0 where there is none.
    private(set) var places: [UInt32] = Array(repeating: 0, count: 16)
    private(set) var count = 0

    init() {}

    /// As a file gave it; nil unless every place names a slot that was used. O(places)
    init?(places: [UInt32], used: Int) {
        guard places.count >= 16, places.count.nonzeroBitCount == 1 else { return nil }
        self.places = places
        for place in places where place != 0 {
            guard place <= used else { return nil }
            count += 1
        }
        // Searches for what is not there end at an empty place.
        guard count * 8 <= places.count * 5 else { return nil }
    }

    private var mask: Int { places.count - 1 }

    private func home(_ id: Int64) -> Int {
        let mixed = UInt64(bitPattern: id) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: (mixed ^ mixed >> 32)) & mask
    }

    /// The slot of an id. Expected O(1)
    func slot(of id: Int64, _ nodes: NodeSlabs) -> UInt32? {
        var place = home(id)
        while places[place] != 0 {
            if nodes.id(places[place] - 1) == id { return places[place] - 1 }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Puts a slot in place for its id; the one it replaces. Expected O(1), amortised
    mutating func update(_ slot: UInt32, for id: Int64, _ nodes: NodeSlabs) -> UInt32? {
        if (count + 1) * 8 > places.count * 5 { grow(nodes) }
        var place = home(id)
        while places[place] != 0 {
            if nodes.id(places[place] - 1) == id {
                defer { places[place] = slot + 1 }
                return places[place] - 1
            }
            place = (place + 1) & mask
        }
        places[place] = slot + 1
        count += 1
        return nil
    }

    /// Takes an id out; the slot it had. Expected O(1)
    mutating func remove(_ id: Int64, _ nodes: NodeSlabs) -> UInt32? {
        var place = home(id)
        while places[place] != 0, nodes.id(places[place] - 1) != id { place = (place + 1) & mask }
        guard places[place] != 0 else { return nil }
        let slot = places[place] - 1
        count -= 1
        // Whatever follows without a gap moves up if its home is not after the hole.
        var hole = place
        var next = (hole + 1) & mask
        while places[next] != 0 {
            let home = home(nodes.id(places[next] - 1))
            if (next - home) & mask >= (next - hole) & mask {
                places[hole] = places[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        places[hole] = 0
        return slot
    }

    /// Every slot, in no order.
    var slots: [UInt32] { places.compactMap { $0 == 0 ? nil : $0 - 1 } }

    private mutating func grow(_ nodes: NodeSlabs) {
        let old = places
        places = Array(repeating: 0, count: old.count * 2)
        for entry in old where entry != 0 {
            var place = home(nodes.id(entry - 1))
            while places[place] != 0 { place = (place + 1) & mask }
            places[place] = entry
        }
    }
}
