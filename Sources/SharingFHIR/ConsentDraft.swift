package import Encodings
package import SharingModel

/// What became of a Consent in the message.
package enum ConsentReading: Hashable, Sendable {
    /// It says enough to be recorded as given.
    case given(ConsentDraft)
    /// It cannot be; why, and how to go on.
    case notOne(reasons: [String])
}

/// A consent as the message gives it, ready to be signed as `sharing.consent.given.v1`.
package struct ConsentDraft: Hashable, Sendable {
    package let kind: ConsentKind
    package let giver: ConsentGiver
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [AgencyID]
    /// Whose data it is about: the custodians that the Consent names, else the sender only.
    package let holders: [AgencyID]
    package let method: ConsentMethod
    package let from: DateOrTime
    package let until: DateOrTime?

    /// The `data` of the event.
    package var data: JSON {
        let items: JSON
        switch self.items {
        case .all: items = ["*"]
        case .codes(let codes): items = .strings(codes.map(\.text))
        }
        return .object([
            "kind": .string(kind.rawValue), "giver": .string(giver.rawValue),
            "purposes": .strings(purposes.map(\.text)),
            "items": items, "recipients": .strings(recipients.map(\.text)), "holders": .strings(holders.map(\.text)),
            "method": .string(method.rawValue), "from": .string(from.description),
            "until": until.map { .string($0.description) },
        ])
    }
}
