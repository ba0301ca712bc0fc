// swift-tools-version: 6.2
import PackageDescription

// The house, from the ground up. An arrow between rooms points down only; the test `HouseTests` holds every import against this picture.
//
//   sharingd            sharectl          executables: wiring, and one file per verb
//   SharingAPI          SharingClient     front desk (HTTP) · the visitor's side of it
//   SharingService      SharingFHIR       registrar: admit, decide, append, project · phrase book for FHIR R4
//   SharingPolicy       Projections       judge: pure · reading room: rebuildable read models
//   Shipping                              post room: what leaves for another site, and what came from one (knows no vocabulary)
//   SharingModel        EventStore        vocabulary · strongroom (neither knows the other)
//   Timestamping                          the clock outside: asks an authority for the time, and believes no answer unverified
//   Encodings  Locking  COpenSSL  CZlib   strict JSON, base64url, RFC 3339 times, UUIDs · one lock for all · doorways to libcrypto and zlib (C)

let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")

let package = Package(
    name: "sharing",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "EventStore", targets: ["EventStore"]),
        .executable(name: "sharingd", targets: ["sharingd"]),
        .executable(name: "sharectl", targets: ["sharectl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", .upToNextMinor(from: "7.10.0")),
        .package(url: "https://github.com/apple/swift-crypto", .upToNextMinor(from: "4.5.2")),
        .package(url: "https://github.com/jpsim/Yams", .upToNextMinor(from: "6.2.2")),
        .package(url: "https://github.com/hummingbird-project/hummingbird", .upToNextMinor(from: "2.28.1")),
        .package(url: "https://github.com/swift-server/async-http-client", .upToNextMinor(from: "1.37.0")),
        .package(url: "https://github.com/apple/swift-nio-ssl", .upToNextMinor(from: "2.37.6")),
        .package(url: "https://github.com/apple/swift-nio", .upToNextMinor(from: "2.101.2")),
        .package(url: "https://github.com/apple/swift-http-types", .upToNextMinor(from: "1.8.0")),
        .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", .upToNextMinor(from: "2.13.0")),
        .package(url: "https://github.com/apple/swift-log", .upToNextMinor(from: "1.16.2")),
        .package(url: "https://github.com/apple/swift-collections", .upToNextMinor(from: "1.6.0")),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", .upToNextMinor(from: "0.2.0")),
    ],
    targets: [
        .target(name: "Encodings", swiftSettings: house),
        .target(name: "Locking", swiftSettings: house),
        .target(
            name: "COpenSSL", cSettings: [.treatAllWarnings(as: .error)], linkerSettings: [.linkedLibrary("crypto")]),
        .target(
            name: "Timestamping",
            dependencies: [
                "Encodings", "COpenSSL", crypto, httpClient, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: house),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "EventStore", dependencies: ["Encodings", "Locking", "CZlib", crypto, grdb, sqlite],
            swiftSettings: house),
        .target(
            name: "Shipping", dependencies: ["Encodings", "EventStore", "Locking", crypto, grdb], swiftSettings: house),
        .target(
            name: "SharingModel",
            dependencies: ["Encodings", "Locking", yams], swiftSettings: house),
        .target(name: "SharingPolicy", dependencies: ["Encodings", "SharingModel"], swiftSettings: house),
        .target(
            name: "Projections",
            dependencies: ["Encodings", "EventStore", "Locking", "SharingModel", crypto, grdb, sqlite],
            swiftSettings: house),
        .target(name: "SharingFHIR", dependencies: ["Encodings", "SharingModel"], swiftSettings: house),
        .target(
            name: "SharingService",
            dependencies: [
                "Encodings", "Locking", "EventStore", "SharingModel", "SharingPolicy", "Projections", "Shipping",
                "Timestamping",
                crypto, logging, .product(name: "DequeModule", package: "swift-collections"),
            ], swiftSettings: house),
        .target(
            name: "SharingAPI",
            dependencies: [
                "Encodings", "Locking", "EventStore", "SharingModel", "SharingService", "Projections", "Timestamping",
                logging, lifecycle,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"), nioSSL,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"), httpClient, yams,
            ], swiftSettings: house),
        .target(
            name: "SharingClient",
            dependencies: [
                "Encodings", "Locking", "EventStore", "SharingModel", crypto, yams, httpClient, nioSSL,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], swiftSettings: house),
        .executableTarget(
            name: "sharingd",
            dependencies: [
                "EventStore", "SharingAPI", "SharingService", argumentParser, lifecycle, logging,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: house),
        .executableTarget(
            name: "sharectl",
            dependencies: [
                "Encodings", "Locking", "EventStore", "SharingModel", "SharingFHIR", "SharingPolicy", "SharingService",
                "Projections", "Shipping", "Timestamping", "SharingClient", argumentParser, crypto, grdb, histogram,
            ], swiftSettings: house),
        .target(name: "Support", dependencies: ["Locking"], path: "Tests/Support", swiftSettings: house),
        .target(
            name: "SiteSupport",
            dependencies: [
                "Encodings", "Locking", "EventStore", "Projections", "SharingModel", "SharingService", "Support",
                logging,
            ],
            path: "Tests/SiteSupport", swiftSettings: house),
        .testTarget(name: "EncodingsTests", dependencies: ["Encodings", "Support"], swiftSettings: house),
        .testTarget(
            name: "TimestampingTests", dependencies: ["Encodings", "Timestamping", "Support"], swiftSettings: house),
        .testTarget(
            name: "EventStoreTests", dependencies: ["Encodings", "Locking", "EventStore", "Support", crypto, grdb],
            swiftSettings: house),
        .testTarget(
            name: "ShippingTests", dependencies: ["Encodings", "EventStore", "Locking", "Shipping", "Support", crypto],
            swiftSettings: house),
        .testTarget(
            name: "SharingModelTests", dependencies: ["Encodings", "SharingModel", "Support"], swiftSettings: house),
        .testTarget(
            name: "SharingPolicyTests", dependencies: ["Encodings", "SharingModel", "SharingPolicy", "Support"],
            swiftSettings: house),
        .testTarget(
            name: "SharingFHIRTests", dependencies: ["Encodings", "SharingModel", "SharingFHIR", "Support"],
            swiftSettings: house),
        .testTarget(
            name: "ProjectionsTests",
            dependencies: ["Encodings", "EventStore", "SharingModel", "Projections", "Support", grdb],
            swiftSettings: house),
        .testTarget(
            name: "SharingAPITests",
            dependencies: [
                "Encodings", "EventStore", "SharingAPI", "SharingService", "SiteSupport", "Support", nioSSL, lifecycle,
                logging,
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: house),
        .testTarget(
            name: "SharingServiceTests",
            dependencies: [
                "Encodings", "Locking", "EventStore", "SharingModel", "SharingPolicy", "Projections", "SharingService",
                "Shipping", "SiteSupport", "Timestamping", "Support", grdb,
            ], swiftSettings: house),
        .testTarget(
            name: "SharingClientTests",
            dependencies: ["Encodings", "Locking", "EventStore", "SharingModel", "SharingClient", "Support"],
            swiftSettings: house),
        .testTarget(
            name: "EndToEnd",
            dependencies: [
                "Encodings", "Locking", "EventStore", "Support", "Timestamping", "sharingd", "sharectl", httpClient,
                grdb, nioSSL, crypto,
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], path: "Tests/EndToEnd", swiftSettings: house),
        .testTarget(name: "House", dependencies: ["Support"], path: "Tests/House", swiftSettings: house),
    ]
)
