/// An agency, or a site as an author: `ods:RBS25`, `gss:E08000012`, `urn:104714`, `site:sharing.example` (DOMAIN §1).
///
/// Two identifiers are the same agency only if they are spelt the same. What kind of body it is follows from its registration, never
/// from its scheme.
package struct AgencyID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package enum Scheme: String, Sendable, CaseIterable {
        case ods, gss, urn, ukprn, trust, org, site
    }

    package let scheme: Scheme
    /// With its scheme, as it stands in events.
    package let text: String

    /// - Throws: `IdentifierError` with the rule that is not kept.
    package init(_ text: String) throws(IdentifierError) {
        var utf8 = text
        scheme = try utf8.withUTF8 { Self.scheme(of: $0) }.get()
        self.text = text
    }

    /// The scheme of an identifier whose value is one of that scheme. Works on the bytes: an event names some ten agencies.
    private static func scheme(of text: UnsafeBufferPointer<UInt8>) -> Result<Scheme, IdentifierError> {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")),
            let scheme = Scheme.allCases.first(where: { isName(text[..<colon], of: $0) })
        else { return .failure(.unknownAgencyScheme) }
        let value = text[(colon + 1)...]
        switch scheme {
        case .ods:
            guard (1...9).contains(value.count), value.allSatisfy({ $0.isCapital || $0.isDigit }) else {
                return .failure(.odsFormat)
            }
        case .gss:
            guard value.count == 9, value.first?.isCapital == true, value.dropFirst().allSatisfy(\.isDigit)
            else { return .failure(.gssFormat) }
        case .urn:
            guard value.count == 6, value.allSatisfy(\.isDigit) else { return .failure(.urnFormat) }
        case .ukprn:
            guard value.count == 8, value.allSatisfy(\.isDigit) else { return .failure(.ukprnFormat) }
        case .trust:
            guard (1...16).contains(value.count), value.allSatisfy(\.isAlphanumeric) else {
                return .failure(.trustFormat)
            }
        case .org:
            let parts = value.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard parts.count == 2,
                parts.allSatisfy({ (1...32).contains($0.count) && $0.allSatisfy(isOrgCharacter) })
            else { return .failure(.orgFormat) }
        case .site:
            let slash = UInt8(ascii: "/")
            guard (1...255).contains(value.count), value.last != slash, value.allSatisfy(isOriginCharacter),
                !zip(value, value.dropFirst()).contains(where: { $0 == slash && $1 == slash })
            else { return .failure(.siteFormat) }
        }
        return .success(scheme)
    }

    private static func isName(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, of scheme: Scheme) -> Bool {
        let name: StaticString =
            switch scheme {
            case .ods: "ods"
            case .gss: "gss"
            case .urn: "urn"
            case .ukprn: "ukprn"
            case .trust: "trust"
            case .org: "org"
            case .site: "site"
            }
        return bytes.count == name.utf8CodeUnitCount
            && bytes.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    private init(scheme: Scheme, text: String) {
        self.scheme = scheme
        self.text = text
    }

    /// Stands in where a record is only described.
    static let placeholder = AgencyID(scheme: .ods, text: "ods:X")

    /// The site of an origin, as the author of its own events.
    package static func site(origin: String) throws(IdentifierError) -> AgencyID { try AgencyID("site:" + origin) }

    /// Whether this is a site rather than an agency.
    package var isSite: Bool { scheme == .site }

    /// The origin of a site; nil for an agency.
    package var origin: String? { isSite ? String(text.dropFirst(5)) : nil }

    package var description: String { text }

    // The text names the scheme, too. Inlined, as with codes.
    @inlinable package static func == (left: AgencyID, right: AgencyID) -> Bool { left.text == right.text }
    @inlinable package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    package static func < (left: AgencyID, right: AgencyID) -> Bool { left.text < right.text }

    private static func isOrgCharacter(_ byte: UInt8) -> Bool { byte.isAlphanumeric || byte == UInt8(ascii: "-") }

    /// Key names of signed notes hold no space and no `+` (LOGFORMAT §1), and an origin is one.
    private static func isOriginCharacter(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "+")
    }
}

/// What kind of body an agency is, as the operator registered it.
package enum AgencyKind: String, Sendable, Hashable, CaseIterable {
    case nhs, council, education, police, voluntary, `private`
}

/// What an enrolled key may do.
package enum KeyRole: String, Sendable, Hashable, CaseIterable {
    case agency
    case igLead = "ig-lead"
    case `operator`
    case auditor
    case site
}
