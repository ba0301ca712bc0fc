// swift-tools-version: 6.2
import PackageDescription

// The parsers of the house with libFuzzer around them. A package of its own, because sanitizers are flags that no
// package may demand of another: `Sources` holds links to the rooms, so it is the same code, built once more with
// coverage and AddressSanitizer, and without the rooms' databases and servers. `make fuzz` builds and runs it.

let watched: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // Optimised, or too few inputs are tried in a minute; with assertions, which are what finds a broken invariant.
    .unsafeFlags(["-sanitize=fuzzer,address", "-O", "-enforce-exclusivity=checked"]),
]

// What the root package resolved, so that versions are the same and nothing is fetched twice.
func resolved(_ name: String) -> Package.Dependency { .package(path: "../.build/checkouts/\(name)") }

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [resolved("swift-asn1"), resolved("swift-crypto"), resolved("Yams")],
    targets: [
        .target(name: "Encodings", swiftSettings: watched),
        .target(name: "Locking", swiftSettings: watched),
        .target(name: "EventStore", dependencies: ["Encodings", crypto], swiftSettings: watched),
        .target(name: "Shipping", dependencies: ["Encodings", "EventStore", crypto], swiftSettings: watched),
        .target(
            name: "SharingModel",
            dependencies: ["Encodings", "Locking", .product(name: "Yams", package: "Yams")], swiftSettings: watched),
        .target(name: "SharingFHIR", dependencies: ["Encodings", "SharingModel"], swiftSettings: watched),
        .executableTarget(
            name: "Fuzz", dependencies: ["Encodings", "EventStore", "Shipping", "SharingModel", "SharingFHIR"],
            swiftSettings: watched,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]),
    ]
)
