package import Encodings

/// Who may be the author of an event (DOMAIN §2). The registrar checks it, for most rules need what the log says.
package enum AuthorRule: Sendable, Hashable {
    /// The site, with its site key.
    case site
    /// The site, with an operator's key.
    case `operator`
    /// An operator, or the agency whose key it is.
    case operatorOrKeyOwner(kid: String)
    /// Any enrolled agency.
    case anyAgency
    /// Any enrolled agency, with an IG lead's key.
    case anyIGLead
    case named(AgencyID)
    case namedEither(AgencyID, AgencyID)
    /// Any of these parties.
    case party([AgencyID])
    /// A party of an agreement known to the log, with an IG lead's key.
    case partyIGLead(AgreementID, version: Int64)
    /// `from` and the present `to` of a referral.
    case referralSender(UniqueID)
    case referralRecipient(UniqueID)
    /// `from` and `to` of a delivery.
    case deliverySender(UniqueID)
    case deliveryRecipient(UniqueID)
    /// Whose information a request, referral or delivery is about: its `from`.
    case holder(UniqueID)
    /// The same, with an IG lead's key.
    case holderIGLead(UniqueID)
}

/// Who may read an event, its author always included (DOMAIN §2).
package enum AudienceRule: Sendable, Hashable {
    case everybody
    /// The author only.
    case none
    case named([AgencyID])
    /// The parties of an agreement.
    case agreementParties(AgreementID, version: Int64)
    /// `from` and `to` of a referral.
    case referral(UniqueID)
    /// As the consent, and all who received resting on it.
    case consent(UniqueID)
    /// `from` and `to` of a request, referral or delivery.
    case disclosure(UniqueID)
    /// As the event that this one ends or settles.
    case event(UniqueID)
    /// All involved with the person.
    case involved
    /// All involved with the person, and all who received anything about them.
    case involvedAndRecipients
}

extension SharingEvent {
    package var authorRule: AuthorRule {
        switch data {
        case .siteFounded, .checkpointKeyRotated, .disclosureDecided, .contentOpened, .forkDetected, .hpkeKeyRotated,
            .syncAdvanced:
            .site
        case .agencyRegistered, .agencyEnded, .keyEnrolled, .baselineAdopted, .peerAdded, .peerRemoved: .operator
        case .keyRevoked(let data): .operatorOrKeyOwner(kid: data.kid)
        case .agreementProposed(let data): .party(data.agreement.parties.map(\.agency))
        case .agreementSigned(let data): .partyIGLead(data.agreement, version: data.version)
        case .agreementChanged(let data): .partyIGLead(data.agreement, version: data.version)
        case .subjectDescribed, .subjectLinked, .subjectUnlinked, .subjectDeceased, .representativeRecorded,
            .representativeEnded, .capacityAssessed, .bestInterestsDecided, .courtOrderRecorded, .courtOrderDischarged,
            .statusRecorded, .statusEnded, .consentGiven, .consentWithdrawn, .consentRefused, .objectionRaised,
            .involvementStarted, .involvementEnded, .leadAssigned, .leadEnded, .foreign:
            .anyAgency
        case .subjectMerged, .subjectSevered, .subjectShielded, .subjectUnshielded, .objectionChanged: .anyIGLead
        case .referralSubmitted(let data): .named(data.from)
        case .referralInfoProvided(let data): .referralSender(data.referral)
        case .referralTransition(let data):
            data.verb.isSenders ? .referralSender(data.referral) : .referralRecipient(data.referral)
        case .referralWork(let data): .referralRecipient(data.referral)
        case .disclosureRequested(let data): .named(data.to)
        case .disclosureDelivered(let data): .named(data.from)
        case .disclosureReceipted(let data): .deliveryRecipient(data.delivery)
        case .disclosureDisputed(let data): .deliveryRecipient(data.delivery)
        case .disclosureRecalled(let data): .deliverySender(data.delivery)
        case .disclosureResolved(let data): .holder(data.request)
        case .disclosureRecorded(let data): .namedEither(data.from, data.to)
        case .reviewCompleted(let data): .holderIGLead(data.event)
        }
    }

    package var audienceRule: AudienceRule {
        switch data {
        case .siteFounded, .agencyRegistered, .agencyEnded, .keyEnrolled, .keyRevoked, .checkpointKeyRotated,
            .baselineAdopted, .forkDetected, .hpkeKeyRotated:
            .everybody
        case .agreementProposed(let data): .named(data.agreement.parties.map(\.agency))
        case .agreementSigned(let data): .agreementParties(data.agreement, version: data.version)
        case .agreementChanged(let data): .agreementParties(data.agreement, version: data.version)
        case .subjectDescribed, .subjectLinked, .subjectUnlinked, .subjectMerged, .subjectSevered,
            .representativeRecorded, .representativeEnded, .capacityAssessed, .statusRecorded, .statusEnded,
            .involvementStarted, .involvementEnded, .peerAdded, .peerRemoved, .syncAdvanced, .foreign:
            .none
        case .subjectDeceased: .involvedAndRecipients
        case .subjectShielded(let data): .named(data.holders ?? [])
        case .subjectUnshielded(let data): .named(data.holders ?? [])
        case .bestInterestsDecided(let data): .named(data.recipients.agencies)
        case .courtOrderRecorded(let data): .named(data.holders ?? [])
        case .courtOrderDischarged(let data): .event(data.record)
        case .consentGiven(let data): .named(data.namedAgencies)
        case .consentWithdrawn(let data): .consent(data.consent)
        case .consentRefused(let data): .named(data.holders ?? [])
        case .objectionRaised(let data): .named(data.holders ?? [])
        case .objectionChanged(let data): .event(data.objection)
        case .leadAssigned, .leadEnded: .involved
        // A recipient gets to see these by decision, not by audience.
        case .referralSubmitted(let data): .named([data.from])
        case .referralInfoProvided: .none
        case .disclosureDelivered(let data): .named([data.from])
        case .referralTransition(let data): .referral(data.referral)
        case .referralWork(let data): .referral(data.referral)
        case .disclosureRequested(let data): .named([data.from, data.to])
        case .disclosureDecided(let data): .disclosure(data.request)
        case .disclosureReceipted(let data): .disclosure(data.delivery)
        case .disclosureDisputed(let data): .disclosure(data.delivery)
        case .disclosureRecalled(let data): .disclosure(data.delivery)
        case .disclosureResolved(let data): .disclosure(data.request)
        case .disclosureRecorded(let data): .named([data.from, data.to])
        case .contentOpened(let data): .disclosure(data.event)
        case .reviewCompleted(let data): .disclosure(data.event)
        }
    }
}
