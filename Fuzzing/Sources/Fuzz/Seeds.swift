import Encodings
import Foundation

@testable import EventStore
@testable import SharingModel

/// Inputs to begin with, made by the project's own writers, so that they are valid whatever the formats become; and
/// the files of the project that its parsers read.
enum Seeds {
    static let origin = "sharing.example/log"

    /// The project's folder: this file is in `Fuzzing/Sources/Fuzz`.
    private static let project = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardized

    static let baseline = (try? file("config/baseline.yaml")).flatMap {
        try? Baseline.parse(yaml: String(decoding: $0, as: UTF8.self), file: "baseline")
    }

    private struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// Writes `FOLDER/<target>/<number>`.
    /// - Throws: also if a target refuses one of its seeds, which would then be none.
    static func write(to folder: URL) throws {
        let all = try all()
        for target in FuzzTarget.all {
            guard let seeds = all[target.name], !seeds.isEmpty else {
                throw Refused(description: "the target `\(target.name)` has no seeds")
            }
            let place = folder.appending(path: target.name)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for (number, seed) in seeds.enumerated() {
                guard target.check(seed) else {
                    throw Refused(description: "the target `\(target.name)` refuses its seed \(number)")
                }
                try Data(seed).write(to: place.appending(path: "seed-\(number)"))
            }
        }
    }

    private static func all() throws -> [String: [[UInt8]]] {
        let documents = try [
            "json": [file("config/samples/referral-bars.json")]
                + texts(
                    #"{"a":[1,-2.5e-3,true,false,null,"\u00e9\ud83d\ude00\n"],"b":{}}"#, "[[[]]]", #""""#, "-0"),
            "fhir": [file("config/samples/referral-bars.json")],
            "baseline": [file("config/baseline.yaml")],
            "agreement": ["direct-care", "early-help", "liverpool-mash"].map {
                try file("config/agreements/\($0).yaml")
            },
        ]
        return try documents.merging(plain()) { first, _ in first }.merging(signed()) { first, _ in first }
            .merging(shipments()) { first, _ in first }
            .merging(["event-data": events()]) { first, _ in first }
    }

    private static func file(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: project.appending(path: path)))
    }

    private static func texts(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static func plain() -> [String: [[UInt8]]] {
        [
            "base64": texts("", "Zg==", "Zg", "Zm8=", "Zm9v", "-_-_", "+/+/"),
            "time-and-uuid": texts(
                "2026-11-22T12:00:01.123Z", "2024-02-29T23:59:59+00:00", "0000-01-01", "9999-12-31",
                "0192f3c4-0000-7000-8000-000000000001"),
            "tile-path": texts(
                "tile/0/000", "tile/63/x001/x234/067", "tile/entries/x999/000.p/255", "tile/7/000.p/1"),
            "identifier": texts(
                "ods:RBS25", "gss:E08000012", "urn:104714", "ukprn:10001234", "trust:abc", "org:a:b",
                "site:sharing.example",
                "nhs:9476719931", "health.summary", "2026-01-31"),
            "merkle": [[7, 3, 2], [40, 32, 31, 0, 1], [95, 64, 90, 11, 2, 3, 4]],
        ]
    }
}
