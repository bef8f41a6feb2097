// The few cryptographic operations the house needs, over OpenSSL 3 and libsodium.
//
// Digests (SHA-256), message authentication (HMAC), opaque random tokens, constant-time
// comparison, and Argon2id for passwords. We implement no primitive ourselves.
