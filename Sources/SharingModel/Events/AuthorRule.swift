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
}

extension SharingEvent {
    package var authorRule: AuthorRule {
        switch data {
        case .siteFounded, .disclosureDecided: .site
        case .agencyRegistered, .agencyEnded, .keyEnrolled, .baselineAdopted: .operator
        case .keyRevoked(let data): .operatorOrKeyOwner(kid: data.kid)
        case .agreementProposed(let data): .party(data.agreement.parties.map(\.agency))
        case .agreementSigned(let data): .partyIGLead(data.agreement, version: data.version)
        case .agreementChanged(let data): .partyIGLead(data.agreement, version: data.version)
        case .subjectDescribed, .subjectLinked, .consentGiven, .consentWithdrawn, .consentRefused, .foreign: .anyAgency
        case .referralSubmitted(let data): .named(data.from)
        case .referralInfoProvided(let data): .referralSender(data.referral)
        case .referralTransition(let data):
            data.verb.isSenders ? .referralSender(data.referral) : .referralRecipient(data.referral)
        case .disclosureRequested(let data): .named(data.to)
        case .disclosureDelivered(let data): .named(data.from)
        case .disclosureReceipted(let data): .deliveryRecipient(data.delivery)
        case .disclosureDisputed(let data): .deliveryRecipient(data.delivery)
        case .disclosureRecalled(let data): .deliverySender(data.delivery)
        case .disclosureRecorded(let data): .namedEither(data.from, data.to)
        }
    }

    package var audienceRule: AudienceRule {
        switch data {
        case .siteFounded, .agencyRegistered, .agencyEnded, .keyEnrolled, .keyRevoked, .baselineAdopted: .everybody
        case .agreementProposed(let data): .named(data.agreement.parties.map(\.agency))
        case .agreementSigned(let data): .agreementParties(data.agreement, version: data.version)
        case .agreementChanged(let data): .agreementParties(data.agreement, version: data.version)
        case .subjectDescribed, .subjectLinked, .foreign: .none
        case .consentGiven(let data): .named(data.namedAgencies)
        case .consentWithdrawn(let data): .consent(data.consent)
        case .consentRefused(let data): .named(data.holders ?? [])
        // A recipient gets to see these by decision, not by audience.
        case .referralSubmitted(let data): .named([data.from])
        case .referralInfoProvided: .none
        case .disclosureDelivered(let data): .named([data.from])
        case .referralTransition(let data): .referral(data.referral)
        case .disclosureRequested(let data): .named([data.from, data.to])
        case .disclosureDecided(let data): .disclosure(data.request)
        case .disclosureReceipted(let data): .disclosure(data.delivery)
        case .disclosureDisputed(let data): .disclosure(data.delivery)
        case .disclosureRecalled(let data): .disclosure(data.delivery)
        case .disclosureRecorded(let data): .named([data.from, data.to])
        }
    }
}

extension ConsentGiven {
    /// Recipients and holders named as agencies.
    package var namedAgencies: [AgencyID] {
        recipients.compactMap { if case .agency(let agency) = $0 { agency } else { nil } } + (holders ?? [])
    }
}

extension SharingEvent {
    /// The type, if it is one of the project's own.
    package var type: EventType? { EventType(rawValue: envelope.type) }

    /// Who did it, where the event says so.
    package var actor: Actor? {
        switch data {
        case .referralSubmitted(let data): data.actor
        case .referralInfoProvided(let data): data.actor
        case .referralTransition(let data): data.actor
        case .disclosureRequested(let data): data.actor
        case .disclosureDelivered(let data): data.actor
        case .consentGiven(let data): data.takenBy
        default: nil
        }
    }

    /// The content of an event that carries any.
    package var content: [ContentItem] {
        switch data {
        case .referralSubmitted(let data): data.content
        case .referralInfoProvided(let data): data.content
        case .disclosureDelivered(let data): data.content
        default: []
        }
    }

    /// Every identifier of a person it names, the subject first.
    package var identifiers: [PersonIdentifier] {
        let subject = envelope.subject.map { [$0] } ?? []
        switch data {
        case .subjectLinked(let data): return subject + data.identifiers
        case .referralSubmitted(let data): return subject + data.about.map(\.person)
        default: return subject
        }
    }
}
