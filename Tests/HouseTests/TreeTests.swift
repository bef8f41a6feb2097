import Testing

/// The rules of the house are read from its files: with no files, each of them would hold.
@Suite("What the rules are read from")
struct TreeTests {
    @Test("The files of every part of the repository are found, with their imports")
    func files() throws {
        #expect(Tree.sources.count > 200)
        #expect(Tree.tests.count > 200)
        #expect(Tree.benchmarks.count > 10)
        #expect(Tree.migrations.count >= 16)
        #expect(Tree.everything.allSatisfy { !$0.lines.isEmpty })
        for room in ImportFenceTests.rooms.keys {
            #expect(Tree.sources.contains { $0.room == room }, "\(room)")
        }
        let imports = Tree.sources.flatMap { ImportFenceTests.imports(of: $0) }
        #expect(imports.count > Tree.sources.count)
    }

    @Test("Every room is known to some file with tests")
    func everyRoomHasTests() {
        let testing = Tree.tests.filter { $0.lines.contains { $0.contains("@Test") } }
        let tested = Set(testing.flatMap { ImportFenceTests.imports(of: $0) })
        #expect(Set(ImportFenceTests.rooms.keys).subtracting(tested) == [])
    }
}
