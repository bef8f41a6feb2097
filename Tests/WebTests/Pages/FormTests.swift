import Base
import Desk
import Domain
import HTTP
import Postgres
import Store
import TestKit
import Testing

@testable import Web
@testable import WebCore

/// A form either understands what was typed or says so beside the field and keeps it.
@Suite("Forms of the catalogue")
struct FormTests {
    /// A workspace's pages, as its owner sees them.
    private struct Visit {
        let fixture: DeskFixture
        let owner: Staff
        let site: Site
        let cookie: String

        init(currency: String = "EUR") async throws {
            fixture = try await DeskFixture()
            owner = try await fixture.desk.registration.open(
                .init(name: "Shop", slug: "shop", zone: "Europe/Berlin", currency: currency),
                owner: .init(
                    name: "Owner", email: "owner@shop.example", password: DeskFixture.password))
            site = Site(
                desk: fixture.desk, changes: ChangeHub(),
                configuration: SiteConfiguration(registration: .open))
            cookie = try await fixture.desk.signIn.openPage(
                email: owner.email, password: DeskFixture.password, from: "127.0.0.1"
            ).access.revealed()
        }

        func get(_ path: String) async throws -> String {
            try await answer(.get, path, []).text
        }

        func post(_ path: String, _ fields: [String: String]) async throws -> SiteAnswer {
            let all = fields.merging(["csrf": CSRF.token(for: cookie)]) { first, _ in first }
            let body = all.map { "\($0.key)=\(PercentEncoding.encode($0.value))" }
            return try await answer(.post, path, Array(body.joined(separator: "&").utf8))
        }

        private func answer(
            _ method: HTTPMethod, _ path: String, _ body: [UInt8]
        ) async throws -> SiteAnswer {
            let request = HTTPRequest(
                method: method, target: try #require(HTTPTarget(path)),
                headers: [
                    "Accept": "text/html", "Cookie": "frontdesk=\(cookie)", "Host": "127.0.0.1",
                    "Content-Type": "application/x-www-form-urlencoded",
                ],
                body: HTTPBody(body), remoteAddress: "127.0.0.1", id: ID(fixture.world.uuid()))
            let response = await site.responder(request)
            return SiteAnswer(
                status: response.status.code, headers: response.headers,
                body: try await response.collectBody(upTo: 4 << 20))
        }

        var catalogue: Catalogue {
            get async throws {
                try await fixture.desk.reading.read(owner.workspace) { try CatalogueStore.find($0) }
            }
        }
    }

    private func service(_ changes: [String: String]) -> [String: String] {
        [
            "name": "Cut", "duration": "30", "before": "0", "after": "0", "price_min": "",
            "price_max": "",
        ].merging(changes) { _, new in new }
    }

    @Test(
        "A price is saved as it was meant",
        arguments: [
            ("EUR", "49 €", 4_900), ("EUR", "1.234,50", 123_450), ("EUR", "49,-", 4_900),
            ("GBP", "£49", 4_900), ("VND", "50.000", 50_000), ("KWD", "12.5", 12_500),
        ])
    func prices(currency: String, typed: String, minor: Int) async throws {
        let visit = try await Visit(currency: currency)
        let saved = try await visit.post("/services/new", service(["price_min": typed]))
        #expect(saved.status == 303, "\(saved.text)")
        let kept = try await visit.catalogue.services.first
        #expect(kept?.priceMinMinor == minor)
        let words = MoneyWords.amount(minor, currency: currency)
        #expect(try await visit.get("/services").contains(words))
        // The form shows what it would read again.
        let form = try await visit.get("/services/\(try #require(kept?.id))")
        let field = MoneyWords.plain(minor, currency: currency)
        #expect(form.contains("value=\"\(field)\""))
    }

    @Test(
        "What a service's form does not understand is refused beside its field and kept as typed",
        arguments: [
            ("price_min", "abc"), ("price_min", "12.345"), ("price_max", "£49"),
            ("duration", "half an hour"), ("duration", "30.5"), ("duration", ""),
            ("before", "ten"), ("after", "-5"), ("after", "1e2"), ("name", ""),
        ])
    func refused(field: String, typed: String) async throws {
        let visit = try await Visit()
        let answer = try await visit.post("/services/new", service([field: typed]))
        #expect(answer.status == 422)
        #expect(answer.text.contains("id=\"\(field)-problem\""), "\(field)")
        #expect(answer.text.contains("value=\"\(typed)\""), "\(typed)")
        #expect(try await visit.catalogue.services.isEmpty)
    }

