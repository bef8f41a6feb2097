import Base
import Foundation
import Testing

@Suite("The settings")
struct ConfigTests {
    @Test("Without any, the server listens on loopback with everything of its own")
    func defaults() throws {
        let config = try Config.read([:])
        #expect(config.bind == "127.0.0.1" && config.port == 8080)
        #expect(config.databaseURL == nil && config.embeddingsURL == nil)
        #expect(config.uploadLimitBytes == 50 << 20 && !config.isPublicHTTPS)
        #expect(config.diskReserveBytes == 1 << 30 && config.workspaceQuotaBytes == 2 << 30)
    }

    @Test("The reserve of the disk and the quota of a workspace are set in megabytes")
    func storage() throws {
        let config = try Config.read(["DISK_RESERVE_MB": "64", "WORKSPACE_QUOTA_MB": "500"])
        #expect(config.diskReserveBytes == 64 << 20 && config.workspaceQuotaBytes == 500 << 20)
        #expect(throws: ConfigMistakes.self) { try Config.read(["DISK_RESERVE_MB": "0"]) }
    }

    @Test("Bare and prefixed names are the same, and empty values are none")
    func names() throws {
        let bare = try Config.read(["PORT": "9000", "BIND": "::1", "DATABASE_URL": ""])
        #expect(bare.port == 9000 && bare.bind == "::1" && bare.databaseURL == nil)
        let prefixed = try Config.read([
            "FRONTDESK_PORT": "0", "FRONTDESK_DATA": "/srv/desk",
            "FRONTDESK_PUBLIC_URL": "https://desk.example/",
            "TRUSTED_PROXIES": "10.0.0.1, 10.1.0.0/16",
        ])
        #expect(prefixed.port == 0 && prefixed.dataFolder == "/srv/desk")
        #expect(prefixed.publicURL == "https://desk.example" && prefixed.isPublicHTTPS)
        #expect(prefixed.trustedProxies == ["10.0.0.1", "10.1.0.0/16"])
    }

    @Test("A secret can lie in a file, and shows nowhere")
    func secretInFile() throws {
        let config = try Config.read(
            ["DATABASE_URL_FILE": "/run/secrets/db"],
            readFile: { path in path == "/run/secrets/db" ? "postgres://a:b@c/d\n" : "" })
        #expect(config.databaseURL?.revealed() == "postgres://a:b@c/d")
        #expect(!"\(config)".contains("a:b"))
    }

    @Test("All mistakes are told at once, and none of them tells the password")
    func mistakes() {
        let environment = [
            "PORT": "eighty", "BIND": "localhost", "DATABASE_URL": "mysecret", "LOG_LEVEL": "loud",
            "FRONTDESK_LOG_LEVEL": "loud", "EMBEDDINGS_URL": "ftp://x", "UPLOAD_LIMIT_MB": "0",
            "FRONTDESK_PUBLIC_URL": "https://desk.example/path", "TRUSTED_PROXIES": "proxy",
            "EMBEDDINGS_KEY_FILE": "/nowhere", "FRONTDESK_MODEL_THREADS": "2",
            "MODEL_THREADS": "3",
        ]
        let error = #expect(throws: ConfigMistakes.self) { try Config.read(environment) }
        #expect(error?.mistakes.count == 10, "\(error?.description ?? "")")
        #expect(error?.description.contains("mysecret") == false)
    }
}
