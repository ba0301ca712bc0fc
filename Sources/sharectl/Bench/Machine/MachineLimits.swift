import Encodings
import Foundation

/// What this machine can do at most, measured beside whatever is measured: every figure of the house stands beside the one of these that binds it.
struct MachineLimits: Sendable, Hashable {
    let cores: Int
    /// Bare Ed25519 signatures of the same events that one core verifies in a second while all of them do so.
    let verificationsPerSecondPerCore: Double
    /// What one core hashes.
    let sha256BytesPerSecondPerCore: Double
    /// A page of 4 KiB written and flushed with `fdatasync`, one after the other, in the folder where the measurement works.
    let fdatasyncsPerSecond: Double
    /// A row of 1 KiB in a transaction of its own, one after the other, with a write-ahead log and `synchronous=FULL`.
    let sqliteInsertsPerSecond: Double
    /// Rows that SQLite makes itself and adds in one transaction, in the order of their key, without another index.
    let sqliteRowsPerSecond: Double

    /// What lies between two measurements.
    func mean(with other: MachineLimits) -> MachineLimits {
        func mean(_ figure: KeyPath<MachineLimits, Double>) -> Double {
            (self[keyPath: figure] + other[keyPath: figure]) / 2
        }
        return MachineLimits(
            cores: cores, verificationsPerSecondPerCore: mean(\.verificationsPerSecondPerCore),
            sha256BytesPerSecondPerCore: mean(\.sha256BytesPerSecondPerCore),
            fdatasyncsPerSecond: mean(\.fdatasyncsPerSecond), sqliteInsertsPerSecond: mean(\.sqliteInsertsPerSecond),
            sqliteRowsPerSecond: mean(\.sqliteRowsPerSecond))
    }

    var json: JSON {
        .object([
            "cores": .integer(Int64(cores)), "verificationsPerSecondPerCore": .number(verificationsPerSecondPerCore),
            "sha256BytesPerSecondPerCore": .number(sha256BytesPerSecondPerCore),
            "fdatasyncsPerSecond": .number(fdatasyncsPerSecond),
            "sqliteInsertsPerSecond": .number(sqliteInsertsPerSecond),
            "sqliteRowsPerSecond": .number(sqliteRowsPerSecond),
        ])
    }

    var words: String {
        String(
            format: "%d cores, on each %.0f Ed25519 verifications/s or %.0f MB/s of SHA-256; %.0f fdatasync/s, "
                + "SQLite %.0f inserts/s with FULL, %.0f rows/s in one transaction",
            cores, verificationsPerSecondPerCore, sha256BytesPerSecondPerCore / 1e6, fdatasyncsPerSecond,
            sqliteInsertsPerSecond, sqliteRowsPerSecond)
    }
}

/// How many events a second one limit of the machine allows.
struct BenchBound: Sendable, Hashable {
    enum Limit: String, Sendable {
        case ed25519
        case sha256
        case fdatasync
        case sqliteInserts
        case sqliteRows

        var words: String {
            switch self {
            case .ed25519: "Ed25519"
            case .sha256: "SHA-256"
            case .fdatasync: "fdatasync"
            case .sqliteInserts: "SQLite inserts with FULL"
            case .sqliteRows: "SQLite rows"
            }
        }
    }

    let limit: Limit
    let perSecond: Double
}

/// A rate beside what bounds it.
struct BenchStanding: Sendable, Hashable {
    let limits: MachineLimits
    /// The lowest of the bounds: the one that binds.
    let binding: BenchBound?
    /// The rate over that.
    let ratio: Double

    init(_ perSecond: Double, limits: MachineLimits, bounds: [BenchBound]) {
        self.limits = limits
        binding = bounds.min { $0.perSecond < $1.perSecond }
        ratio = binding.map { $0.perSecond > 0 ? perSecond / $0.perSecond : 0 } ?? 0
    }

    /// For the members `limits` and `binding` of a report.
    var members: [(String, JSON?)] {
        [
            ("limits", limits.json),
            (
                "binding",
                binding.map {
                    .object([
                        "limit": .string($0.limit.rawValue), "perSecond": .number($0.perSecond),
                        "ratio": .number(ratio),
                    ])
                }
            ),
        ]
    }

    /// - Parameters:
    ///   - what: the thing measured, such as `ingest`.
    ///   - width: of the column of names.
    func lines(_ what: String, width: Int) -> [String] {
        func name(_ text: String) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }
        return [name("machine") + limits.words]
            + [
                binding.map {
                    name("binds") + $0.limit.words
                        + String(format: ", which allows %.0f/s; ", $0.perSecond) + what
                        + String(format: " is %.2f of that", ratio)
                }
            ].compactMap(\.self)
    }
}

extension JSON {
    /// An object of the members that are there.
    static func report(_ members: [(String, JSON?)]) -> JSON {
        .object(JSONObject(members.compactMap { name, value in value.map { (name, $0) } }))
    }
}