    @Test("A highest price below the lowest, and a price too high, are refused beside their fields")
    func priceRange() async throws {
        let visit = try await Visit()
        let turned = try await visit.post(
            "/services/new", service(["price_min": "60", "price_max": "50"]))
        #expect(turned.status == 422 && turned.text.contains("id=\"price_min-problem\""))
        let high = try await visit.post("/services/new", service(["price_max": "99999999"]))
        #expect(high.status == 422 && high.text.contains("id=\"price_max-problem\""))
        #expect(high.text.contains("too high"))
    }

    @Test(
        "What the form of hours does not understand is refused beside its field and kept as typed",
        arguments: [
            ("cutoff", "3pm", "cutoff-problem"), ("notice", "an hour", "notice-problem"),
            ("horizon", "two months", "horizon-problem"), ("horizon", "0", "horizon-problem"),
            ("closures", "25 December", "closures-problem"),
            ("closures", "2026-02-30", "closures-problem"),
            ("monday_0_open", "9am", "Monday: write times such as 09:30."),
            ("monday_0_open", "", "Monday: give both times, or neither."),
        ])
    func hours(field: String, typed: String, problem: String) async throws {
        let visit = try await Visit()
        var fields = [
            "cutoff": "", "notice": "60", "horizon": "60", "step": "15", "closures": "2026-12-25",
            "monday_0_open": "09:00", "monday_0_close": "17:00",
        ]
        fields[field] = typed
        let answer = try await visit.post("/services/hours", fields)
        #expect(answer.status == 422)
        #expect(answer.text.contains(problem))
        #expect(answer.text.contains(typed))
        // Nothing else that was typed is lost either.
        #expect(answer.text.contains("value=\"17:00\""))
        #expect(try await visit.catalogue.hours.isEmpty)
        fields[field] = field == "closures" ? "2026-12-25" : field == "cutoff" ? "" : "09:00"
        if field == "notice" || field == "horizon" { fields[field] = "30" }
        #expect(try await visit.post("/services/hours", fields).status == 303)
        #expect(try await visit.catalogue.hours.isOpen(on: .monday))
    }

    @Test("The form of the business and that of a person say what is wrong beside the field")
    func others() async throws {
        let visit = try await Visit()
        let business = [
            "name": "Shop", "zone": "Mars/Olympus", "assistant": "Ava", "phone": "030 1234",
            "address": "Somewhere 1", "greeting": "Hello!",
        ]
        let wrong = try await visit.post("/services/business", business)
        #expect(wrong.status == 422 && wrong.text.contains("id=\"zone-problem\""))
        #expect(wrong.text.contains("Mars/Olympus") && wrong.text.contains("Somewhere 1"))
        let long = String(repeating: "long ", count: 50)
        let person = try await visit.post("/people/new", ["name": "Ana", "title": long])
        #expect(person.status == 422 && person.text.contains("id=\"title-problem\""))
        #expect(try await visit.catalogue.staff.isEmpty)
    }

    @Test("Registering without names, or with a currency that is none, is said beside the fields")
    func registering() async throws {
        let visit = try await Visit()
        func register(_ changes: [String: String]) async throws -> SiteAnswer {
            let fields = [
                "name": "Other", "zone": "Europe/Berlin", "currency": "EUR", "owner": "Ana",
                "email": "ana@other.example", "password": "a sentence that is long",
            ]
            return try await visit.post("/register", fields.merging(changes) { _, new in new })
        }
        for (field, typed) in [("owner", ""), ("name", ""), ("currency", "EUX"), ("zone", "Mars")] {
            let answer = try await register([field: typed])
            #expect(answer.status == 422, "\(field)")
            #expect(answer.text.contains("id=\"\(field)-problem\""), "\(field)")
            #expect(answer.text.contains("value=\"\(typed)\""), "\(field)")
        }
    }

