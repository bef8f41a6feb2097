import Domain
import Testing

@Suite("The document machine")
struct DocumentTableTests {
    static let events: [DocumentEvent] = [
        .extractionStarted, .extracted(passages: 3), .embedded,
        .failed(code: "encrypted", reason: "It needs a password."), .retried, .deleted,
    ]

    @Test("Every status answers every event as the checked-in table says")
    func table() throws {
        let lines = try CheckedTable.lines(
            of: DocumentStatus.allCases, DocumentTableTests.events, named: \.name,
            next: DocumentMachine.next)
        try CheckedTable.compare(lines, with: "document.txt")
    }

    @Test("What was deleted stays deleted")
    func deletedIsFinal() throws {
        for event in DocumentTableTests.events where event != .deleted {
            #expect(throws: KnowledgeRefusal.self) { try DocumentMachine.next(.deleted, event) }
        }
        #expect(try DocumentMachine.next(.deleted, .deleted) == .deleted)
    }

    @Test("Every document that is being worked on can fail, be retried and be deleted")
    func alwaysAWayOut() throws {
        for status: DocumentStatus in [.received, .extracting, .embedding] {
            #expect(try DocumentMachine.next(status, .failed(code: "x", reason: "y")) == .failed)
            #expect(try DocumentMachine.next(status, .retried) == .received)
            #expect(try DocumentMachine.next(status, .deleted) == .deleted)
        }
    }
}
