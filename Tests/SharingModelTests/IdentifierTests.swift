import SharingModel
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    @Test(
        "An NHS number is taken with its check digit",
        arguments: ["nhs:4010232137", "nhs:9434765919", "nhs:9876543210", "nhs:9476719931"])
    func goodNHSNumber(text: String) throws {
        let identifier = try PersonIdentifier(text)
        #expect(identifier.scheme == .nhs)
        #expect(identifier.text == text)
    }

    @Test("A wrong check digit is told as such, every one of them", arguments: 0...9)
    func checkDigit(digit: Int) {
        let text = "nhs:401023213\(digit)"
        if digit == 7 {
            #expect(throws: Never.self) { try PersonIdentifier(text) }
        } else {
            #expect(throws: IdentifierError.nhsCheckDigit) { try PersonIdentifier(text) }
        }
    }

    @Test("A number whose check digit would be 10 is never valid", arguments: 0...9)
    func checkDigitTen(digit: Int) {
        // 1 × 10 + 0 … + 1 × 2 = 12, remainder 1, check 10.
        #expect(throws: IdentifierError.nhsCheckDigit) { try PersonIdentifier("nhs:100000001\(digit)") }
    }

    @Test("The published sample whose number fails its check is refused")
    func publishedSample() {
        #expect(throws: IdentifierError.nhsCheckDigit) { try PersonIdentifier("nhs:3478526985") }
        #expect(IdentifierError.nhsCheckDigit.description == "NHS number fails its check digit")
    }

    @Test(
        "A pupil number is taken with its check letter, temporary ones too",
        arguments: ["upn:B801200005001", "upn:P207000016049"])
    func goodPupilNumber(text: String) throws { #expect(try PersonIdentifier(text).scheme == .upn) }

    @Test("Of all letters only one is the check letter of a temporary pupil number")
    func temporaryPupilNumber() {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)
        let valid = letters.filter { (try? PersonIdentifier("upn:\($0)80120000500A")) != nil }
        #expect(valid.count == 1)
    }

    @Test(
        "A malformed identifier is refused with its rule",
        arguments: [
            ("nhs:401023213", IdentifierError.nhsFormat), ("nhs:40102321377", .nhsFormat),
            ("nhs:401 023 2137", .nhsFormat),
            ("nhs:401023213٧", .nhsFormat), ("upn:A801200005001", .upnCheckLetter), ("upn:B80120000500", .upnFormat),
            ("upn:b801200005001", .upnFormat), ("upn:B80120000500I", .upnFormat), ("upn:B8012000050A1", .upnFormat),
            ("local:ods:RBS25:", .localFormat), ("local:ods:RBS25", .localFormat),
            ("local:ods:RBS25:a\u{0}", .localFormat),
            ("local:nobody:X:1", .unknownAgencyScheme), ("local:site:a.example:1", .localFormat),
            ("local:ods:RBS25:" + String(repeating: "x", count: 65), .localFormat), ("ssn:1", .unknownScheme),
            ("", .unknownScheme), ("nhs", .unknownScheme),
        ])
    func malformed(text: String, error: IdentifierError) { #expect(throws: error) { try PersonIdentifier(text) } }

    @Test("A local identifier names its agency, whose own colons do not mislead")
    func local() throws {
        #expect(try PersonIdentifier("local:ods:RBS25:A/12").agency == AgencyID("ods:RBS25"))
        #expect(try PersonIdentifier("local:org:police:merseyside:77:b").agency == AgencyID("org:police:merseyside"))
    }

    @Test("Printing an identifier never shows it")
    func redacted() throws {
        let identifier = try PersonIdentifier("nhs:9434765919")
        var dumped = ""
        dump(identifier, to: &dumped)
        for text in ["\(identifier)", String(reflecting: identifier), dumped, "\([identifier])"] {
            #expect(!text.contains("9434765919"))
        }
    }

    @Test(
        "An agency is taken in the form of its scheme",
        arguments: [
            "ods:RBS25", "ods:X", "ods:Y12345678", "gss:E08000012", "gss:E07000001", "urn:104714", "ukprn:10000001",
            "trust:TR00123", "org:police:merseyside", "org:GB-COH:01234567", "site:sharing.example",
            "site:localhost:8420/a",
        ])
    func goodAgency(text: String) throws { #expect(try AgencyID(text).text == text) }

    @Test(
        "A malformed agency is refused with its rule",
        arguments: [
            ("ods:", IdentifierError.odsFormat), ("ods:rbs25", .odsFormat), ("ods:RBS2512345", .odsFormat),
            ("gss:E0800001", .gssFormat), ("gss:e08000012", .gssFormat), ("urn:10471", .urnFormat),
            ("urn:10471A", .urnFormat),
            ("ukprn:1", .ukprnFormat), ("trust:", .trustFormat), ("org:police", .orgFormat), ("org:a:b:c", .orgFormat),
            ("site:https://a", .siteFormat), ("site:a/", .siteFormat), ("site:a b", .siteFormat),
            ("site:a+b", .siteFormat),
            ("RBS25", .unknownAgencyScheme), ("ODS:RBS25", .unknownAgencyScheme),
        ])
    func badAgency(text: String, error: IdentifierError) { #expect(throws: error) { try AgencyID(text) } }

    @Test("A code covers itself and what is below it, and nothing that merely begins alike")
    func covers() throws {
        let health = try #require(ItemCode("health"))
        #expect(health.covers(try #require(ItemCode("health"))))
        #expect(health.covers(try #require(ItemCode("health.mental"))))
        #expect(!health.covers(try #require(ItemCode("healthy"))))
        #expect(!health.covers(try #require(ItemCode("healths.x"))))
        #expect(try !#require(ItemCode("health.mental")).covers(health))
    }

    @Test(
        "A code is lower-case words joined by dots and hyphens",
        arguments: ["", ".", "a.", ".a", "a..b", "A", "a_b", "a b", "-a", "a-", "ä", String(repeating: "a", count: 65)])
    func badCode(text: String) { #expect(ItemCode(text) == nil) }

    @Test("Pupil numbers are for education bodies and councils' education roles only")
    func pupilNumbers() throws {
        let baseline = try Configuration.baseline()
        let upn = try PersonIdentifier("upn:B801200005001")
        let nhs = try PersonIdentifier("nhs:9434765919")
        let officer = RoleCode("send-officer")
        let socialWorker = RoleCode("social-worker")
        for kind in AgencyKind.allCases {
            #expect(mayUse(nhs, authorKind: kind, actorRole: nil, baseline: baseline))
            #expect(mayUse(upn, authorKind: kind, actorRole: nil, baseline: baseline) == (kind == .education))
            #expect(mayUse(upn, authorKind: kind, actorRole: socialWorker, baseline: baseline) == (kind == .education))
            #expect(
                mayUse(upn, authorKind: kind, actorRole: officer, baseline: baseline)
                    == (kind == .education || kind == .council))
        }
    }
}
