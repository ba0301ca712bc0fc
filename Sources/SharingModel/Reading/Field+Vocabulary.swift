import Encodings

extension Field where Value == UniqueID {
    static var uuid: Field { .text(.uuid, placeholder: UniqueID.zero) { UniqueID($0) } }
}

extension Field where Value == Instant {
    static var time: Field { .text(.time, placeholder: Instant(milliseconds: 0)) { Instant($0) } }
}

extension Field where Value == CalendarDay {
    static var day: Field { .text(.day, placeholder: CalendarDay(daysSince1970: 0)) { CalendarDay($0) } }
}

extension Field where Value == DateOrTime {
    static var dateOrTime: Field {
        .text(.dateOrTime, placeholder: .time(Instant(milliseconds: 0))) { DateOrTime($0) }
    }
}

extension Field where Value == AgencyID {
    static var agency: Field { .text(.agency, placeholder: .placeholder) { try? AgencyID($0) } }
    /// An agency or a site.
    static var author: Field { .text(.author, placeholder: .placeholder) { try? AgencyID($0) } }
}

extension Field where Value == PersonIdentifier {
    static var person: Field { .text(.person, placeholder: .placeholder) { try? PersonIdentifier($0) } }
}

extension Field where Value: VocabularyCode {
    static func code(_ expected: String) -> Field {
        .text(.code(expected), placeholder: Value(unchecked: "")) { Value($0) }
    }
}

extension Field where Value == ItemCode { static var item: Field { .code("an item code") } }
extension Field where Value == PurposeCode { static var purpose: Field { .code("a purpose") } }
extension Field where Value == RoleCode { static var role: Field { .code("a role") } }
extension Field where Value == LegalCode { static var legal: Field { .code("a code of the baseline") } }
extension Field where Value == AgreementID { static var agreement: Field { .code("an agreement's name") } }

extension Field where Value == Span {
    static var span: Field {
        .text(
            TextFormat("a length of time, such as 15m, 72h or 30d", pattern: "^[0-9]{1,4}[smhd]$") { Span($0) != nil },
            placeholder: Span(text: "", seconds: 0)
        ) { Span($0) }
    }
}

extension Field where Value == ClockLimit {
    static var limit: Field {
        .text(
            TextFormat("a limit, such as 1h, 5wd or same-day", pattern: "^([0-9]{1,4}[smhd]|[0-9]{1,3}wd|same-day)$") {
                ClockLimit($0) != nil
            }, placeholder: .sameDay
        ) { ClockLimit($0) }
    }
}

extension Field where Value == ItemSelection {
    /// Item codes, or `["*"]`.
    static var items: Field {
        let element = Field<ItemCode?>.text(
            TextFormat("an item code, or * alone", pattern: #"^(\*|[a-z0-9]+([.-][a-z0-9]+)*)$"#) {
                $0 == "*" || ItemCode($0) != nil
            }, placeholder: nil
        ) { $0 == "*" ? .some(nil) : ItemCode($0).map { .some($0) } }
        let list = Field<[ItemCode?]>.list(element, Limits.items)
        return Field(schema: list.schema, placeholder: { .all }) { json, report in
            guard let codes = list.read(json, report) else { return nil }
            let named = codes.compactMap { $0 }
            guard named.count < codes.count else { return .codes(named) }
            guard codes.count == 1 else {
                report.add("conflict", "`*` means every item and stands alone")
                return nil
            }
            return .all
        }
    }
}

extension Field where Value == RecipientSelector {
    /// An agency, a kind of agency, or `*`.
    static var recipient: Field {
        .text(.recipient, placeholder: .anyone) { text in
            if text == "*" { return .anyone }
            if let kind = AgencyKind(rawValue: text) { return .kind(kind) }
            return (try? AgencyID(text)).map { .agency($0) }
        }
    }
}

extension TextFormat {
    fileprivate static let recipient: TextFormat = {
        let kinds = AgencyKind.allCases.map(\.rawValue)
        return TextFormat(
            identifier: "an agency, a kind (" + kinds.joined(separator: ", ") + ") or *",
            pattern: #"^(\*|"# + kinds.joined(separator: "|") + "|(ods|gss|urn|ukprn|trust|org):.+)$"
        ) { text throws(IdentifierError) in
            guard text != "*", AgencyKind(rawValue: text) == nil else { return }
            guard try !AgencyID(text).isSite else { throw .unknownAgencyScheme }
        }
    }()
}

extension Field where Value == [RecipientSelector] {
    /// Recipients, or `["*"]`.
    static var recipients: Field {
        let list = Field.list(.recipient, Limits.agencies)
        return Field(schema: list.schema, placeholder: list.placeholder) { json, report in
            guard let recipients = list.read(json, report) else { return nil }
            guard recipients.count == 1 || !recipients.contains(.anyone) else {
                report.add("conflict", "`*` means every recipient and stands alone")
                return nil
            }
            return recipients
        }
    }

    /// One recipient, or a list of them.
    static var recipientOrRecipients: Field { .either(Field<RecipientSelector>.recipient.map { [$0] }, .recipients) }
}

extension Field where Value == DecisionMaker {
    /// A name, or an actor.
    static var decisionMaker: Field {
        .either(Field<String>.label.map { .named($0) }, Field<Actor>.record().map { .actor($0) })
    }
}

extension Field where Value == [ContentItem] {
    /// Content as it is signed is `{"_sd": [digests]}`; it is read from the payload with its disclosures put in place.
    static var content: Field {
        let concealed = ObjectShape(
            members: [
                .init(
                    name: "_sd", schema: .list(of: Field<String>.digest.schema(), count: Limits.items), required: true)
            ],
            rules: ["each disclosure is named by an item code"])
        return Field(schema: { .object(concealed) }, placeholder: { [] }) { json, report in
            guard case .object(let object) = json else { return nil }
            var items: [ContentItem] = []
            for member in object.members {
                guard let code = ItemCode(member.name) else {
                    // The name is not repeated: it may be what should have been the value.
                    report.add("bad-format", "a disclosure's name must be an item code, such as health.summary")
                    continue
                }
                items.append(ContentItem(code: code, value: member.value))
            }
            return items
        }
    }
}

/// How much an event may hold (DESIGN §9).
package enum Limits {
    /// Items in a list of items: enough for every leaf of the tree several times over.
    package static let items = 1...256
    /// Agencies in a list that decides who may read.
    package static let agencies = 1...64
    /// Keys announced with an agency or a site.
    package static let keys = 0...64
    /// A person's identifiers linked at once.
    package static let identifiers = 1...64
    /// Bytes of an agreement or baseline document: many times the longest in use, and small enough to parse while others wait.
    package static let documentBytes = 262_144
}
