/// The keys that wrap other keys: the one in use, and earlier ones that still open what they wrapped.
package struct Keyring: Sendable, Equatable {
    package let current: SymmetricKey
    package let earlier: [SymmetricKey]

    package init(current: SymmetricKey, earlier: [SymmetricKey] = []) {
        self.current = current
        self.earlier = earlier.filter { $0 != current }
    }

    package var keys: [SymmetricKey] { [current] + earlier }

    package func key(_ fingerprint: String) -> SymmetricKey? {
        keys.first { $0.fingerprint == fingerprint }
    }
}
