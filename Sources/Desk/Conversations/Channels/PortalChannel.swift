import Domain

extension ConnectedChannel {
    /// Customers read in the portal what is stored.
    package static let portal = ConnectedChannel(.portal, .inPlace)
}
