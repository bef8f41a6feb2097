import Base
import Desk
import Domain
import HTTP
import Store
import TestKit
import Testing

@testable import WebCore

/// What staff do beside the main path, in the browser of the suite around it.
extension BrowserTests {
    @Suite("Staff at their pages")
    struct DeskPages {
        @Test("A new business opens, adds a person and a service, and sets its hours")
        func registration() async throws {
            let browser = try Browser.shared
            try await LiveSite.run { site in
                try await browser.resize(1280, 860)
                try await browser.clearCookies()
                _ = try await browser.log()
                try await browser.open(site.url + "/register")
                try await browser.type("Harbour Cuts", into: "#name")
                try await browser.set("#zone", to: "Europe/Lisbon")
                try await browser.type("Ana Ferreira", into: "#owner")
                try await browser.type("ana@harbour.example", into: "#email")
                try await browser.type("too short", into: "#password")
                try await browser.click("main button.primary")
                try await browser.wait(
                    "the password is refused", until: "document.getElementById('password-problem')")
                try await browser.type("a sentence to remember", into: "#password")
                try await browser.click("main button.primary")
                try await browser.wait(forWords: "No services yet")
                try await furnish(browser, site)
                try await change(browser, site)
                let log = try await browser.log().filter { !$0.contains("422") }
                #expect(log == [])
            }
        }

        private func furnish(_ browser: Browser, _ site: LiveSite) async throws {
            try await browser.open(site.url + "/people/new")
            try await browser.type("Bea Santos", into: "#name")
            try await browser.click(".form-card button.primary")
            try await browser.wait(forWords: "Bea Santos")
            try await browser.open(site.url + "/services/new")
            try await browser.type("Trim", into: "#name")
            try await browser.set("#duration", to: "2")
            try await browser.click(".form-card button.primary")
            try await browser.wait(forWords: "Give 5 to 1440 minutes.")
            try await browser.set("#duration", to: "30")
            try await browser.set("#price_min", to: "25")
            try await browser.click(".form-card button.primary")
            try await browser.wait(forWords: "30 min · £25")
            #expect(try await browser.words(".catalogue-row").contains("With Bea Santos"))
        }

        private func change(_ browser: Browser, _ site: LiveSite) async throws {
            try await browser.open(site.url + "/services?tab=hours")
            try await browser.set("[name=sunday_0_open]", to: "10:00")
            try await browser.set("#closures", to: "2026-12-25")
            try await browser.click(".form-card button.primary")
            try await browser.wait(forWords: "Sunday: give both times, or neither.")
            try await browser.set("[name=sunday_0_open]", to: "10:00")
            try await browser.set("[name=sunday_0_close]", to: "14:30")
            try await browser.click(".form-card button.primary")
            try await browser.wait(forWords: "Saved.")
            let kept = try await browser.run(
                "return document.querySelector('[name=sunday_0_close]').value")
            #expect(kept == .text("14:30"))
            // Out of the catalogue, and back.
            try await browser.open(site.url + "/services")
            try await browser.click(".catalogue-row .button")
            try await browser.click("form.spaced button")
            try await browser.click("dialog .danger-solid")
            try await browser.click(".retired summary")
            try await browser.click(".retired button")
            try await browser.wait(forWords: "Back in the catalogue.")
            #expect(try await browser.words(".catalogue-row").contains("Trim"))
        }

        @Test("An appointment is booked, moved by mouse and by keyboard, and cancelled")
        func calendar() async throws {
            let browser = try Browser.shared
            try await LiveSite.run { site in
                let service = try await site.desk.reading.read(site.owner.workspace) { reader in
                    try CatalogueStore.find(reader).services.first { $0.name == "Blow-dry" }?.id
                }
                try await browser.resize(1280, 860)
                try await browser.signIn(
                    site,
                    to: "/calendar/new?day=2026-11-24%26service=\(try #require(service))")
                try await browser.click(".slot:nth-child(3)")
                try await browser.type("+447700900123", into: "#phone")
                try await browser.type("Maya Lindqvist", into: "#name")
                try await browser.click("#times button.primary")
                try await browser.wait(forWords: "Booked.")
                let first = try await browser.words(".appointment")

                try await browser.click("a.button.primary")
                try await browser.set("#day", to: "2026-11-25")
                try await browser.wait(forWords: "Open times on Wednesday 25 November")
                try await browser.click(".slot:nth-child(2)")
                try await browser.click("#times button.primary")
                try await browser.wait(forWords: "Moved.")
                let second = try await browser.words(".appointment")
                #expect(first != second && second.contains("Wednesday 25 November"))

                try await browser.tab(to: "a.button.primary")
                try await browser.press(Key.enter)
                try await browser.wait(forWords: "Move appointment")
                try await browser.tab(to: "[name=slot]")
                try await browser.press(Key.down)
                try await browser.tab(to: "#times button.primary")
                try await browser.press(Key.enter)
                try await browser.wait(forWords: "Moved.")
                #expect(try await browser.words(".appointment") != second)

                try await browser.tab(to: "button.danger")
                try await browser.press(Key.enter)
                try await browser.wait(
                    "it asks first, and keeping is the choice at hand",
                    until: "document.activeElement.textContent === 'Keep it'")
                try await browser.press(Key.tab, holding: Key.shift)
                try await browser.press(Key.enter)
                try await browser.wait(forWords: "Cancelled. The time is free again.")
            }
        }

