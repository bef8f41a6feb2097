package import Base
package import Desk
package import Domain
package import HTTP

/// What every route and page is given.
package struct SiteContext: Sendable {
    package let desk: FrontDesk
    package let changes: ChangeHub
    package let configuration: SiteConfiguration
    package let limits: RateLimits
    package let uploads: UploadGate
    package let events: EventFeed

    package init(desk: FrontDesk, changes: ChangeHub, configuration: SiteConfiguration) {
        self.desk = desk
        self.changes = changes
        self.configuration = configuration
        limits = RateLimits(configuration.limits, now: desk.world.now)
        uploads = UploadGate(limits: configuration.uploads, sleep: desk.world.sleep)
        events = EventFeed(desk: desk, changes: changes)
    }

    /// The cookie of a signed-in member of staff.
    package func staffCookie(_ token: Secret, lifetime: Duration) -> SetCookie {
        SetCookie(
            VisitorReader.staffCookie, token.revealed(), isSecure: configuration.isSecure,
            maximumAge: lifetime)
    }

    /// What a browser keeps so that it is known at the next sign-in; it opens nothing by itself.
    package func markerCookie(_ tokens: SignInDesk.Tokens) -> SetCookie {
        SetCookie(
            VisitorReader.markerCookie, tokens.markers ?? "", isSecure: configuration.isSecure,
            maximumAge: SignInDesk.markerLifetime)
    }

    /// Whether somebody may open a workspace now.
    package func isRegistrationOpen() async throws -> Bool {
        switch configuration.registration {
        case .open: true
        case .closed: false
        case .first: try await desk.registration.isFirst()
        }
    }

    /// Opens a workspace for somebody who asks for it, if that is open.
    ///
    /// Whether nobody was here before is decided in the transaction that makes the workspace: of
    /// several who come first at once, one is.
    package func register(
        _ business: RegistrationDesk.NewBusiness, owner: RegistrationDesk.Person
    ) async throws -> Staff {
        guard configuration.registration != .closed else { throw WebRefusal.registrationClosed }
        let opened = try await desk.registration.open(
            business, owner: owner, onlyFirst: configuration.registration == .first)
        guard let opened else { throw WebRefusal.registrationClosed }
        return opened
    }

    /// The cookie of an identified customer; it goes to the portal of that workspace only.
    package func portalCookie(_ token: Secret, slug: String, lifetime: Duration) -> SetCookie {
        var cookie = SetCookie(
            VisitorReader.portalCookie, token.revealed(), isSecure: configuration.isSecure,
            maximumAge: lifetime)
        cookie.path = "/portal/\(PercentEncoding.encode(slug))"
        return cookie
    }

    package func removingStaffCookie() -> SetCookie {
        .removing(VisitorReader.staffCookie, isSecure: configuration.isSecure)
    }

    package func removingPortalCookie(slug: String) -> SetCookie {
        var cookie = SetCookie.removing(
            VisitorReader.portalCookie, isSecure: configuration.isSecure)
        cookie.path = "/portal/\(PercentEncoding.encode(slug))"
        return cookie
    }
}
