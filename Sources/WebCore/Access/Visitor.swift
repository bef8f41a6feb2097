package import Base
package import Domain

/// Who asks, and from where.
package struct Visitor: Sendable {
    package enum Identity: Sendable, Hashable {
        case anonymous
        case staff(Staff)
        case customer(Customer)

        /// The same, who now acts by a request.
        func asking(by request: String) -> Identity {
            switch self {
            case .anonymous: return self
            case .staff(var staff):
                staff.request = request
                return .staff(staff)
            case .customer(var customer):
                customer.request = request
                return .customer(customer)
            }
        }
    }

    package let identity: Identity
    package let origin: Origin
    /// For the hidden field `csrf` of forms and the header `X-CSRF-Token`; nil without a cookie.
    package let csrfToken: String?
    /// The sign-in by which the visitor is known; its streams end with it.
    package let session: Session?

    package struct Session: Sendable, Hashable {
        package let id: String
        /// Nil where the sign-in lasts longer than any stream.
        package let expiresAt: Instant?
    }

    package init(
        identity: Identity, origin: Origin, csrfToken: String? = nil, session: Session? = nil
    ) {
        self.identity = identity
        self.origin = origin
        self.csrfToken = csrfToken
        self.session = session
    }

    /// The client's address; a proxy's, when that proxy is not trusted.
    package var address: String { origin.address }

    /// The member of staff, or nil.
    package var staff: Staff? {
        if case .staff(let staff) = identity { return staff }
        return nil
    }

    /// The customer, or nil.
    package var customer: Customer? {
        if case .customer(let customer) = identity { return customer }
        return nil
    }

    /// The member of staff; throws what the client should hear otherwise.
    package func requireStaff() throws -> Staff {
        if let staff { return staff }
        throw customer == nil ? AccountRefusal.notSignedIn : WebRefusal.forStaffOnly
    }

    /// The customer; throws what the client should hear otherwise.
    package func requireCustomer() throws -> Customer {
        if let customer { return customer }
        throw staff == nil ? AccountRefusal.notSignedIn : WebRefusal.forCustomersOnly
    }

    /// The workspace in which this visitor is known.
    package func requireWorkspace() throws -> WorkspaceID {
        switch identity {
        case .staff(let staff): return staff.workspace
        case .customer(let customer): return customer.workspace
        case .anonymous: throw AccountRefusal.notSignedIn
        }
    }

    /// Names the one who asks, for limits and stored answers; nil for strangers.
    package var actor: String? {
        switch identity {
        case .staff(let staff): "staff:\(staff.account)"
        case .customer(let customer): "customer:\(customer.contact.id)"
        case .anonymous: nil
        }
    }
}
