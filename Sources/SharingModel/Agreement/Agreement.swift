package import Encodings

/// A data sharing agreement as its parties sign it (DOMAIN §4).
package struct Agreement: Sendable, Hashable {
    package let id: AgreementID
    package let version: Int64
    package let title: String
    package let nation: String
    package let parties: [Party]
    package let inForce: InForce
    /// The data protection impact assessment; nil is found by `AgreementCheck`.
    package let dpia: DocumentReference?
    package let contacts: AgreementContacts
    package let flows: [Flow]

    package struct Party: Sendable, Hashable {
        package enum Role: String, Sendable, Hashable, CaseIterable {
            case controller
            case jointController = "joint-controller"
            case processor
        }

        package let agency: AgencyID
        package let role: Role
        /// The office that signs; nil is found by `AgreementCheck`.
        package let signatory: String?
    }

    /// When it applies.
    package struct InForce: Sendable, Hashable {
        package let from: DateOrTime
        /// Nil for no end.
        package let until: DateOrTime?
        package let review: CalendarDay?
    }

    package func isParty(_ agency: AgencyID) -> Bool { parties.contains { $0.agency == agency } }

    /// `<agreement>/<version>/<flow>`, as decisions name it.
    package func reference(to flow: Flow) -> String { "\(id.text)/\(version)/\(flow.id)" }
}

package struct AgreementContacts: Sendable, Hashable {
    package let rights: String?
    package let breach: String?
}

/// A document kept elsewhere, and the day it was approved or last reviewed.
package struct DocumentReference: Sendable, Hashable {
    package let ref: String
    package let date: CalendarDay?
}
