/// The types of event this site knows, by their names in the log (DOMAIN §2).
package enum EventType: String, Sendable, Hashable, CaseIterable {
    case siteFounded = "sharing.site.founded.v1"
    case agencyRegistered = "sharing.agency.registered.v1"
    case agencyEnded = "sharing.agency.ended.v1"
    case keyEnrolled = "sharing.key.enrolled.v1"
    case keyRevoked = "sharing.key.revoked.v1"
    case checkpointKeyRotated = "sharing.checkpoint-key.rotated.v1"
    case hpkeKeyRotated = "sharing.hpke-key.rotated.v1"
    case peerAdded = "sharing.peer.added.v1"
    case peerRemoved = "sharing.peer.removed.v1"
    case syncAdvanced = "sharing.sync.advanced.v1"
    case baselineAdopted = "sharing.baseline.adopted.v1"
    case forkDetected = "sharing.fork.detected.v1"
    case agreementProposed = "sharing.agreement.proposed.v1"
    case agreementSigned = "sharing.agreement.signed.v1"
    case agreementSuspended = "sharing.agreement.suspended.v1"
    case agreementResumed = "sharing.agreement.resumed.v1"
    case agreementTerminated = "sharing.agreement.terminated.v1"
    case subjectDescribed = "sharing.subject.described.v1"
    case subjectLinked = "sharing.subject.linked.v1"
    case subjectUnlinked = "sharing.subject.unlinked.v1"
    case subjectMerged = "sharing.subject.merged.v1"
    case subjectSevered = "sharing.subject.severed.v1"
    case subjectDeceased = "sharing.subject.deceased.v1"
    case subjectShielded = "sharing.subject.shielded.v1"
    case subjectUnshielded = "sharing.subject.unshielded.v1"
    case representativeRecorded = "sharing.representative.recorded.v1"
    case representativeEnded = "sharing.representative.ended.v1"
    case capacityAssessed = "sharing.capacity.assessed.v1"
    case bestInterestsDecided = "sharing.best-interests.decided.v1"
    case courtOrderRecorded = "sharing.court-order.recorded.v1"
    case courtOrderDischarged = "sharing.court-order.discharged.v1"
    case statusRecorded = "sharing.status.recorded.v1"
    case statusEnded = "sharing.status.ended.v1"
    case consentGiven = "sharing.consent.given.v1"
    case consentWithdrawn = "sharing.consent.withdrawn.v1"
    case consentRefused = "sharing.consent.refused.v1"
    case objectionRaised = "sharing.objection.raised.v1"
    case objectionUpheld = "sharing.objection.upheld.v1"
    case objectionOverridden = "sharing.objection.overridden.v1"
    case objectionLifted = "sharing.objection.lifted.v1"
    case involvementStarted = "sharing.involvement.started.v1"
    case involvementEnded = "sharing.involvement.ended.v1"
    case leadAssigned = "sharing.lead.assigned.v1"
    case leadEnded = "sharing.lead.ended.v1"
    case referralSubmitted = "sharing.referral.submitted.v1"
    case referralReceived = "sharing.referral.received.v1"
    case referralAcknowledged = "sharing.referral.acknowledged.v1"
    case referralInfoRequested = "sharing.referral.info-requested.v1"
    case referralInfoProvided = "sharing.referral.info-provided.v1"
    case referralTriaged = "sharing.referral.triaged.v1"
    case referralAccepted = "sharing.referral.accepted.v1"
    case referralDeclined = "sharing.referral.declined.v1"
    case referralRedirected = "sharing.referral.redirected.v1"
    case referralEscalated = "sharing.referral.escalated.v1"
    case referralClosed = "sharing.referral.closed.v1"
    case referralReopened = "sharing.referral.reopened.v1"
    case referralWithdrawn = "sharing.referral.withdrawn.v1"
    case assessmentStarted = "sharing.assessment.started.v1"
    case assessmentCompleted = "sharing.assessment.completed.v1"
    case planMade = "sharing.plan.made.v1"
    case planEnded = "sharing.plan.ended.v1"
    case disclosureRequested = "sharing.disclosure.requested.v1"
    case disclosureDecided = "sharing.disclosure.decided.v1"
    case disclosureDelivered = "sharing.disclosure.delivered.v1"
    case disclosureReceipted = "sharing.disclosure.receipted.v1"
    case disclosureDisputed = "sharing.disclosure.disputed.v1"
    case disclosureRecalled = "sharing.disclosure.recalled.v1"
    case disclosureResolved = "sharing.disclosure.resolved.v1"
    case disclosureRecorded = "sharing.disclosure.recorded.v1"
    case contentOpened = "sharing.content.opened.v1"
    case reviewCompleted = "sharing.review.completed.v1"

    /// What every type of the project's own begins with; other prefixes are foreign.
    package static let prefix = "sharing."

    /// The verb of a step in a referral's life; nil for other types, `submitted` included.
    package var referralVerb: ReferralVerb? {
        guard rawValue.hasPrefix("sharing.referral.") else { return nil }
        return ReferralVerb(rawValue: String(rawValue.dropFirst(17).dropLast(3)))
    }

    package static func referral(_ verb: ReferralVerb) -> EventType? {
        EventType(rawValue: "sharing.referral.\(verb.rawValue).v1")
    }

    /// Whether the event is about a person, who is then its `subject`; if not, it must have none.
    package var isAboutPerson: Bool {
        !Self.prefixesAboutNobody.contains { rawValue.hasPrefix($0) }
    }

    private static let prefixesAboutNobody = [
        "sharing.site.", "sharing.agency.", "sharing.key.", "sharing.checkpoint-key.", "sharing.baseline.",
        "sharing.agreement.", "sharing.fork.", "sharing.hpke-key.", "sharing.peer.", "sharing.sync.",
    ]

    /// Whether it carries content beside the signed event, as SD-JWT disclosures.
    package var hasContent: Bool { [.referralSubmitted, .referralInfoProvided, .disclosureDelivered].contains(self) }

    /// Whether the site itself conceals parts of it: a decision's reasons.
    package var mayConceal: Bool { self == .disclosureDecided }
}
