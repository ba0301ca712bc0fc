/// `sharing.subject.described.v1`
package struct SubjectDescribed: Sendable, Hashable {
    /// A date of birth, or the date on which a birth is expected.
    package enum Birth: Sendable, Hashable {
        case born(DateOrTime)
        case expected(DateOrTime)
    }

    package let birth: Birth
    package let source: String
}

/// `sharing.subject.linked.v1`
package struct SubjectLinked: Sendable, Hashable {
    package let identifiers: [PersonIdentifier]
    package let source: String
    /// 0 to 1.
    package let confidence: Double
}
