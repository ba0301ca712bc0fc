import Foundation
import SharingModel

/// The files that come with the project, found from where this one stands.
enum Configuration {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func baseline() throws -> Baseline {
        try Baseline.parse(yaml: text("config/baseline.yaml"), file: "baseline.yaml")
    }
}
