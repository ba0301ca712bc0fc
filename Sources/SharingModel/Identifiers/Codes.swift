/// A word of the baseline's vocabulary. One the baseline does not know is valid input that matches nothing.
package protocol VocabularyCode: Sendable, Hashable, Comparable, CustomStringConvertible {
    var text: String { get }

    /// Nil unless the text is 1 to 64 lower-case letters, digits and hyphens, in parts joined by dots.
    init?(_ text: String)

    /// For a text known to be well formed, and for placeholders.
    init(unchecked text: String)
}

extension VocabularyCode {
    package init?(_ text: String) {
        guard Self.hasCodeSyntax(text) else { return nil }
        self.init(unchecked: text)
    }

    package var description: String { text }

    package static func < (left: Self, right: Self) -> Bool { left.text < right.text }

    static func hasCodeSyntax(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count) else { return false }
        var previous = UInt8(ascii: ".")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "."), UInt8(ascii: "-"):
                guard previous.isSmall || previous.isDigit else { return false }
            default:
                guard byte.isSmall || byte.isDigit else { return false }
            }
            previous = byte
        }
        return previous.isSmall || previous.isDigit
    }
}

/// A piece of information that can be shared: `health.summary`. Codes form a tree by their dots.
package struct ItemCode: VocabularyCode {
    package let text: String

    package init(unchecked text: String) { self.text = text }

    // Inlined, as the judge compares and looks up thousands of codes where it would otherwise call as often.
    @inlinable package static func == (left: Self, right: Self) -> Bool { left.text == right.text }
    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Whether this code is the other one or an ancestor of it: `health` covers `health.summary`.
    @inlinable package func covers(_ other: ItemCode) -> Bool {
        let (own, others) = (text.utf8, other.text.utf8)
        if own.count == others.count { return self == other }
        guard own.count < others.count else { return false }
        return others[others.index(others.startIndex, offsetBy: own.count)] == UInt8(ascii: ".")
            && zip(own, others).allSatisfy(==)
    }

    /// The code one level up; nil at the top.
    package var parent: ItemCode? {
        guard let dot = text.lastIndex(of: ".") else { return nil }
        return ItemCode(String(text[..<dot]))
    }
}

/// What information is shared for: `safeguarding-children`.
package struct PurposeCode: VocabularyCode {
    package let text: String

    package init(unchecked text: String) { self.text = text }

    // Inlined, as the judge compares and looks up thousands of codes where it would otherwise call as often.
    @inlinable package static func == (left: Self, right: Self) -> Bool { left.text == right.text }
    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// What somebody does at an agency: `social-worker`.
package struct RoleCode: VocabularyCode {
    package let text: String

    package init(unchecked text: String) { self.text = text }

    // Inlined, as the judge compares and looks up thousands of codes where it would otherwise call as often.
    @inlinable package static func == (left: Self, right: Self) -> Bool { left.text == right.text }
    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// A rule of law by the name the baseline gives it: an Article 6 basis, a condition, a power, a gateway, a duty.
package struct LegalCode: VocabularyCode {
    package let text: String

    package init(unchecked text: String) { self.text = text }

    // Inlined, as the judge compares and looks up thousands of codes where it would otherwise call as often.
    @inlinable package static func == (left: Self, right: Self) -> Bool { left.text == right.text }
    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// The name of an agreement, without its version: `liverpool-mash`.
package struct AgreementID: VocabularyCode {
    package let text: String

    package init(unchecked text: String) { self.text = text }

    // Inlined, as the judge compares and looks up thousands of codes where it would otherwise call as often.
    @inlinable package static func == (left: Self, right: Self) -> Bool { left.text == right.text }
    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
