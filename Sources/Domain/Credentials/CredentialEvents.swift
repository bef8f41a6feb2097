/// What happens to the credentials of outside services; the log has their names alone.
package enum CredentialEvents {
    package static let saved = EventKind("credential.saved", in: column)
    package static let removed = EventKind("credential.removed", in: column)

    private static let column = "Credentials"
}
