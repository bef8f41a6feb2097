package import Base
import Foundation

/// What the site must know of the place it runs in.
package struct SiteConfiguration: Sendable {
    /// Where people reach it, without a slash at the end; nil while nobody has said.
    ///
    /// With https it turns on Secure cookies and HSTS; with any value forms are checked for origin.
    package var publicURL: String?
    /// Addresses or networks (`10.0.0.0/8`) whose forwarded headers count.
    package var trustedProxies: [String]
    /// Bytes that an uploaded document may have.
    package var uploadLimit: Int
    /// How often a client may do what is counted.
    package var limits: Limits
    /// Uploads that may arrive at once.
    package var uploads: UploadGate.Limits
    /// The folder of fetched web assets (htmx, fonts, icons).
    package var assetFolder: String
    /// What `/openapi.json` calls this version.
    package var version: String
    /// For whom `/register` makes workspaces.
    package var registration: RegistrationPolicy
    /// Networks that are given `/metrics` and the details of `/health`, beside this machine.
    package var monitoringNetworks: [String]
    /// Seconds for which an approval on the page can be undone; 0 sends at once.
    package var undoSeconds: Int

    package init(
        publicURL: String? = nil, trustedProxies: [String] = [], uploadLimit: Int = 50 << 20,
        assetFolder: String = "", version: String = "1",
        registration: RegistrationPolicy = .first, monitoringNetworks: [String] = [],
        undoSeconds: Int = 5, limits: Limits = Limits()
    ) {
        self.publicURL = publicURL.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        self.trustedProxies = trustedProxies
        self.uploadLimit = uploadLimit
        self.assetFolder = assetFolder
        self.version = version
        self.registration = registration
        self.monitoringNetworks = monitoringNetworks
        self.undoSeconds = undoSeconds
        self.limits = limits
        uploads = UploadGate.Limits(limits)
    }

    /// Whether the site has an address beyond this machine, which a proxy serves.
    package var isPublic: Bool {
        guard let host = publicURL.flatMap({ URLComponents(string: $0)?.host }) else {
            return false
        }
        let name = host.trimmingCharacters(in: ["[", "]"])
        return name != "localhost" && NetworkAddress(name)?.isLoopback != true
    }

    package var isSecure: Bool { publicURL?.lowercased().hasPrefix("https://") ?? false }

    /// `scheme://host[:port]` of the public URL, as browsers write Origin.
    package var origin: String? {
        guard let publicURL, let url = URLComponents(string: publicURL.lowercased()),
            let scheme = url.scheme, let host = url.host
        else { return nil }
        let usual = scheme == "https" ? 443 : 80
        let port = url.port.flatMap { $0 == usual ? nil : ":\($0)" } ?? ""
        return "\(scheme)://\(host)\(port)"
    }
}
