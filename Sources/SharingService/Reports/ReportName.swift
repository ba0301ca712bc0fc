package import Encodings
package import SharingModel

/// The reports there are (DOMAIN section 6), with their columns.
package enum ReportName: String, Sendable, Hashable, CaseIterable {
    case disclosures, refusals, referred, reviews, accounting, consents
    case withdrawalImpact = "withdrawal-impact"
    case agreements, ropa
    case withheldFromSafeguarding = "withheld-from-safeguarding"
    case dutyNotShared = "duty-not-shared"
    case reconciliation, timeliness, integrity

    /// The names of the columns, in order. The events of a row come beside them.
    package var columns: [String] {
        switch self {
        case .disclosures:
            [
                "recorded", "from", "to", "role", "person", "items", "purpose", "basis", "flow", "outcome", "decision",
                "delivered", "receipted", "openedBy", "informed",
            ]
        case .refusals: ["when", "holder", "asker", "person", "codes", "nearest", "resolvedBy"]
        case .referred: ["when", "holder", "asker", "person", "items", "codes", "ageMinutes", "due", "state"]
        case .reviews: ["when", "of", "from", "to", "person", "due", "state", "outcome"]
        case .accounting:
            [
                "recipient", "date", "items", "purpose", "source", "basis", "agreement", "concernedAs", "couldTipOff",
            ]
        case .consents: ["person", "kind", "scope", "giver", "method", "valid", "state", "flows"]
        case .withdrawalImpact: ["what", "flow", "basis", "recipient", "date"]
        case .agreements:
            [
                "agreement", "version", "state", "parties", "signed", "reviewDue", "review", "disclosures",
                "attemptsOutside",
            ]
        case .ropa: ["agreement", "flow", "purpose", "categories", "from", "recipients", "basis", "retention"]
        case .withheldFromSafeguarding: ["when", "from", "to", "person", "purpose", "items", "why"]
        case .dutyNotShared: ["when", "from", "to", "person", "duty", "items", "why"]
        case .reconciliation: ["state", "from", "to", "person", "delivered", "receipted", "due"]
        case .timeliness: ["referral", "clock", "due", "met", "minutesLate", "state"]
        case .integrity: ["size", "lastVerified", "witnesses", "sites", "gaps", "forks", "keysRevoked"]
        }
    }

    /// What it tells, for help texts.
    package var summary: String {
        switch self {
        case .disclosures: "who got what about whom, why, on which basis, under which agreement, and whether it arrived"
        case .refusals: "what was not shared, and why"
        case .referred: "what waits for a person of the holder to decide, and until when"
        case .reviews: "what was shared first, behind broken glass or once, and must be looked at again"
        case .accounting: "for one person: who received what about them (Article 15)"
        case .consents: "consents, and the flows that depend on each"
        case .withdrawalImpact: "for one consent: what its withdrawal stops, what goes on, and who has received"
        case .agreements: "agreements, who has signed, when they are reviewed, and what was shared or tried under each"
        case .ropa: "the record of processing: each flow with its purpose, categories, recipients, basis and retention"
        case .withheldFromSafeguarding: "what did not reach a body with the safeguarding duty, and why"
        case .dutyNotShared: "what was not shared although a duty to share is in force, and why"
        case .reconciliation: "delivered without receipt, receipted without delivery"
        case .timeliness: "the clocks of referrals: due, met, late"
        case .integrity: "the log itself: size, witnesses, gaps, forks, revoked keys"
        }
    }
}

/// A report that is asked for.
package struct ReportQuestion: Sendable, Hashable {
    package var name: ReportName
    package var page: Page
    /// For ``ReportName/accounting``: the person.
    package var subject: SubjectReference?
    /// For ``ReportName/withdrawalImpact``.
    package var consent: UniqueID?

    package init(
        _ name: ReportName, page: Page = Page(), subject: SubjectReference? = nil, consent: UniqueID? = nil
    ) {
        self.name = name
        self.page = page
        self.subject = subject
        self.consent = consent
    }
}
