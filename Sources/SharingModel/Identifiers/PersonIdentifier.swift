/// A person's identifier, such as an NHS number. It never appears in an error, a log line or a URL, so printing it shows its scheme only.
package struct PersonIdentifier: Sendable, Hashable {
    package enum Scheme: String, Sendable, CaseIterable {
        case nhs, upn, local
    }

    package let scheme: Scheme
    /// With its scheme: `nhs:9476719931`. Personal data.
    package let text: String
    /// The agency whose own case number this is; nil for the other schemes. That it is enrolled is for the registrar to check.
    package let agency: AgencyID?

    /// - Throws: `IdentifierError` with the rule that is not kept (DOMAIN §1).
    package init(_ text: String) throws(IdentifierError) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            let scheme = Scheme(rawValue: String(text[..<colon]))
        else { throw .unknownScheme }
        let value = text.utf8[text.utf8.index(after: colon)...]
        switch scheme {
        case .nhs:
            try Self.checkNHSNumber(value)
            agency = nil
        case .upn:
            try Self.checkPupilNumber(value)
            agency = nil
        case .local:
            agency = try Self.localOwner(value)
        }
        self.scheme = scheme
        self.text = text
    }

    private init(scheme: Scheme, text: String, agency: AgencyID?) {
        self.scheme = scheme
        self.text = text
        self.agency = agency
    }

    /// Stands in where a record is only described.
    static let placeholder = PersonIdentifier(scheme: .local, text: "local:", agency: nil)

    /// Modulus 11: weights 10 to 2 over the first nine digits; a check digit of 10 is never issued.
    private static func checkNHSNumber(_ value: Substring.UTF8View) throws(IdentifierError) {
        guard value.count == 10, value.allSatisfy(\.isDigit) else { throw .nhsFormat }
        var sum = 0
        for (position, digit) in value.dropLast().enumerated() { sum += (10 - position) * Int(digit & 0x0F) }
        let check = (11 - sum % 11) % 11
        guard check < 10, let last = value.last, check == Int(last & 0x0F) else { throw .nhsCheckDigit }
    }

    /// The check letter comes first: the weighted sum of positions 2 to 13, mod 23. Temporary numbers end in a letter, which counts as
    /// its place in the alphabet of check letters.
    private static func checkPupilNumber(_ value: Substring.UTF8View) throws(IdentifierError) {
        let characters = Array(value)
        guard characters.count == 13, characters[0].isCapital, characters[1..<12].allSatisfy(\.isDigit) else {
            throw .upnFormat
        }
        var sum = 0
        for (offset, character) in characters.enumerated().dropFirst() {
            if character.isDigit {
                sum += Int(character & 0x0F) * (offset + 1)
            } else if let place = checkLetters.firstIndex(of: character) {
                sum += place * (offset + 1)
            } else {
                throw .upnFormat
            }
        }
        guard checkLetters[sum % 23] == characters[0] else { throw .upnCheckLetter }
    }

    private static let checkLetters = Array("ABCDEFGHJKLMNPQRTUVWXYZ".utf8)

    /// The agency in `local:<agency>:<value>`; an `org:` agency has a colon of its own.
    private static func localOwner(_ value: Substring.UTF8View) throws(IdentifierError) -> AgencyID {
        let parts = value.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let agencyParts = parts.first.map { String(Substring($0)) } == AgencyID.Scheme.org.rawValue ? 3 : 2
        guard parts.count > agencyParts else { throw .localFormat }
        let agency = try AgencyID(parts[..<agencyParts].map { String(Substring($0)) }.joined(separator: ":"))
        let own = parts[agencyParts...].map { String(Substring($0)) }.joined(separator: ":")
        guard !agency.isSite, (1...64).contains(own.unicodeScalars.count),
            own.unicodeScalars.allSatisfy({ $0.value > 0x1F && $0.value != 0x7F })
        else { throw .localFormat }
        return agency
    }
}

extension PersonIdentifier: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(scheme.rawValue):(not shown)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["scheme": scheme.rawValue]) }
}

/// Whether an author may name or be shown a person by this identifier. Pupil numbers belong to education bodies and to councils' education
/// roles only (DOMAIN §1); the other schemes are open to all.
package func mayUse(
    _ identifier: PersonIdentifier, authorKind: AgencyKind, actorRole: RoleCode?, baseline: Baseline
) -> Bool {
    guard identifier.scheme == .upn else { return true }
    switch authorKind {
    case .education: return true
    case .council: return actorRole.map { baseline.roles[$0]?.education == true } ?? false
    case .nhs, .police, .voluntary, .private: return false
    }
}
