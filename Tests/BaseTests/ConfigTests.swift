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
        #expect(config.uploadLimitBytes == 50 << 20)
        #expect(config.diskReserveBytes == 1 << 30 && config.workspaceQuotaBytes == 2 << 30)
        #expect(config.registration == .first && config.monitoringNetworks.isEmpty)
        #expect(config.undoSeconds == 5)
        #expect(try Config.read(["UNDO_SECONDS": "0"]).undoSeconds == 0)
    }

    @Test("The reserve of the disk and the quota of a workspace are set in megabytes")
    func storage() throws {
        let config = try Config.read(["DISK_RESERVE_MB": "64", "WORKSPACE_QUOTA_MB": "500"])
        #expect(config.diskReserveBytes == 64 << 20 && config.workspaceQuotaBytes == 500 << 20)
        #expect(throws: ConfigMistakes.self) { try Config.read(["DISK_RESERVE_MB": "0"]) }
    }

    @Test("Every limit can be set by its variable, within its range, and says what is in force")
    func limits() throws {
        #expect(Set(Limit.allCases.map(\.variable)).count == Limit.allCases.count)
        for limit in Limit.allCases {
            #expect(limit.range.contains(limit.usual), "\(limit)")
            #expect(try Config.read([:]).limits[limit] == limit.usual)
            let other = limit.range.upperBound
            let config = try Config.read(["FRONTDESK_\(limit.variable)": "\(other)"])
            #expect(config.limits[limit] == other)
            #expect(
                config.limits.lines.contains {
                    $0.hasPrefix("\(other) ") && $0.contains(limit.variable)
                        && $0.hasSuffix("usually \(limit.usual))")
                }, "\(limit)")
            #expect(throws: ConfigMistakes.self) {
                try Config.read([limit.variable: "\(limit.range.lowerBound - 1)"])
            }
        }
    }

    @Test("Bare and prefixed names are the same, and empty values are none")
    func names() throws {
        let bare = try Config.read(["PORT": "9000", "BIND": "::1", "DATABASE_URL": ""])
        #expect(bare.port == 9000 && bare.bind == "::1" && bare.databaseURL == nil)
        let prefixed = try Config.read([
            "FRONTDESK_PORT": "0", "FRONTDESK_DATA": "/srv/desk",
            "FRONTDESK_PUBLIC_URL": "https://desk.example/",
            "TRUSTED_PROXIES": "10.0.0.1, 10.1.0.0/16", "MONITORING_NETWORKS": "fd00::/8",
            "FRONTDESK_REGISTRATION": "Open", "REGISTRATION": "not ours",
        ])
        #expect(prefixed.monitoringNetworks == ["fd00::/8"] && prefixed.registration == .open)
        #expect(prefixed.port == 0 && prefixed.dataFolder == "/srv/desk")
        #expect(prefixed.publicURL == "https://desk.example")
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
            "MODEL_THREADS": "3", "MONITORING_NETWORKS": "10.0.0.0/40",
            "FRONTDESK_REGISTRATION": "maybe", "UNDO_SECONDS": "61",
        ]
        let error = #expect(throws: ConfigMistakes.self) { try Config.read(environment) }
        #expect(error?.mistakes.count == 13, "\(error?.description ?? "")")
        #expect(error?.description.contains("mysecret") == false)
    }
}

@Suite("Network addresses")
struct NetworkAddressTests {
    @Test("An address is in its network, whichever way it is written")
    func ranges() throws {
        let cases: [(range: String, inside: [String], outside: [String])] = [
            ("10.0.0.0/8", ["10.255.0.1", "::ffff:10.1.1.1"], ["11.0.0.1", "::10.0.0.1"]),
            ("192.0.2.7", ["192.0.2.7"], ["192.0.2.8"]),
            ("10.1.2.0/23", ["10.1.3.255"], ["10.1.4.0"]),
            ("2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::1"]),
            ("0.0.0.0/0", ["8.8.8.8"], ["2001:db8::1"]), ("::/0", ["8.8.8.8", "::1"], []),
        ]
        for (text, inside, outside) in cases {
            let range = try #require(NetworkRange(text))
            for one in inside { #expect(range.contains(try #require(NetworkAddress(one)))) }
            for one in outside { #expect(!range.contains(try #require(NetworkAddress(one)))) }
        }
        for odd in ["", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/8/8", "::/129", "ten"] {
            #expect(NetworkRange(odd) == nil, "\(odd)")
        }
    }

    @Test("A network is named by its first bits alone")
    func networks() throws {
        func name(_ text: String, _ four: Int = 24) throws -> String {
            try #require(NetworkAddress(text)).network(bitsOfIPv4: four)
        }
        #expect(try name("203.0.113.9") == name("::ffff:203.0.113.200"))
        #expect(try name("203.0.113.9") != name("203.0.112.9"))
        #expect(try name("203.0.113.9", 32) != name("203.0.113.8", 32))
        #expect(try name("2001:db8:1:2::1") == name("2001:db8:1:2:ffff::9"))
        #expect(try name("2001:db8:1:2::1") != name("2001:db8:1:3::1"))
        #expect(NetworkAddress("127.9.9.9")?.isLoopback == true)
        #expect(NetworkAddress("::1")?.isLoopback == true)
        #expect(NetworkAddress("::ffff:127.0.0.1")?.isLoopback == true)
        #expect(NetworkAddress("128.0.0.1")?.isLoopback == false)
        #expect(NetworkAddress("fe80::1%eth0") == nil)
    }
}
