// The few cryptographic operations the house needs, over OpenSSL 3 and libsodium.
//
// Digests (SHA-256), message authentication (HMAC with SHA-256 and SHA-1), verification of
// signatures (RS256, ES256), authenticated encryption (AES-256-GCM), opaque random tokens,
// constant-time comparison, and Argon2id for passwords. We implement no primitive ourselves.
