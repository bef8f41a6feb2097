import Base
import Desk
import Domain
import HTTP
import Store
import TestKit
import Testing

@testable import API

extension BrowserTests {
    /// What hands do without meaning it.
    @Suite("An approval that nobody meant")
    struct MistakenApprovals {
        private static let names = ["Ada First", "Ben Second", "Cleo Third", "Dan Fourth"]

        /// Four drafts, the first of them open and armed; keys and clicks are noted with their time.
        private func four(
            undoSeconds: Int = 0,
            _ body: @escaping @Sendable (Browser, LiveSite) async throws -> Void
        ) async throws {
            let browser = try Browser.shared
            try await LiveSite.run(undoSeconds: undoSeconds) { site in
                for (index, name) in MistakenApprovals.names.enumerated() {
                    try await site.write(
                        "Do you have parking?", as: "+44770090020\(index)", name: name)
                }
                try await browser.resize(1280, 860)
                try await browser.signIn(site)
                try await browser.waitUntilArmed()
                try await browser.run(
                    """
                    window.hits = [];
                    for (const kind of ["keydown", "pointerdown"])
                      document.addEventListener(kind, () => hits.push(performance.now()), true);
                    """)
                try await body(browser, site)
            }
        }

        /// How often a hand rested for as long as the page asks for: on a machine that stands still
        /// for a moment, what comes after it may count.
        private func rests(_ browser: Browser) async throws -> Int {
            let found = try await browser.run(
                "return hits.filter((at, index) => index > 0 && at - hits[index - 1] >= 600).length"
            )
            guard case .integer(let count) = found else { return 0 }
            return count
        }

        private func sent(_ site: LiveSite) async throws -> Int {
            try await site.desk.reading.read(site.owner.workspace) { reader in
                try DraftStore.page(status: .approved, after: nil, limit: 20, reader).items.count
            }
        }

        private func next(_ browser: Browser, _ name: String) async throws {
            try await browser.wait(
                "\(name) is open",
                until: "document.querySelector('.thread-who h1')?.textContent === '\(name)'")
            try await browser.waitUntilArmed()
        }

        @Test("A held key approves one draft")
        func held() async throws {
            try await four { browser, site in
                try await browser.hold("a", repeats: 40)
                try await next(browser, "Ben Second")
                #expect(try await sent(site) == 1)
                // Let go and pressed again, it is meant.
                try await browser.press("a")
                try await next(browser, "Cleo Third")
                #expect(try await sent(site) == 2)
            }
        }

        /// Does something that may approve the open draft more than once, and looks how many it did.
        private func approvesOne(
            _ browser: Browser, _ site: LiveSite, _ what: String, _ act: () async throws -> Void
        ) async throws {
            let before = try await sent(site)
            try await browser.waitUntilArmed()
            try await browser.run("window.hits.length = 0")
            let open = try await browser.words(".thread-who h1")
            try await act()
            try await browser.wait(
                "the next is open",
                until: "document.querySelector('.thread-who h1')?.textContent !== '\(open)'")
            try await browser.waitUntilArmed()
            let approved = try await sent(site) - before
            let rests = try await rests(browser)
            #expect(approved >= 1 && approved <= 1 + rests, "\(what): \(rests) rests")
        }

        @Test("Keys in quick succession approve one draft, 5, 20 and 100 ms apart")
        func burst() async throws {
            try await four { browser, site in
                for pause in [5, 20, 100] {
                    try await approvesOne(browser, site, "\(pause) ms") {
                        try await browser.type("aaaaaaaaaaaa", every: pause)
                    }
                }
            }
        }

        @Test("A double click approves one draft, however quick it is")
        func doubleClick() async throws {
            try await four { browser, site in
                for pause in [0, 60, 200] {
                    try await approvesOne(browser, site, "\(pause) ms") {
                        try await browser.doubleClick("#draft.armed [data-approve]", after: pause)
                    }
                }
            }
        }

        @Test("Keys that are typed while the next draft comes do not land in it")
        func typing() async throws {
            try await four { browser, site in
                for (round, pause) in [5, 20, 100].enumerated() {
                    try await approvesOne(browser, site, "\(pause) ms") {
                        try await browser.press("e")
                        try await browser.press(" Kind regards.")
                        try await browser.run("window.hits.length = 0")
                        try await browser.press(Key.enter, holding: Key.control)
                        try await browser.type("see you, dear reader", every: pause)
                    }
                    guard try await rests(browser) == 0 else { continue }
                    try await next(browser, MistakenApprovals.names[round + 1])
                    let isUntouched = try await browser.run(
                        """
                        const field = document.getElementById("draft-text");
                        return field.value === field.defaultValue
                          && document.activeElement !== field
                          && !document.getElementById("reject").open;
                        """)
                    #expect(isUntouched == .flag(true), "\(pause) ms")
                }
            }
        }

        @Test("An approval is undone by a key before anything leaves, and sent when it is not")
        func undo() async throws {
            try await four(undoSeconds: 5) { browser, site in
                try await browser.press("e")
                try await browser.press(" Kind regards.")
                try await browser.press(Key.enter, holding: Key.control)
                try await browser.wait(forWords: "It leaves for Ada First in a moment.")
                try await next(browser, "Ben Second")
                try await browser.press("z")
                try await browser.wait(forWords: "Nothing was sent, and the draft waits again.")
                try await next(browser, "Ada First")
                #expect(
                    try await browser.run(
                        "return document.getElementById('draft-text').value.endsWith('Kind regards.')"
                    )
                        == .flag(true))
                site.fixture.clock.advance(by: .seconds(60))
                try await site.fixture.settled()
                #expect(try await sent(site) == 0)

                try await browser.press("a")
                try await browser.wait(forWords: "It leaves for Ada First in a moment.")
                try await next(browser, "Ben Second")
                try await browser.press("a")
                // The one before it can still be undone.
                try await browser.wait(
                    "both are named", until: "document.querySelectorAll('.decision').length === 2")
                site.fixture.clock.advance(by: .seconds(5))
                try await browser.wait(forWords: "Approved and sent to Ben Second.")
                try await site.fixture.settled()
                #expect(try await sent(site) == 2)
            }
        }

        @Test("An approved reply that could not leave says why, and the next draft says it too")
        func notSent() async throws {
            try await four(undoSeconds: 5) { browser, site in
                try await browser.press("a")
                try await browser.wait(forWords: "It leaves for Ada First in a moment.")
                try await site.write("And a ramp?", as: "+447700900200", name: "Ada First")
                try await browser.wait(
                    forWords: "Not sent to Ada First: the customer wrote again.")
                let draft = try #require(
                    try await site.openDrafts().last { $0.contact.name == "Ada First" }
                ).draft
                try await browser.open(site.url + "/approvals/\(draft.id)")
                try await browser.wait(
                    forWords: "The approved reply was not sent because the customer wrote again.")
                #expect(try await sent(site) == 0)
            }
        }
    }
}
