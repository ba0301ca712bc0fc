extension ConsentGiven {
    /// Recipients and holders named as agencies.
    package var namedAgencies: [AgencyID] { recipients.agencies + (holders ?? []) }
}

extension [RecipientSelector] {
    /// Those that are named, rather than covered by a kind or by `*`.
    package var agencies: [AgencyID] { compactMap { if case .agency(let agency) = $0 { agency } else { nil } } }
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
        case .referralWork(let data): data.actor
        case .disclosureRequested(let data): data.actor
        case .disclosureDelivered(let data): data.actor
        case .disclosureResolved(let data): data.by
        case .contentOpened(let data): data.by
        case .consentGiven(let data): data.takenBy
        case .leadAssigned(let data): data.professional
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
        case .subjectUnlinked(let data): return subject + data.identifiers
        case .subjectMerged(let data), .subjectSevered(let data):
            if case .identifier(let other) = data.other { return subject + [other] }
            return subject
        case .referralSubmitted(let data): return subject + data.about.map(\.person)
        default: return subject
        }
    }
}
