import Encodings

extension Field where Value == Bool {
    static var flag: Field {
        Field(schema: { .boolean }, placeholder: { false }) { json, _ in json.bool }
    }
}

extension Field where Value == Int64 {
    static func whole(_ range: ClosedRange<Int64>) -> Field {
        Field(schema: { .integer(range) }, placeholder: { range.lowerBound }) { json, _ in json.integer }
    }
}

extension Field where Value == Double {
    static func number(_ range: ClosedRange<Double>) -> Field {
        Field(schema: { .number(range) }, placeholder: { range.lowerBound }) { json, _ in
            switch json {
            case .integer(let value): Double(value)
            case .number(let value): value
            default: nil
            }
        }
    }
}

extension Field where Value == JSON {
    static var anything: Field { Field(schema: { .any }, placeholder: { .null }) { json, _ in json } }

    /// A public JWK (RFC 7517), whose members are for the strongroom to read; a private one has no business in a log.
    static var publicKey: Field {
        Field(schema: { .openObject }, placeholder: { .null }) { json, report in
            if json["d"] != nil {
                report.add("private-key", "this is a private key; announce the public one, without `d`")
                return nil
            }
            return json
        }
    }
}

extension Field where Value == String {
    /// Any text that is not empty.
    static var prose: Field {
        .text(TextFormat("text that is not empty", lengths: 1...1_048_576) { !$0.isEmpty }, placeholder: "") { $0 }
    }

    /// A name, title or reference: 1 to 256 characters.
    static var label: Field {
        .text(
            TextFormat("1 to 256 characters", lengths: 1...256) { !$0.isEmpty && $0.unicodeScalars.count <= 256 },
            placeholder: ""
        ) { $0 }
    }

    /// Lower-case letters and digits, joined by hyphens or dots.
    static var word: Field { .text(.code("a code"), placeholder: "") { $0 } }

    /// SHA-256 in base64url without padding; also a key's thumbprint.
    static var digest: Field {
        .text(
            TextFormat("43 characters of base64url, a SHA-256 digest", pattern: "^[A-Za-z0-9_-]{43}$") {
                $0.utf8.count == 43 && Base64.url.decode($0)?.count == 32
            }, placeholder: ""
        ) { $0 }
    }

    /// A site's origin: a URL without scheme and trailing slash.
    static var origin: Field {
        .text(
            TextFormat(identifier: "an origin without scheme and trailing slash", pattern: "^[!-*,-~]*[!-*,-.0-~]$") {
                text throws(IdentifierError) in _ = try AgencyID.site(origin: text)
            }, placeholder: ""
        ) { $0 }
    }

    /// A text, or a whole number taken as one: a version.
    static var version: Field {
        .either(.label, Field<Int64>.whole(0...999_999_999).map { String($0) })
    }
}

extension TextFormat {
    static func code(_ expected: String) -> TextFormat {
        TextFormat(
            expected + ": 1 to 64 lower-case letters, digits and hyphens, in parts joined by dots",
            pattern: #"^[a-z0-9]+([.-][a-z0-9]+)*$"#, lengths: 1...64, accepts: ItemCode.hasCodeSyntax)
    }

    static let uuid = TextFormat(
        "a UUID in lower case", pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", format: "uuid"
    ) { UniqueID($0) != nil }

    static let time = TextFormat(
        "an RFC 3339 time in UTC, such as 2026-11-22T12:00:00Z", pattern: "^.{19}(\\.[0-9]{1,9})?([Zz]|[+-]00:00)$",
        format: "date-time"
    ) { Instant($0) != nil }

    static let day = TextFormat(
        "a date, such as 2026-01-31", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", format: "date"
    ) { CalendarDay($0) != nil }

    static let dateOrTime = TextFormat(
        "a date, such as 2026-01-31, or an RFC 3339 time in UTC",
        pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt].{8}(\\.[0-9]{1,9})?([Zz]|[+-]00:00))?$"
    ) { DateOrTime($0) != nil }

    static let agency = TextFormat(
        identifier: "an agency, such as ods:RBS25", pattern: "^(ods|gss|urn|ukprn|trust|org):.+$"
    ) { text throws(IdentifierError) in
        guard try !AgencyID(text).isSite else { throw .unknownAgencyScheme }
    }

    static let author = TextFormat(
        identifier: "an agency, such as ods:RBS25, or site:<origin>", pattern: "^(ods|gss|urn|ukprn|trust|org|site):.+$"
    ) { text throws(IdentifierError) in _ = try AgencyID(text) }

    static let person = TextFormat(
        identifier: "a person's identifier: nhs:, upn: or local:<agency>:", pattern: "^(nhs|upn|local):.+$"
    ) { text throws(IdentifierError) in _ = try PersonIdentifier(text) }
}
