import Encodings

/// An agreement written for a test: what it says is only there so that something fails, or not.
struct MadeUpAgreement {
    var name: String
    var parties: [String]
    var inForce = "{from: 2026-01-01}"
    var flows: [String]

    var document: String {
        let parties = parties.map { "  - {agency: \"\($0)\", role: controller, signatory: Somebody}" }
        return """
            agreement: \(name)
            version: 1
            title: Made up
            nation: england
            parties:
            \(parties.joined(separator: "\n"))
            inForce: \(inForce)
            dpia: {ref: D, approved: 2026-01-01}
            flows:
            \(flows.joined(separator: "\n"))
            """
    }

    /// One flow, with a basis that serves ordinary items where nothing else is said.
    static func flow(
        _ id: String, from: String, to: String, for purpose: String = "complaint", _ items: String,
        subjects: String = "any",
        basis: String = "{article6: public-task, power: nhs-act-2006-s82, confidentiality: none-owed}",
        consent: String = "not-required", _ more: String...
    ) -> String {
        let lines = [
            "- id: \(id)", "  from: [\"\(from)\"]", "  to: [\"\(to)\"]", "  purpose: \(purpose)",
            "  subjects: \(subjects)", "  items: [\(items)]", "  basis: \(basis)", "  consent: \(consent)",
        ]
        return (lines + more.map { "  " + $0 }).map { "  " + $0 }.joined(separator: "\n")
    }

    /// Items that ordinary law is enough for.
    static let ordinary = [
        "identity", "contact", "family", "informant", "risk.to-worker", "risk.unsafe-contact", "education.attendance",
        "education.attainment", "education.exclusion", "status.legal", "housing", "finance", "person.views",
        "referral.category", "referral.concerns", "referral.service", "referral.summary", "request.reason",
    ]

    /// So many different obligations that no decision which rests on all these flows can be recorded: evaluating it is
    /// an error.
    static func unrecordable(_ name: String, from: String, to: String, for purpose: String) -> MadeUpAgreement {
        MadeUpAgreement(
            name: name, parties: [from, to],
            flows: ordinary.enumerated().map { number, item in
                flow(
                    "flow-\(number)", from: from, to: to, for: purpose, item,
                    "obligations: {receipt: \(number + 1)h, onward: word-\(number), notifySubject: {no: word-\(number)}, "
                        + "retention: \(number + 1)d}")
            })
    }
}
