import Base
import Domain
import Foundation
import Testing

@Suite("The status of a conversation")
struct ConversationTableTests {
    @Test("Every status answers every event as the checked-in table says")
    func table() throws {
        let lines = try CheckedTable.lines(
            of: ConversationStatus.allCases, ConversationEvent.allCases, named: \.rawValue,
            next: ConversationMachine.next)
        try CheckedTable.compare(lines, with: "conversation.txt")
    }

    private static let now = Instant(seconds: 1_795_168_800)

    private func conversation(
        _ status: ConversationStatus, closed: Instant? = nil
    ) -> Conversation {
        let id = UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))
        return Conversation(
            id: ID(id), contact: ID(id), channel: Channel(named: "texts"), address: ID(id),
            status: status, owner: .assistant, lastInboundNumber: 1, answeredThrough: 1,
            closedAt: closed,
            version: 1, createdAt: ConversationTableTests.now,
            updatedAt: ConversationTableTests.now)
    }

    @Test("A message goes on with what is open, reopens what was closed lately, or begins anew")
    func placement() {
        let now = ConversationTableTests.now
        let week = ChannelCapabilities.Threading.byAddress(reopenWithin: .days(7))
        func place(
            _ threading: ChannelCapabilities.Threading, _ latest: Conversation?
        ) -> ConversationPlacement {
            ConversationPlacement(threading, latest: latest, at: now)
        }
        let lately = conversation(.closed, closed: now - .days(7) + .seconds(1))
        let longAgo = conversation(.closed, closed: now - .days(7))
        #expect(place(week, nil) == .beginning)
        for status: ConversationStatus in [.open, .waiting] {
            let open = conversation(status)
            #expect(place(week, open) == .into(open.id))
            #expect(place(.byThread, open) == .into(open.id))
        }
        #expect(place(week, lately) == .reopening(lately.id))
        #expect(place(week, longAgo) == .beginning)
        // A clock that was set back does not begin a conversation.
        #expect(place(week, conversation(.closed, closed: now + .days(1))) == .reopening(lately.id))
        // A thread stays itself, however old.
        #expect(place(.byThread, longAgo) == .reopening(longAgo.id))
    }
}
