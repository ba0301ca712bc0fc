/// The data of an event, one case for each type.
package enum EventData: Sendable, Hashable {
    case siteFounded(SiteFounded)
    case agencyRegistered(AgencyRegistered)
    case agencyEnded(AgencyEnded)
    case keyEnrolled(KeyEnrolled)
    case keyRevoked(KeyRevoked)
    case baselineAdopted(BaselineAdopted)
    case agreementProposed(AgreementProposed)
    case agreementSigned(AgreementSigned)
    case agreementChanged(AgreementChange)
    case subjectDescribed(SubjectDescribed)
    case subjectLinked(SubjectLinked)
    case consentGiven(ConsentGiven)
    case consentWithdrawn(ConsentWithdrawn)
    case consentRefused(ConsentRefused)
    case referralSubmitted(ReferralSubmitted)
    case referralInfoProvided(ReferralInfoProvided)
    case referralTransition(ReferralTransition)
    case disclosureRequested(DisclosureRequested)
    case disclosureDecided(DisclosureDecided)
    case disclosureDelivered(DisclosureDelivered)
    case disclosureReceipted(DisclosureReceipted)
    case disclosureDisputed(DisclosureDisputed)
    case disclosureRecalled(DisclosureRecalled)
    case disclosureRecorded(DisclosureRecorded)
    /// A type outside `sharing.`: recorded without effect.
    case foreign
}
