import Encodings

extension SubjectDescribed: Record {
    init(reading members: inout MemberReader) {
        let born = members.optional("birthDate", .dateOrTime)
        let expected = members.optional("expectedDate", .dateOrTime)
        members.rule(
            "one of `birthDate` and `expectedDate` is required", at: "birthDate", code: "missing-member",
            holds: born != nil || expected != nil)
        members.rule(
            "`birthDate` and `expectedDate` exclude each other", at: "expectedDate", code: "conflict",
            holds: born == nil || expected == nil)
        birth =
            born.map { .born($0) } ?? expected.map { .expected($0) } ?? .expected(.time(Instant(milliseconds: 0)))
        source = members.required("source", .label)
    }
}

extension SubjectLinked: Record {
    init(reading members: inout MemberReader) {
        identifiers = members.required("identifiers", .list(.person, Limits.identifiers))
        source = members.required("source", .label)
        confidence = members.required("confidence", .number(0...1))
    }
}
