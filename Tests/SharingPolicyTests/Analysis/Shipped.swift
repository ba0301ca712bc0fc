import Foundation

@testable import SharingModel

/// The files under `config/`.
enum Shipped {
    static let config = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../config")
        .standardized

    static func text(_ name: String) throws -> String {
        try String(contentsOf: config.appending(path: name), encoding: .utf8)
    }

    static func baseline() throws -> Baseline {
        try Baseline.parse(yaml: text("baseline.yaml"), file: "baseline.yaml")
    }

    /// An agreement as it is shipped, or with some of its words replaced, all of which must be there.
    static func agreement(_ name: String, _ changes: [(old: String, new: String)] = []) throws -> Agreement {
        var text = try text("agreements/\(name).yaml")
        for (old, new) in changes {
            guard text.contains(old) else { throw MissingText(text: old) }
            text = text.replacing(old, with: new)
        }
        return try Agreement.parse(yaml: text, file: name)
    }

    struct MissingText: Error {
        let text: String
    }

    /// What the agencies of the shipped agreements are.
    static let parties: [AgencyID: PartyFacts] = [
        trust: PartyFacts(kind: .nhs, publicAuthority: true),
        council: PartyFacts(kind: .council, publicAuthority: true),
        school: PartyFacts(kind: .education, publicAuthority: true),
        agency("ods:RND"): PartyFacts(kind: .nhs, publicAuthority: true),
        agency("ods:RYE"): PartyFacts(kind: .nhs, publicAuthority: true),
    ]
}
