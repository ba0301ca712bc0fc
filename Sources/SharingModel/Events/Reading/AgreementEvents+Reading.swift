import Encodings

extension AgreementProposed: Record {
    init(reading members: inout MemberReader) {
        let parsed = members.required(
            "document", Field<ParsedDocument<Agreement>>.document(Agreement.parse(yaml:file:)))
        document = parsed.text
        agreement = parsed.value
    }
}

extension Signatory: Record {
    init(reading members: inout MemberReader) {
        name = members.required("name", .label)
        office = members.required("office", .label)
    }
}

extension AgreementSigned: Record {
    init(reading members: inout MemberReader) {
        agreement = members.required("agreement", .agreement)
        version = members.required("version", .whole(1...Int64(Int32.max)))
        digest = members.required("digest", .digest)
        signatory = members.required("signatory", .record())
    }
}

/// The members of `agreement.suspended`, `.resumed` and `.terminated`; the verb is in the type.
struct AgreementChangeMembers: Record {
    let agreement: AgreementID
    let version: Int64
    let reason: String

    init(reading members: inout MemberReader) {
        agreement = members.required("agreement", .agreement)
        version = members.required("version", .whole(1...Int64(Int32.max)))
        reason = members.required("reason", .prose)
    }

    func change(_ verb: AgreementChange.Verb) -> AgreementChange {
        AgreementChange(verb: verb, agreement: agreement, version: version, reason: reason)
    }
}

/// A YAML document carried as text in an event, and what it says.
struct ParsedDocument<Value: Sendable>: Sendable {
    let text: String
    let value: Value
}

extension Field {
    /// A document; what is wrong inside it is told with line and column.
    static func document<Content: Record>(
        _ parse: @escaping @Sendable (_ yaml: String, _ file: String) throws(DocumentError) -> Content
    ) -> Field where Value == ParsedDocument<Content> {
        Field(
            schema: Field<String>.prose.schema,
            placeholder: { ParsedDocument(text: "", value: Content.described().placeholder) },
            read: { json, report in
                guard let text = json.string else { return nil }
                do throws(DocumentError) {
                    return ParsedDocument(text: text, value: try parse(text, "document"))
                } catch {
                    for problem in error.problems {
                        let hint = problem.hint.map { "; " + $0 } ?? ""
                        report.add(
                            problem.code, "line \(problem.line), column \(problem.column): \(problem.message)\(hint)")
                    }
                    return nil
                }
            })
    }
}
