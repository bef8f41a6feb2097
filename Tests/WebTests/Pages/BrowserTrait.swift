import Base
import Domain
import TestKit
import Testing

/// One browser for a suite, started before its first test and ended after its last.
struct BrowserTrait: SuiteTrait, TestScoping {
    @TaskLocal static var current: Browser?

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let browser = try await Browser.start()
        do {
            try await BrowserTrait.$current.withValue(browser) { try await function() }
        } catch {
            await browser.quit()
            throw error
        }
        await browser.quit()
    }
}

extension Trait where Self == BrowserTrait {
    static var browser: BrowserTrait { BrowserTrait() }
}

extension Browser {
    /// The browser of the running suite.
    static var shared: Browser {
        get throws { try #require(BrowserTrait.current) }
    }

    /// Signs in as the owner of the live site and lands on a page.
    func signIn(_ site: LiveSite, to path: String = "/approvals") async throws {
        try await clearCookies()
        try await open(site.url + "/sign-in?next=" + path)
        try await type(site.owner.email, into: "#email")
        try await type(DeskPassword.text, into: "#password")
        try await click("button.primary")
        try await wait("signed in", until: "document.querySelector('.sidebar')")
    }
}

/// The password of everybody in tests, as it is typed.
enum DeskPassword {
    static let text = DeskFixture.password.revealed()
}
