import Domain
import Testing

@Suite("The draft machine")
struct DraftTableTests {
    @Test("Every status answers every event as the checked-in table says")
    func table() throws {
        let lines = try CheckedTable.lines(
            of: DraftStatus.allCases, DraftEvent.allCases, named: \.rawValue,
            next: DraftMachine.next)
        try CheckedTable.compare(lines, with: "draft.txt")
    }

    @Test("A draft is sent only after a person said yes")
    func approvalIsTheOnlyWay() {
        // Everything that can be reached without the event that only a person causes.
        var reached: Set<DraftStatus> = [.generating]
        var grows = true
        while grows {
            let before = reached.count
            for status in reached {
                for event in DraftEvent.allCases where event != .approve && event != .schedule {
                    if let next = try? DraftMachine.next(status, event) { reached.insert(next) }
                }
            }
            grows = reached.count > before
        }
        #expect(reached.isDisjoint(with: [.scheduled, .approved]))
    }

    @Test("Nothing leaves a decided draft but a rejection that is taken back")
    func decidedIsFinal() {
        for status: DraftStatus in [.approved, .rejected, .superseded, .expired, .failed] {
            for event in DraftEvent.allCases where (status, event) != (.rejected, .reopen) {
                #expect(throws: DraftRefusal.self) { try DraftMachine.next(status, event) }
            }
        }
    }
}