    @Test(
        "The country of the business is said in its form, and prices and dates are written there so"
    )
    func locale() async throws {
        let visit = try await Visit(currency: "AUD")
        _ = try await visit.post("/services/new", service(["price_min": "48"]))
        let business = [
            "name": "Shop", "zone": "Australia/Sydney", "assistant": "Ava", "phone": "",
            "address": "",
            "greeting": "", "country": "AU", "date_order": "", "clock": "",
        ]
        let saved = try await visit.post("/services/business", business)
        #expect(saved.status == 303, "\(saved.text)")
        #expect(try await visit.catalogue.locale == LocaleSettings(region: "AU"))
        let form = try await visit.get("/services?tab=business")
        #expect(form.contains("<option value=\"AU\" selected>Australia</option>"))
        #expect(form.contains("<option value=\"\" selected>As usual in the country</option>"))
        #expect(try await visit.get("/services").contains("$48"))
        _ = try await visit.post("/services/business", business.merging(["country": "US"]) { $1 })
        #expect(try await visit.get("/services").contains("AUD 48"))
        let chosen = business.merging(["country": "US", "date_order": "dmy", "clock": "24"]) { $1 }
        _ = try await visit.post("/services/business", chosen)
        #expect(try await visit.catalogue.locale.clock == .twentyFourHours)
        for (field, typed) in [("country", "XX"), ("date_order", "x"), ("clock", "13")] {
            let wrong = try await visit.post(
                "/services/business", business.merging([field: typed]) { $1 })
            #expect(
                wrong.status == 422 && wrong.text.contains("id=\"\(field)-problem\""), "\(field)")
        }
    }

    @Test("Every currency can be typed, is kept and is shown as it was meant")
    func currencies() async throws {
        let visit = try await Visit()
        for code in Currency.codes {
            // What nobody can change once there are prices.
            try await visit.fixture.database.write(visit.owner.workspace) { transaction in
                _ = try transaction.connection.execute("update workspace set currency = \(code)")
                _ = try transaction.connection.execute(
                    "update service set is_active = false")
            }
            let digits = Currency.minorDigits(of: code)
            let typed = digits == 0 ? "50000" : "1234." + "5678".prefix(digits)
            let saved = try await visit.post("/services/new", service(["price_min": typed]))
            #expect(saved.status == 303, "\(code): \(saved.text)")
            let kept = try #require(try await visit.catalogue.services.first?.priceMinMinor)
            #expect(kept == Int(typed.filter { $0 != "." }), "\(code)")
            let shown = MoneyWords.amount(kept, currency: code)
            #expect(shown.hasSuffix(digits == 0 ? "50,000" : "1,234." + "5678".prefix(digits)))
            #expect(try await visit.get("/services").contains(shown), "\(code)")
        }
    }

    @Test("Until hours are entered, the pages say what to do, and no page offers times")
    func setup() async throws {
        let visit = try await Visit()
        for path in ["/services", "/services?tab=hours", "/calendar"] {
            #expect(try await visit.get(path).contains("No opening hours have been entered"))
        }
        _ = try await visit.post(
            "/people/new", ["name": "Ana", "monday_0_open": "09:00", "monday_0_close": "17:00"])
        let ana = try #require(try await visit.catalogue.staff.first)
        _ = try await visit.post("/services/new", service(["staff": "\(ana.id)"]))
        let cut = try #require(try await visit.catalogue.services.first)
        let form = "/calendar/new?service=\(cut.id)&day=2026-11-23"
        #expect(try await visit.get(form).contains("No opening hours have been entered"))
        let hours = [
            "cutoff": "", "notice": "60", "horizon": "60", "step": "15", "closures": "2026-11-30",
            "monday_0_open": "09:00", "monday_0_close": "17:00",
        ]
        #expect(try await visit.post("/services/hours", hours).status == 303)
        #expect(try await !visit.get("/calendar").contains("No opening hours"))
        #expect(try await visit.get(form).contains("Open times on Monday 23 November"))
        #expect(
            try await visit.get("/calendar/new?service=\(cut.id)&day=2026-11-30")
                .contains("The business is closed on Monday 30 November."))
        #expect(
            try await visit.get("/calendar/new?service=\(cut.id)&day=tomorrow")
                .contains("“tomorrow” is no day."))
        let closed = try await visit.post(
            "/calendar/new",
            [
                "service": "\(cut.id)", "day": "2026-11-30", "phone": "+447700900321",
                "slot": "2026-11-30T10:00:00Z|\(ana.id)",
            ])
        #expect(closed.status == 422)
        #expect(closed.text.contains("The business is closed on Monday 30 November."))
        #expect(!closed.text.contains("just been taken"))
    }
}
