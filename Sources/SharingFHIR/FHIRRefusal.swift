/// Why a FHIR message cannot become a referral: where it went wrong and how to go on.
///
/// Never carries a value from the message that could be about a person: texts name elements, codes from FHIR's own closed
/// lists, and places.
package struct FHIRRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong; stable, for scripts and tests.
    package enum Code: String, Sendable, CaseIterable {
        case notAnObject = "not-an-object"
        case notAMessage = "not-a-message"
        case ambiguousEntries = "ambiguous-entries"
        case noHeader = "no-header"
        case otherEvent = "other-event"
        case otherReason = "other-reason"
        case noServiceRequest = "no-service-request"
        case severalServiceRequests = "several-service-requests"
        case notActive = "not-active"
        case notAnOrder = "not-an-order"
        case doNotPerform = "do-not-perform"
        case unknownPriority = "unknown-priority"
        case unknownModifier = "unknown-modifier"
        case noSender = "no-sender"
        case noPerformer = "no-performer"
        case severalPerformers = "several-performers"
        case sameParty = "same-party"
        case noOrganisationCode = "no-organisation-code"
        case noPatient = "no-patient"
        case noPersonIdentifier = "no-person-identifier"
        case severalNHSNumbers = "several-nhs-numbers"
        case badNHSNumber = "bad-nhs-number"
        case otherPerson = "other-person"
        case notAWord = "not-a-word"
    }

    package let code: Code
    /// The place in the message as a JSON pointer (RFC 6901); empty for the whole message.
    package let pointer: String
    /// What was expected and found, and how to go on; lower case, no full stop.
    package let detail: String

    init(_ code: Code, at pointer: String, _ detail: String) {
        self.code = code
        self.pointer = pointer
        self.detail = detail
    }

    package var description: String { pointer.isEmpty ? detail : "\(pointer): \(detail)" }
}
