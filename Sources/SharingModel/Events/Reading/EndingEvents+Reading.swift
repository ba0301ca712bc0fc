import Encodings

/// What an event ends, and so the name of the member that holds its id.
protocol EndedNoun: Sendable {
    static var member: String { get }
}

enum EndedRepresentative: EndedNoun { static let member = "representative" }
enum EndedOrder: EndedNoun { static let member = "order" }
enum EndedStatus: EndedNoun { static let member = "status" }
enum EndedInvolvement: EndedNoun { static let member = "involvement" }
enum EndedLead: EndedNoun { static let member = "lead" }

/// The members of an event that ends what another began.
struct EndingMembers<Noun: EndedNoun>: Record {
    let ending: RecordEnded

    init(reading members: inout MemberReader) {
        let record = members.required(Noun.member, .uuid)
        ending = RecordEnded(record: record, reason: members.required("reason", .prose))
    }
}

/// The members of what becomes of an objection.
struct ObjectionChangeMembers: Record {
    let objection: UniqueID
    let reason: String

    init(reading members: inout MemberReader) {
        objection = members.required("objection", .uuid)
        reason = members.required("reason", .prose)
    }

    func change(_ verb: ObjectionChange.Verb) -> ObjectionChange {
        ObjectionChange(verb: verb, objection: objection, reason: reason)
    }
}

extension Field where Value == OtherPerson {
    /// A person's identifier, or this site's reference to one. Neither is repeated in an error.
    static var otherPerson: Field {
        .text(.otherPerson, placeholder: .reference(SubjectReference(UniqueID.zero))) { text in
            if let reference = UniqueID(text) { return .reference(SubjectReference(reference)) }
            return (try? PersonIdentifier(text)).map { .identifier($0) }
        }
    }
}

extension TextFormat {
    fileprivate static let otherPerson = TextFormat(
        identifier: "a person's identifier (nhs:, upn: or local:<agency>:) or this site's reference, a UUID",
        pattern: "^((nhs|upn|local):.+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
    ) { text throws(IdentifierError) in
        if UniqueID(text) == nil { _ = try PersonIdentifier(text) }
    }
}

extension Field where Value == SubjectShield.Against {
    /// Agencies, or `["*"]`.
    static var against: Field {
        let element = Field<AgencyID?>.text(
            TextFormat(identifier: "an agency, or * alone", pattern: #"^(\*|(ods|gss|urn|ukprn|trust|org):.+)$"#) {
                text throws(IdentifierError) in
                guard text != "*" else { return }
                guard try !AgencyID(text).isSite else { throw .unknownAgencyScheme }
            }, placeholder: nil
        ) { $0 == "*" ? .some(nil) : (try? AgencyID($0)).map { .some($0) } }
        let list = Field<[AgencyID?]>.list(element, Limits.agencies)
        return Field(schema: list.schema, placeholder: { .everybody }) { json, report in
            guard let agencies = list.read(json, report) else { return nil }
            let named = agencies.compactMap { $0 }
            guard named.count < agencies.count else { return .agencies(named) }
            guard agencies.count == 1 else {
                report.add("conflict", "`*` means every agency and stands alone")
                return nil
            }
            return .everybody
        }
    }
}
