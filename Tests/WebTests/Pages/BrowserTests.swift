import Base
import Desk
import Domain
import Foundation
import HTTP
import Store
import TestKit
import Testing

@testable import API

/// The pages as people meet them: in Chromium, on a real server.
@Suite(.serialized, .browser)
struct BrowserTests {
    @Test("Sign in, upload, chat, approve: the appointment stands in the calendar")
    func mainPath() async throws {
        let browser = try Browser.shared
        try await LiveSite.run { site in
            try await browser.resize(1440, 900)
            try await browser.signIn(site, to: "/knowledge")
            let folder = try TestFolder()
            let path = folder.path + "/parking.txt"
            try Data("Parking\n\nThere is free parking behind the salon.".utf8).write(
                to: URL(fileURLWithPath: path))
            try await browser.choose(file: path, in: "#file")
            try await browser.wait(
                "the document is ready",
                until: "document.querySelector('.document .tag-good')")

            try await BrowserTests.enterPortal(browser, site, phone: "+447700900102")
            try await say(browser, "I would like to book a colour refresh")
            try await browser.wait(
                "it is being looked at", until: "document.querySelector('.looking')")

            try await approveNext(browser, site)
            try await browser.open(site.url + "/portal/" + LiveSite.slug)
            try await browser.wait(forWords: "Shall I book it?")
            try await say(browser, "Yes please")
            try await approveNext(browser, site)

            try await browser.open(site.url + "/calendar?span=week&day=2026-11-24")
            try await browser.wait(
                "the appointment is shown", until: "document.querySelector('.entry')")
            #expect(try await browser.words(".entry").contains("Colour refresh"))
            let log = try await browser.log()
            #expect(log == [])
        }
    }

    @Test("A reply appears in the portal by itself")
    func live() async throws {
        let browser = try Browser.shared
        try await LiveSite.run { site in
            try await BrowserTests.enterPortal(browser, site, phone: "+447700900103")
            try await say(browser, "Do you have parking?")
            try await site.fixture.settled()
            let draft = try #require(try await site.openDrafts().first).draft
            _ = try await site.desk.approvals.approve(
                .init(draft: draft.id, version: draft.version, text: "Yes, behind the house."),
                by: site.owner)
            try await browser.wait(forWords: "Yes, behind the house.")
            try await browser.wait(
                "nothing waits", until: "!document.querySelector('.looking')")
        }
    }

    @Test("Drafts are chosen, edited, approved and rejected by keyboard alone")
    func keyboard() async throws {
        let browser = try Browser.shared
        try await LiveSite.run { site in
            try await site.write("Do you have parking?", as: "+447700900101", name: "Ada First")
            try await site.write("I want to complain", as: "+447700900102", name: "Ben Second")
            try await browser.resize(1440, 900)
            try await browser.signIn(site)
            try await browser.wait("the first draft is open", until: current("Ada First"))
            try await browser.press("j")
            try await browser.wait("the second is open", until: current("Ben Second"))
            try await browser.press("k")
            try await browser.wait("the first is open again", until: current("Ada First"))
            try await browser.waitUntilArmed()
            try await browser.press("e")
            try await browser.press(" Kind regards.")
            try await browser.press(Key.enter, holding: Key.control)
            try await browser.wait(forWords: "Approved and sent to")
            try await browser.wait("the second is next", until: current("Ben Second"))
            try await browser.waitUntilArmed()
            try await browser.press("r")
            try await browser.press("wrong tone")
            try await browser.press(Key.enter)
            try await browser.wait(forWords: "All answered")
            let thread = try await site.desk.reading.read(site.owner.workspace) { reader in
                try ConversationStore.page(after: nil, limit: 5, reader).items.map(\.lastMessage)
            }
            #expect(thread.contains { $0.hasSuffix("Kind regards.") })
        }
    }