        @Test("Dropped documents show each stage, and say why one was not read")
        func upload() async throws {
            let browser = try Browser.shared
            let isOpen = Lock(false)
            let slowly: @Sendable (inout DeskPorts) -> Void = { ports in
                let embed = ports.embedder.embed
                ports.embedder.embed = { texts, purpose in
                    while !isOpen.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
                    return try await embed(texts, purpose)
                }
            }
            try await LiveSite.run(ports: slowly) { site in
                try await browser.resize(1280, 860)
                try await browser.signIn(site, to: "/knowledge")
                try await browser.drop(
                    [
                        ("parking.txt", Array("Parking\n\nBehind the house.".utf8)),
                        ("broken.pdf", Array("%PDF-1.7\nnothing else".utf8)),
                        ("program.txt", [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0]),
                        ("empty.txt", []),
                    ], on: "#upload")
                try await browser.wait(
                    "it is being learned", for: .seconds(30),
                    until: "document.querySelector('.steps .now')?.innerText.startsWith('Learning')"
                )
                try await browser.wait(
                    "the damaged one says why", for: .seconds(30),
                    until: "document.querySelector('.document .problem')?.innerText.length > 20")
                isOpen.withLock { $0 = true }
                try await browser.wait(
                    "the other is ready", for: .seconds(30),
                    until: "document.querySelector('.document .tag-good')")
                let refused = try await browser.words("#uploads")
                #expect(refused.contains("program.txt") && refused.contains("empty.txt"))
                #expect(refused.contains("The file is empty."))
                // The one that might be taken in another time can be tried again; the empty one not.
                #expect(refused.contains("1 document was not taken in."))
                try await browser.click(".upload-rest .button")
                try await browser.wait(
                    "it is refused again", for: .seconds(30),
                    until: "document.querySelectorAll('.uploads .failed').length === 2"
                        + " && !document.querySelector('.upload-rest').hidden")
                // Deleting asks first.
                try await browser.click("[aria-label='Delete Parking']")
                try await browser.wait(forWords: "Delete “Parking”?")
                try await browser.click("dialog .danger-solid")
                try await browser.wait(forWords: "Deleted. No answer uses it any more.")
            }
        }

        @Test("Documents that come while the desk is busy wait and go on by themselves, each once")
        func busyUpload() async throws {
            let browser = try Browser.shared
            let refusals = Lock(2)
            let busy: @Sendable (inout DeskPorts) -> Void = { ports in
                let keep = ports.blobs.keep
                ports.blobs.keep = { path, sha256 in
                    let refuses = refusals.withLock { refusals in
                        defer { refusals -= 1 }
                        return refusals > 0
                    }
                    if refuses { throw InjectedFault() }
                    try keep(path, sha256)
                }
            }
            try await LiveSite.run(ports: busy) { site in
                try await browser.resize(1280, 860)
                try await browser.signIn(site, to: "/knowledge")
                let files = (0..<12).map { number in
                    ("note-\(number).txt", Array("Note \(number) says something.".utf8))
                }
                try await browser.drop(files, on: "#upload")
                try await browser.wait(
                    "all are ready", for: .seconds(60),
                    until: "document.querySelectorAll('.document .tag-good').length === 12")
                #expect(refusals.withLock { $0 } < 0)
                let lines = try await browser.words("#uploads")
                #expect(lines.isEmpty, "nothing failed: \(lines)")
            }
        }

        @Test("Colours follow the system or the choice, and a phone shows one pane at a time")
        func appearance() async throws {
            let browser = try Browser.shared
            try await LiveSite.run { site in
                try await site.write("Do you have parking?", name: "Ada First")
                try await browser.resize(390, 800)
                try await browser.prefer(dark: false)
                try await browser.signIn(site)
                let paper =
                    "getComputedStyle(document.querySelector('.queue')).backgroundColor === "
                let (light, dark) = (paper + "'rgb(255, 255, 255)'", paper + "'rgb(27, 31, 32)'")
                try await browser.wait("it is light", until: light)
                try await browser.prefer(dark: true)
                try await browser.wait("it follows the system", until: dark)
                try await browser.click(".phone-bar [data-theme-next]")
                try await browser.wait("light was chosen", until: light)
                try await browser.open(site.url + "/approvals")
                try await browser.wait("and is remembered", until: light)

                let isShown =
                    "getComputedStyle(document.querySelector('.detail')).display !== 'none'"
                #expect(try await browser.run("return " + isShown) == .flag(false))
                try await browser.click(".queue-row")
                try await browser.wait("the draft takes the place of the queue", until: isShown)
                #expect(
                    try await browser.run(
                        "return getComputedStyle(document.querySelector('.queue')).display")
                        == .text("none"))
                try await browser.click(".back")
                try await browser.wait("the queue is back", until: "!(\(isShown))")
                try await browser.clearCookies()
                try await browser.prefer(dark: false)
            }
        }
    }
}
