/// Why a text is no identifier. Says what is wrong with it and never repeats it: it may be a person's (DOMAIN §1).
package enum IdentifierError: String, Error, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case unknownScheme = "unknown identifier scheme; a person's starts with nhs:, upn: or local:"
    case nhsFormat = "an NHS number has 10 digits and nothing else"
    case nhsCheckDigit = "NHS number fails its check digit"
    case upnFormat = "a unique pupil number is a letter, 9 digits, 2 digits and a last digit or letter"
    case upnCheckLetter = "unique pupil number fails its check letter"
    case localFormat = "a local identifier is local:<agency>:<value>, the value 1 to 64 printable characters"
    case unknownAgencyScheme = "unknown agency scheme; use ods:, gss:, urn:, ukprn:, trust:, org: or site:"
    case odsFormat = "an ODS code is 1 to 9 capital letters and digits"
    case gssFormat = "an ONS code is a capital letter and 8 digits"
    case urnFormat = "a school's URN has 6 digits"
    case ukprnFormat = "a UKPRN has 8 digits"
    case trustFormat = "an academy trust's number is 1 to 16 letters and digits"
    case orgFormat = "an org identifier is org:<register>:<number>, letters, digits and hyphens, at most 32 each"
    case siteFormat = "a site is site:<origin>, the origin without scheme, spaces or trailing slash"

    package var description: String { rawValue }
}

extension String.UTF8View.Element {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isCapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isSmall: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    var isAlphanumeric: Bool { isDigit || isCapital || isSmall }
}
