// swift-tools-version: 6.2
import PackageDescription

// Floors are targets: a room may name only rooms listed on lower floors (see README, "The house").
// `make test` builds with --explicit-target-dependency-import-check error, so a room that is not
// named here cannot be imported by accident.

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func door(_ name: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig)
}

/// - Parameter optimised: also in debug builds, where its loops would take minutes.
func room(
    _ name: String, _ uses: String..., exclude: [String] = [], resources: [Resource] = [],
    optimised: Bool = false
) -> Target {
    .target(
        name: name, dependencies: uses.map { .byName(name: $0) }, exclude: exclude,
        resources: resources,
        swiftSettings: swiftSettings + (optimised ? [.unsafeFlags(["-O"])] : []))
}

/// Tests that compare with plain arithmetic are optimised in debug builds too; what they test is not.
func tests(
    _ room: String, _ uses: String..., resources: [Resource] = [], optimised: Bool = false
) -> Target {
    .testTarget(
        name: "\(room)Tests",
        dependencies: ([room, "TestKit"] + uses).map { .byName(name: $0) },
        resources: resources,
        swiftSettings: swiftSettings + (optimised ? [.unsafeFlags(["-O"])] : []))
}

let package = Package(
    name: "frontdesk",
    products: [.executable(name: "frontdesk", targets: ["frontdesk"])],
    targets: [
        // Floor 0: C doors, and the one C target that we compile.
        door("CPostgres", pkgConfig: "libpq"),
        door("CCurl", pkgConfig: "libcurl"),
        door("CPoppler", pkgConfig: "poppler-glib"),
        door("CBLAS", pkgConfig: "openblas"),
        door("CMicroHTTPD", pkgConfig: "libmicrohttpd"),
        door("COpenSSL", pkgConfig: "libcrypto"),
        door("CSodium", pkgConfig: "libsodium"),
        door("CArchive", pkgConfig: "libarchive"),
        door("CXML", pkgConfig: "libxml-2.0"),
        door("CMarkdown"),
        door("CSeccomp", pkgConfig: "libseccomp"),
        door("CCharset", pkgConfig: "uchardet"),
        door("CLinux"),
        // Optimised in debug builds too: tests that embed hundreds of texts would take minutes.
        .target(
            name: "CKernels", path: "Sources/System/CKernels",
            cSettings: [.unsafeFlags(["-O3"])]),

        // C++ with a C interface, since libphonenumber has none; see its header.
        .target(
            name: "CPhoneNumbers", path: "Sources/System/CPhoneNumbers",
            linkerSettings: [.linkedLibrary("phonenumber")]),

        // Floor 1: words that every room needs.
        room("Base"),

        // Floor 2: tools that have never heard of a front desk.
        room("Cryptography", "Base", "COpenSSL", "CSodium"),
        room("Processes", "Base", "CLinux"),
        room("Postgres", "Base", "CPostgres"),
        room("HTTP", "Base"),
        room("HTTPServer", "Base", "HTTP", "CMicroHTTPD"),
        room("HTTPClient", "Base", "HTTP", "CCurl"),
        room("VectorIndex", "Base", "CKernels", "CBLAS"),
        room("Encoder", "Base", "CKernels", "CBLAS"),
        room("Learning", "Base", "CBLAS", optimised: true),
        room("Language", "Base"),
        room("Numbering", "CPhoneNumbers"),
        room("Documents", "Base"),
        room(
            "Extraction", "Base", "Documents", "CPoppler", "CArchive", "CXML", "CMarkdown",
            "CSeccomp", "CCharset"),

        // Floor 3: pure rules and state machines.
        room("Domain", "Base"),

        // Floor 4: SQL, lanes and leases, outside services.
        room(
            "Store", "Base", "Domain", "Postgres", "Cryptography", exclude: ["schema.sql"],
            resources: [.copy("Migrations")]),
        room("Jobs", "Base", "Postgres"),
        room("Providers", "Base", "Domain", "HTTP", "Cryptography"),

        // Floor 5: use cases.
        room(
            "Desk", "Base", "Domain", "Store", "Jobs", "Documents", "VectorIndex", "Learning",
            "Language", "Numbering", "Cryptography",
            resources: [.copy("Understanding/Utterances")]),

        // Floor 6: pages and API; the embedding server.
        room("WebCore", "Base", "Domain", "Desk", "Store", "HTTP", "Cryptography"),
        room("API", "Base", "Domain", "Desk", "Store", "HTTP", "Cryptography", "WebCore"),
        room(
            "Pages", "Base", "Domain", "Desk", "Store", "HTTP", "Cryptography", "WebCore",
            resources: [.copy("Public")]),
        room("Web", "Base", "Desk", "HTTP", "WebCore", "API", "Pages"),
        room("ModelServer", "Base", "HTTP", "Encoder", "Cryptography"),

        // Floor 7: the one place where live things meet.
        .executableTarget(
            name: "frontdesk",
            dependencies: [
                "Base", "Cryptography", "Processes", "Postgres", "HTTP", "HTTPServer", "HTTPClient",
                "VectorIndex", "Encoder", "Learning", "Language", "Documents", "Extraction",
                "Domain",
                "Store", "Jobs", "Providers", "Desk", "WebCore", "API", "Pages", "Web",
                "ModelServer",
            ],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Base", "Cryptography", "Processes", "Postgres", "HTTP", "HTTPServer", "HTTPClient",
                "VectorIndex", "Encoder", "Learning", "Language", "Documents", "Domain", "Store",
                "Jobs", "Providers", "Desk", "WebCore", "API", "Pages", "Web", "ModelServer",
                "TestKit",
            ],
            path: "Benchmarks", exclude: ["Baselines", "rivals"],
            swiftSettings: swiftSettings),

        // Tests, one folder for each room.
        .target(
            name: "TestKit",
            dependencies: [
                "Base", "Cryptography", "Processes", "Postgres", "HTTP", "HTTPServer", "HTTPClient",
                "Domain", "Store", "Jobs", "Documents", "Providers", "Desk",
            ],
            path: "Tests/TestKit", swiftSettings: swiftSettings),
        tests("Base"),
        tests("Cryptography", "Base", resources: [.copy("Fixtures")]),
        tests("Processes", "Base"),
        tests("Postgres", "Base", "Processes"),
        tests("HTTP", "Base"),
        tests("HTTPServer", "Base", "HTTP", "HTTPClient"),
        tests("HTTPClient", "Base", "HTTP", "HTTPServer"),
        tests("VectorIndex", "Base", "CKernels", optimised: true),
        tests(
            "Encoder", "Base", "CKernels", resources: [.copy("Fixtures")], optimised: true),
        tests("Learning", "Base"),
        tests("Language", "Base"),
        tests("Numbering", "Base"),
        tests("Documents", "Base"),
        tests("Extraction", "Base", "Documents", "Processes", resources: [.copy("Fixtures")]),
        tests("Domain", "Base", resources: [.copy("Tables")]),
        tests(
            "Store", "Base", "Cryptography", "Domain", "Postgres", "Processes",
            resources: [.copy("Fixtures"), .copy("Golden")]),
        tests("Jobs", "Base", "Postgres"),
        tests("Providers", "Base", "Domain", "HTTP", "HTTPClient", "HTTPServer"),
        tests(
            "Desk", "Base", "Domain", "Store", "Jobs", "Documents", "Learning", "Language",
            "Encoder",
            "VectorIndex", "Postgres", resources: [.copy("Golden")]),
        tests("ModelServer", "Base", "HTTP", "HTTPServer", "HTTPClient", "Encoder"),
        tests(
            "Web", "Base", "Domain", "Desk", "Store", "Jobs", "HTTP", "HTTPServer", "HTTPClient",
            "Processes", "Postgres", "Cryptography", "WebCore", "API", "Pages"),
        .testTarget(
            name: "FrontdeskTests",
            dependencies: [
                "Base", "HTTP", "HTTPClient", "Postgres", "Processes", "VectorIndex", "TestKit",
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "HouseTests", dependencies: ["Base", "TestKit"], swiftSettings: swiftSettings),
    ],
    cxxLanguageStandard: .cxx17
)
