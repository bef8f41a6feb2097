import Base
import Desk
import Domain
import HTTP
import Store
import TestKit
import Testing

@testable import WebCore

extension BrowserTests {
    @Suite("Decisions about drafts")
    struct Decisions {
        @Test(
            "A rejection has a reason and can be undone; after an edit the next draft has the focus"
        )
        func decisions() async throws {
            let browser = try Browser.shared
            try await LiveSite.run { site in
                try await site.write("Do you have parking?", as: "+447700900101", name: "Ada First")
                try await site.write("I want to complain", as: "+447700900102", name: "Ben Second")
                try await browser.resize(1280, 860)
                try await browser.signIn(site)
                try await browser.click("[data-reject]")
                try await browser.click("[data-reason='Wrong tone']")
                try await browser.click("#reject .danger-solid")
                try await browser.wait(forWords: "Rejected. Ada First still waits for a reply.")
                try await browser.wait("Ben is next", until: current("Ben Second"))
                #expect(try await site.openDrafts().count == 1)
                try await browser.click(".notice form button")
                try await browser.wait("Ada is back", until: current("Ada First"))

                try await browser.click("[data-edit]")
                try await browser.press(" Come and see.")
                try await browser.click("#draft.armed [data-approve]")
                try await browser.wait(forWords: "Approved and sent to Ada First.")
                try await browser.wait(
                    "the next draft has the focus",
                    until: "document.activeElement.id === 'draft' && \(current("Ben Second"))")
                let sent = try await site.desk.reading.read(site.owner.workspace) { reader in
                    try ConversationStore.page(after: nil, limit: 5, reader).items.map(
                        \.lastMessage)
                }
                #expect(sent.contains { $0.hasSuffix("Come and see.") })
            }
        }

        @Test(
            "What a draft does is shown in parts, and approving what went stale says what changed")
        func stale() async throws {
            let browser = try Browser.shared
            try await LiveSite.run { site in
                try await site.write("I would like to book a balayage", name: "Maya Lindqvist")
                try await browser.resize(1280, 860)
                try await browser.signIn(site)
                let proposal = try await browser.words(".proposal")
                #expect(proposal.contains("Balayage, 3 h"))
                #expect(proposal.contains("for Maya Lindqvist") && proposal.contains("NOV"))
                #expect(proposal.contains("Held when you approve"))
                let draft = try #require(try await site.openDrafts().first).draft
                let place = try #require(draft.effects.first.flatMap(BookingPreview.init)?.slot)
                _ = try await site.desk.bookings.book(
                    .init(
                        service: place.service, staff: place.staff, start: place.start,
                        phone: try #require(PhoneNumber("+447700900999")), name: nil),
                    by: site.owner)
                try await browser.click("#draft.armed [data-approve]")
                try await browser.wait(forWords: "Nothing was sent.")
                let words = try await browser.words("#conflict")
                #expect(
                    words.contains("has just been taken") && words.contains("Still free:"),
                    "\(words)")
                try await browser.wait(
                    "a new draft comes by itself", for: .seconds(30),
                    until: "document.getElementById('draft')")
                #expect(try await browser.words("#conflict").contains("has just been taken"))
                try await browser.click("#conflict [data-dismiss]")
                // The customer writes again while the draft is being read.
                let again = try #require(try await site.openDrafts().first).draft
                try await site.write("Or rather: do you have parking?")
                #expect(try await site.openDrafts().first?.draft.id != again.id)
                try await browser.run(
                    """
                    const form = document.getElementById('draft');
                    form.setAttribute('hx-post', '/approvals/\(again.id)/approve');
                    form.elements.version.value = '\(again.version)';
                    htmx.process(form);
                    """)
                try await browser.click("#draft.armed [data-approve]")
                try await browser.wait(forWords: "The customer wrote again.")
            }
        }

        @Test("Without scripts a customer writes, and a draft is approved unchanged")
        func plain() async throws {
            let browser = try Browser.shared
            try await LiveSite.run { site in
                try await browser.resize(390, 800)
                try await browser.clearCookies()
                try await browser.allow(scripts: false)
                do {
                    try await write(browser, site)
                } catch {
                    try await browser.allow(scripts: true)
                    throw error
                }
                try await browser.allow(scripts: true)
            }
        }

        private func write(_ browser: Browser, _ site: LiveSite) async throws {
            try await BrowserTests.enterPortal(browser, site, phone: "+447700900105")
            try await browser.type("Do you have parking?", into: "#content")
            try await browser.click("#composer button")
            try await browser.wait(forWords: "Your message is being looked at.")
            try await site.fixture.settled()
            let proposed = try #require(try await site.openDrafts().first).draft
            try await browser.signIn(site, to: "/approvals/\(proposed.id)")
            try await browser.click("[data-approve]")
            try await browser.wait(forWords: "Approved and sent to +447700900105.")
            let sent = try await site.desk.reading.read(site.owner.workspace) { reader in
                try DraftStore.find(proposed.id, reader)
            }
            #expect(sent?.status == .approved && sent?.text == proposed.text)
        }

        private func current(_ name: String) -> String {
            "document.querySelector('.thread-who h1')?.textContent === '\(name)' "
                + "&& !document.querySelector('.htmx-swapping, .htmx-settling')"
        }
    }
}