    @Test("Approving too late says what changed and keeps the words")
    func conflict() async throws {
        let browser = try Browser.shared
        try await LiveSite.run { site in
            try await site.write("Do you have parking?")
            let draft = try #require(try await site.openDrafts().first).draft
            try await browser.signIn(site)
            try await browser.type(" My own words.", into: "#draft-text")
            try await site.desk.approvals.reject(
                .init(draft: draft.id, version: draft.version), reason: "first", by: site.owner)
            try await browser.click("#draft.armed [data-approve]")
            try await browser.wait(forWords: "Nothing was sent.")
            #expect(
                try await browser.run(
                    "return document.getElementById('conflict').textContent.includes('My own')")
                    == .flag(true))
        }
    }

    @Test("Every page is accessible, fits 360 pixels, and breaks no content policy")
    func pages() async throws {
        let browser = try Browser.shared
        try await LiveSite.run { site in
            try await site.fixture.uploadDocuments(["faq.html"], by: site.owner)
            try await site.write("Do you have parking?")
            try await site.write("I would like to book a balayage", as: "+447700900102")
            let axe = try String(contentsOfFile: Clone.vendor("axe/axe.min.js"), encoding: .utf8)
            try await browser.clearCookies()
            for path in ["/", "/sign-in", "/register", "/portal/" + LiveSite.slug, "/nowhere"] {
                try await look(browser, site, path, axe)
            }
            try await browser.signIn(site)
            // The page that is not there was logged as a failed load.
            _ = try await browser.log()
            for path in try await staffPaths(site) { try await look(browser, site, path, axe) }
            try await BrowserTests.enterPortal(browser, site, phone: "+447700900101")
            try await look(browser, site, "/portal/" + LiveSite.slug, axe)
            let log = try await browser.log()
            #expect(log == [])
        }
    }

    // MARK: Steps

    private func staffPaths(_ site: LiveSite) async throws -> [String] {
        let draft = try #require(try await site.openDrafts().last).draft
        let service = try await site.desk.reading.read(site.owner.workspace) {
            try CatalogueStore.find($0).services[0].id
        }
        let document = try await site.desk.reading.read(site.owner.workspace) {
            try DocumentStore.page(after: nil, limit: 1, $0).items[0].id
        }
        return [
            "/approvals", "/approvals/\(draft.id)", "/conversations",
            "/conversations/\(draft.conversation)", "/calendar", "/calendar?span=week",
            "/calendar/new?day=2026-11-24&service=\(service)", "/knowledge",
            "/knowledge/\(document)", "/services", "/services/\(service)", "/services/new",
            "/services?tab=people", "/services?tab=hours", "/services?tab=business", "/people/new",
            "/console",
        ]
    }

    /// One page in light on a wide screen, and in dark on the narrowest phone.
    private func look(
        _ browser: Browser, _ site: LiveSite, _ path: String, _ axe: String
    ) async throws {
        try await browser.resize(1440, 900)
        try await browser.prefer(dark: false)
        try await browser.open(site.url + path)
        try await browser.run(axe)
        let bright = try await violations(browser)
        #expect(bright == "", "\(path) in light")
        try await browser.resize(360, 740)
        try await browser.prefer(dark: true)
        let wide = try await browser.run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        #expect(wide == .integer(0), "\(path) scrolls sideways")
        let dark = try await violations(browser)
        #expect(dark == "", "\(path) in dark, on a phone")
    }

    /// What axe finds on the page at rest: a colour on its way from light to dark, or a row that is
    /// just being replaced, is looked at again; what is really wrong stays.
    private func violations(_ browser: Browser) async throws -> String {
        var found = ""
        for _ in 0..<5 {
            found = try await violationsNow(browser)
            if found.isEmpty { break }
            try await Task.sleep(for: .milliseconds(300))
        }
        return found
    }

    private func violationsNow(_ browser: Browser) async throws -> String {
        let found = try await browser.runAsync(
            """
            const done = arguments[arguments.length - 1];
            for (const moving of document.getAnimations()) {
              try { moving.finish(); } catch { moving.cancel(); }
            }
            axe.run(document, { resultTypes: ["violations"] }).then((result) =>
              done(result.violations.map((one) =>
                one.id + ": " + one.nodes.map((node) => node.html).join(" | ")).join("; ")));
            """)
        guard case .text(let text) = found else { return "axe did not run" }
        return text
    }

    private func current(_ name: String) -> String {
        "document.querySelector('.thread-who h1')?.textContent === '\(name)' "
            + "&& !document.querySelector('.htmx-swapping, .htmx-settling')"
    }

    static func enterPortal(
        _ browser: Browser, _ site: LiveSite, phone: String
    ) async throws {
        try await browser.open(site.url + "/portal/" + LiveSite.slug)
        try await browser.type(phone, into: "#phone")
        try await browser.click("form button.primary")
        try await browser.wait("the code is asked for", until: "document.getElementById('code')")
        try await browser.type(try await site.newestCode(), into: "#code")
        try await browser.click("form button.primary")
        try await browser.wait("the chat is open", until: "document.getElementById('composer')")
    }

    private func say(_ browser: Browser, _ words: String) async throws {
        try await browser.type(words, into: "#content")
        try await browser.click("#composer button")
        try await browser.wait(
            "the message is stored",
            until: "document.querySelector('.mine:not(.pending):last-child') "
                + "&& document.getElementById('content').value === ''")
    }

    private func approveNext(_ browser: Browser, _ site: LiveSite) async throws {
        try await site.fixture.settled()
        try await browser.open(site.url + "/approvals")
        try await browser.click("#draft.armed [data-approve]")
        try await browser.wait(forWords: "Approved and sent to")
    }
}
