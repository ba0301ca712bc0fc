// swift-tools-version: 6.2
import PackageDescription

// What the parts of the house cost, one by one, measured by ordo-one/benchmark. A package of its own, because the tool is nothing
// that the house needs: `Sources` holds links to the rooms, so it is the same code. `make bench-parts` builds and runs it.

let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// What the root package resolved, so that versions are the same and nothing is fetched twice.
func resolved(_ name: String) -> Package.Dependency { .package(path: "../.build/checkouts/\(name)") }

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Without its traits it counts no allocations; with them it needs packages that replace malloc and the runtime.
        .package(url: "https://github.com/ordo-one/benchmark", .upToNextMinor(from: "1.38.1"), traits: [])
    ]
        + [
            "GRDB.swift", "Yams", "async-http-client", "hdrhistogram-swift", "swift-algorithms",
            "swift-argument-parser", "swift-asn1",
            "swift-async-algorithms", "swift-atomics", "swift-certificates", "swift-collections", "swift-configuration",
            "swift-crypto", "swift-distributed-tracing", "swift-http-structured-headers", "swift-http-types",
            "swift-log",
            "swift-nio", "swift-nio-extras", "swift-nio-http2", "swift-nio-ssl", "swift-nio-transport-services",
            "swift-numerics",
            "swift-service-context", "swift-service-lifecycle", "swift-system",
        ].map(resolved),
    targets: [
        .target(name: "Encodings", swiftSettings: house),
        .target(name: "Locking", swiftSettings: house),
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
        .target(
            name: "Timestamping",
            dependencies: [
                "Encodings", "COpenSSL", crypto, httpClient, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ], swiftSettings: house),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "EventStore", dependencies: ["Encodings", "Locking", "CZlib", crypto, grdb, sqlite],
            swiftSettings: house),
        .target(
            name: "Shipping", dependencies: ["Encodings", "EventStore", "Locking", crypto, grdb], swiftSettings: house),
        .target(name: "SharingModel", dependencies: ["Encodings", "Locking", yams], swiftSettings: house),
        .target(name: "SharingPolicy", dependencies: ["Encodings", "SharingModel"], swiftSettings: house),
        .target(
            name: "Projections",
            dependencies: ["Encodings", "EventStore", "Locking", "SharingModel", crypto, grdb, sqlite],
            swiftSettings: house),
        .target(
            name: "SharingService",
            dependencies: [
                "Encodings", "Locking", "EventStore", "SharingModel", "SharingPolicy", "Projections", "Shipping",
                "Timestamping", crypto, logging, .product(name: "DequeModule", package: "swift-collections"),
            ], swiftSettings: house),
        .executableTarget(
            name: "Parts",
            dependencies: [
                "Encodings", "Locking", "EventStore", "SharingModel", "SharingPolicy", "Projections", "SharingService",
                "Shipping",
                .product(name: "Benchmark", package: "benchmark"),
            ], path: "Parts", swiftSettings: house, plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
