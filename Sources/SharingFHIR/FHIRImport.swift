package import Encodings
package import SharingModel

/// What a FHIR R4 message (NHS Booking and Referral Standard, event `servicerequest-request`) says in this system's words: a referral,
/// the consents it carries, and an account of what was understood and what was left out.
///
/// A pure function of the message: nothing is looked up, nothing is sent. Where the message does not say enough, less is shared rather
/// than more: a limit that cannot be carried over is never dropped.
package struct FHIRImport: Sendable {
    /// The message's own id, where it is a UUID. As the id of the event it makes posting the message twice a conflict, not a second referral.
    package let messageID: UniqueID?
    /// The sender, from `MessageHeader.sender`.
    package let from: AgencyID
    /// The recipient, from `ServiceRequest.performer`.
    package let to: AgencyID
    package let person: PersonIdentifier
    package let urgency: Urgency
    package let purpose: PurposeCode
    package let actor: Actor
    /// When the request was made; nil where the message does not give a full time.
    package let occurred: Instant?
    /// Other people the content is about, as far as the message identifies them.
    package let about: [RelatedIdentity]
    /// The content items in order of their codes; always has `referral.summary`.
    package let content: [ContentItem]
    /// What became of each Consent in the message, in its order.
    package let consents: [ConsentReading]
    /// What was taken, and from where. Nothing personal.
    package let understood: [Understood]
    /// What was not taken. Nothing personal.
    package let leftOut: [LeftOut]

    /// Reads a message.
    ///
    /// - Parameter subject: an identifier verified by the user, which stands in for the message's own NHS number where that is missing
    ///   or fails its check.
    /// - Throws: `FHIRRefusal` where the message is not one, or cannot be followed without guessing.
    package static func read(_ json: JSON, subject: PersonIdentifier? = nil) throws(FHIRRefusal) -> FHIRImport {
        var reader = try MessageReader(bundle: MessageBundle(json))
        return try reader.read(subject: subject)
    }

    /// The `data` of `sharing.referral.submitted.v1`, without its `content`.
    package var referralData: JSON {
        .object([
            "from": .string(from.text),
            "to": .string(to.text),
            "urgency": .string(urgency.rawValue),
            "purpose": .string(purpose.text),
            "actor": .object([
                "id": .string(actor.id), "role": .string(actor.role.text),
                "employer": actor.employer.map { .string($0.text) },
            ]),
            "about": about.isEmpty
                ? nil
                : .array(
                    about.map { .object(["person": .string($0.person.text), "relation": .string($0.relation)]) }),
        ])
    }
}

extension FHIRImport: CustomStringConvertible, CustomReflectable {
    /// Printing shows who refers to whom and nothing about the person.
    package var description: String { "referral from \(from) to \(to)" }
    package var customMirror: Mirror { Mirror(self, children: ["from": from, "to": to]) }
}

/// A person other than the patient whom the message is about and identifies.
package struct RelatedIdentity: Hashable, Sendable {
    package let person: PersonIdentifier
    /// `parent` or `sibling`.
    package let relation: String
}

/// One message on its way into our words.
struct MessageReader {
    let bundle: MessageBundle
    var ledger = Ledger()

    init(bundle: MessageBundle) { self.bundle = bundle }

    mutating func read(subject: PersonIdentifier?) throws(FHIRRefusal) -> FHIRImport {
        let header = try readHeader()
        let request = try readServiceRequest(of: header)
        let from = try readSender(of: header)
        let to = try readPerformer(of: request, from: from)
        let patient = try findPatient(of: request)
        let person = try identifyPerson(in: patient, given: subject)
        let urgency = try readUrgency(of: request)
        let actor = try readActor(of: request, from: from)
        let occurred = readOccurred(of: request)
        let purpose = try word("direct-care", as: PurposeCode.self)
        ledger.note("purpose", "direct-care, which is what a \(Self.event) message is for")

        var items = readReferralItems(header: header, request: request)
        items += readIdentityItems(of: patient)
        let related = readRelatedPersons(of: patient)
        items += readContactItems(of: patient, request: request, others: related.contacts)
        items += readHealthItems(of: patient, request: request)
        let consents = readConsents(of: patient, from: from)
        return FHIRImport(
            messageID: bundle.json["id"]?.string.flatMap { UniqueID($0.lowercased()) },
            from: from, to: to, person: person, urgency: urgency, purpose: purpose, actor: actor, occurred: occurred,
            about: related.identified,
            content: items.compactMap { code, value in ItemCode(code).map { ContentItem(code: $0, value: value) } }
                .sorted { $0.code < $1.code },
            consents: consents, understood: ledger.understood, leftOut: ledger.leftOut(of: bundle))
    }

    /// A word of our vocabulary that stands in this room's own text.
    func word<Code: VocabularyCode>(_ text: String, as: Code.Type) throws(FHIRRefusal) -> Code {
        guard let code = Code(text) else {
            throw FHIRRefusal(
                .notAWord, at: "", "`\(text)` is not formed as a word of the vocabulary; report this as a fault")
        }
        return code
    }
}

/// An item's code and its value.
typealias Item = (code: String, value: JSON)
