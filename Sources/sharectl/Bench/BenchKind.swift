import ArgumentParser
import Encodings
import SharingModel

/// What a measurement posts.
enum BenchKind: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// A consent: one entry, a row in a register.
    case consent
    /// A consent with all that one may say: two purposes, an exception, an end, who took it, the notice that was given, the digest of the signed form.
    case fullConsent = "full-consent"
    /// A request for a disclosure: decided on what is known of the person, and answered with the site's signed decision, a second entry.
    case disclosure
    /// A person's date of birth, which decisions need. Posted before the clock starts.
    case birth

    /// Those that can be measured.
    static var allValueStrings: [String] { [BenchKind.consent, .fullConsent, .disclosure].map(\.rawValue) }

    init?(argument: String) {
        guard Self.allValueStrings.contains(argument) else { return nil }
        self.init(rawValue: argument)
    }

    var type: EventType {
        switch self {
        case .consent, .fullConsent: .consentGiven
        case .disclosure: .disclosureRequested
        case .birth: .subjectDescribed
        }
    }
}

extension BenchWorkload {
    /// What every event says, the person apart.
    var data: JSON {
        switch kind {
        case .consent:
            .object([
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help"],
                "items": ["identity", "contact"], "recipients": [.string(recipient)], "holders": [.string(agency.text)],
                "method": "verbal", "from": .string(now.day.description),
            ])
        case .fullConsent:
            .object([
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help", "education-inclusion"],
                "items": ["identity", "contact", "education.attendance", "education.send", "health.summary"],
                "recipients": [.string(recipient)], "holders": [.string(agency.text)],
                "exceptions": [.object(["to": "police", "items": ["health.summary"]])],
                "method": "written", "from": .string(now.day.description), "until": "2028-03-31",
                "takenBy": .object([
                    "id": .string("w-\(Int.random(in: 1_000...9_999))"), "role": "family-support-worker",
                ]),
                "notice": .object(["ref": "early-help-privacy-notice", "version": "2026-09"]),
                "evidence": .object([
                    "sha256": .string(Base64.url.encode((0..<32).map { _ in UInt8.random(in: 0...255) }))
                ]),
            ])
        case .disclosure:
            .object([
                "from": .string(recipient), "to": .string(agency.text), "purpose": "early-help",
                "items": ["identity", "contact"], "reason": "measurement",
                "actor": .object(["id": "w-1", "role": "early-help-worker"]),
            ])
        case .birth: .object(["birthDate": "1980-05-01", "source": "measurement"])
        }
    }
}
