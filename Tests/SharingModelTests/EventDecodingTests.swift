import Encodings
import SharingModel
import Testing

@Suite("Decoding events")
struct EventDecodingTests {
    @Test("There is a sample of every type")
    func complete() { #expect(Set(EventSample.all.map(\.type)) == Set(EventType.allCases)) }

    @Test("A well-formed event is read", arguments: EventSample.all)
    func wellFormed(sample: EventSample) throws {
        let event = try sample.decoded()
        #expect(event.type == sample.type)
        #expect(event.envelope.id.description == EventSample.id)
        #expect((event.envelope.subject != nil) == sample.type.isAboutPerson)
        #expect(event.content.map(\.code.text) == (sample.content?.names ?? []))
    }

    @Test("A type is about a person or not, and its subject is there or not", arguments: EventSample.all)
    func subject(sample: EventSample) {
        let other = sample.changing("/subject", to: sample.type.isAboutPerson ? .null : "nhs:9476719931")
        let code = sample.type.isAboutPerson ? "missing-member" : "not-allowed"
        #expect(violations(of: other) == ["/subject \(code)"])
        if sample.type.isAboutPerson {
            #expect(violations(of: sample.changing("/subject", to: nil)) == ["/subject missing-member"])
        } else {
            #expect(violations(of: sample.changing("/subject", to: .null)) == [])
        }
    }

    @Test("A member that is not known is refused, in every type", arguments: EventSample.all)
    func unknownMember(sample: EventSample) {
        #expect(violations(of: sample.changing("surprise", to: 1)) == ["/data/surprise unknown-member"])
        #expect(violations(of: sample.changing("/surprise", to: 1)) == ["/surprise unknown-member"])
    }

    @Test("Every member of data is either optional or missed", arguments: EventSample.all)
    func missing(sample: EventSample) throws {
        let data = try #require(sample.payload["data"]?.object)
        let shape = try #require(sample.type.jsonSchema["properties"]?["data"])
        let required = Set(try #require(shape["required"]?.array).compactMap(\.string))
        for name in data.names {
            let found = violations(of: sample.changing(name, to: nil))
            if required.contains(name) {
                #expect(found == ["/data/\(name) missing-member"])
            } else if name != "birthDate" {
                #expect(found == [])
            }
        }
    }

    static let bad: [(EventType, String, JSON?, [String])] = [
        (.disclosureRequested, "/specversion", "0.3", ["/specversion not-in-list"]),
        (.disclosureRequested, "/id", "0192F3C4-1111-4ABC-8DEF-000000000001", ["/id bad-format"]),
        (.disclosureRequested, "/source", "RBS25", ["/source bad-identifier"]),
        (.disclosureRequested, "/site", "https://sharing.example", ["/site bad-identifier"]),
        (.disclosureRequested, "/site", nil, ["/site missing-member"]),
        (.disclosureRequested, "/time", "2026-11-22T12:00:00+01:00", ["/time bad-format"]),
        (.disclosureRequested, "/time", 5, ["/time wrong-type"]),
        (.disclosureRequested, "/subject", "nhs:3478526985", ["/subject bad-identifier"]),
        (.disclosureRequested, "/datacontenttype", "text/plain", ["/datacontenttype not-in-list"]),
        (.disclosureRequested, "/cause", "x", ["/cause bad-format"]),
        (.disclosureRequested, "/_sd_alg", "sha-512", ["/_sd_alg not-in-list"]),
        (.disclosureRequested, "/data", [], ["/data wrong-type"]),
        (.disclosureRequested, "items", [], ["/data/items too-few"]),
        (.disclosureRequested, "items", .strings((0...256).map { "a\($0)" }), ["/data/items too-many"]),
        (
            .disclosureRequested, "items", ["identity", "Health", "*"],
            ["/data/items/1 bad-format", "/data/items/2 bad-format"]
        ),
        (.disclosureRequested, "from", "gss:E08000012", ["/data/to conflict"]),
        (.disclosureRequested, "from", "site:sharing.example", ["/data/from bad-identifier"]),
        (.disclosureRequested, "reason", "", ["/data/reason bad-format"]),
        (.disclosureRequested, "reason", .null, ["/data/reason missing-member"]),
        (.disclosureRequested, "referral", .null, ["/data/referral wrong-type"]),
        (.disclosureRequested, "actor", .object(["id": "x", "rôle": "y"]), ["/data/actor/rôle unknown-member"]),
        (
            .disclosureRequested, "breakGlass", .object(["code": "x", "justification": 1]),
            ["/data/breakGlass/justification wrong-type"]
        ),
        (.disclosureRequested, "publicTask", 7, ["/data/publicTask wrong-type"]),
        (.disclosureRequested, "content", .object(["_sd": []]), ["/data/content unknown-member"]),
        (.referralSubmitted, "urgency", "urgnt", ["/data/urgency not-in-list"]),
        (
            .referralSubmitted, "content", .object(["referral.summary": "open"]),
            ["/data/content/referral.summary unknown-member", "/data/content/_sd missing-member"]
        ),
        (.referralSubmitted, "content", .object(["_sd": []]), ["/data/content/_sd too-few"]),
        (.referralSubmitted, "content", .object(["_sd": ["short"]]), ["/data/content/_sd/0 bad-format"]),
        (.referralSubmitted, "withoutConsent", "why not", ["/data/withoutConsent not-in-list"]),
        (
            .referralSubmitted, "about", [.object(["person": "nhs:1", "relation": "parent"])],
            ["/data/about/0/person bad-identifier"]
        ),
        (.referralSubmitted, "informed", .object(["told": "no"]), ["/data/informed/told wrong-type"]),
        (.referralSubmitted, "to", "ods:RBS25", ["/data/to conflict"]),
        (.referralReceived, "to", "gss:E08000011", ["/data/to unknown-member"]),
        (.referralRedirected, "reason", nil, ["/data/reason missing-member"]),
        (.consentGiven, "kind", "gdpr", []),
        (.consentGiven, "kind", "explicit", ["/data/kind not-in-list"]),
        (.consentGiven, "items", ["*", "health"], ["/data/items conflict"]),
        (.consentGiven, "recipients", ["*", "education"], ["/data/recipients conflict"]),
        (.consentGiven, "recipients", ["everyone"], ["/data/recipients/0 bad-identifier"]),
        (.consentGiven, "recipients", .strings((0...64).map { "ods:A\($0)" }), ["/data/recipients too-many"]),
        (.consentGiven, "until", "2025-01-01", ["/data/until conflict"]),
        (.consentGiven, "from", "2026-02-30", ["/data/from bad-format"]),
        (
            .consentGiven, "exceptions", [.object(["to": "nobody", "items": ["a"]])],
            ["/data/exceptions/0/to bad-identifier"]
        ),
        (.consentGiven, "exceptions", [.object(["to": 1, "items": ["a"]])], ["/data/exceptions/0/to wrong-type"]),
        (.consentWithdrawn, "by", "the neighbour", ["/data/by not-in-list"]),
        (.subjectDescribed, "birthDate", nil, ["/data/birthDate missing-member"]),
        (.subjectDescribed, "expectedDate", "2027-01-01", ["/data/expectedDate conflict"]),
        (.subjectLinked, "confidence", 2, ["/data/confidence out-of-range"]),
        (.subjectLinked, "confidence", .number(0.5), []),
        (
            .subjectLinked, "identifiers", ["nhs:9434765919", "upn:A801200005001"],
            ["/data/identifiers/1 bad-identifier"]
        ),
        (.agencyRegistered, "kind", "hospital", ["/data/kind not-in-list"]),
        (.agencyRegistered, "publicAuthority", "yes", ["/data/publicAuthority wrong-type"]),
        (.keyEnrolled, "roles", ["agency", "king"], ["/data/roles/1 not-in-list"]),
        (.keyEnrolled, "jwk", .object(["kty": "OKP", "d": "secret"]), ["/data/jwk private-key"]),
        (.keyRevoked, "kid", "abc", ["/data/kid bad-format"]),
        (
            .forkDetected, "evidence", .object(["kind": "fork", "older": "a", "newer": "b"]),
            ["/data/evidence/kind evidence-incomplete"]
        ),
        (.peerAdded, "origin", "https://other.example", ["/data/origin bad-identifier"]),
        (.peerAdded, "url", "other.example", ["/data/url bad-format"]),
        (.peerAdded, "url", "https://other.example/", ["/data/url bad-format"]),
        (.peerAdded, "url", "file:///media/stick", ["/data/url bad-format"]),
        (.peerAdded, "url", "file:", []),
        (.peerAdded, "hpke", .object(["kty": "OKP", "crv": "X25519", "d": "secret"]), ["/data/hpke private-key"]),
        (.syncAdvanced, "size", 0, ["/data/size out-of-range"]),
        (.syncAdvanced, "root", "abc", ["/data/root bad-format"]),
        (.agreementSigned, "version", 0, ["/data/version out-of-range"]),
        (.agreementSigned, "version", .number(3.5), ["/data/version wrong-type"]),
        (
            .disclosureDecided, "decision", .object(["outcome": "permitted"]),
            ["shareFirst", "breakGlass", "items", "policy", "at", "clock"].map { "/data/decision/\($0) missing-member" }
        ),
        (.disclosureRecorded, "when", "2026-11-22", ["/data/when bad-format"]),
        (.subjectMerged, "other", "nhs:3478526985", ["/data/other bad-identifier"]),
        (.subjectDeceased, "verified", "yes", ["/data/verified wrong-type"]),
        (.subjectShielded, "against", ["*", "gss:E08000011"], ["/data/against conflict"]),
        (.subjectShielded, "against", ["*"], []),
        (.subjectShielded, "against", ["nhs"], ["/data/against/0 bad-identifier"]),
        (.representativeRecorded, "basis", "self", ["/data/basis not-in-list"]),
        (.representativeEnded, "representative", "me", ["/data/representative bad-format"]),
        (.capacityAssessed, "basis", "guess", ["/data/basis not-in-list"]),
        (.courtOrderRecorded, "effect", "suggests", ["/data/effect not-in-list"]),
        (.statusRecorded, "status", "Looked after", ["/data/status bad-format"]),
        (.bestInterestsDecided, "consulted", "a sister", []),
        (
            .disclosureResolved, "items", [.object(["item": "identity", "result": "referred"])],
            ["/data/items/0/result not-in-list"]
        ),
        (
            .disclosureResolved, "items",
            [.object(["item": "identity", "result": "permitted", "exception": "person-objects"])],
            ["/data/items/0/exception conflict"]
        ),
        (
            .disclosureResolved, "items",
            .array(["permitted", "withheld"].map { .object(["item": "identity", "result": $0]) }),
            ["/data/items conflict"]
        ),
        (.reviewCompleted, "of", "recall", ["/data/of not-in-list"]),
    ]

    @Test("What is wrong is named by its place and a code", arguments: bad.indices)
    func badValue(row: Int) {
        let (type, member, value, expected) = Self.bad[row]
        #expect(violations(of: EventSample.of(type).changing(member, to: value)) == expected)
    }

    @Test("Everything wrong is found at once")
    func allAtOnce() {
        let sample = EventSample.of(.disclosureRequested).changing("/id", to: 1).changing("/subject", to: "nhs:1")
            .changing("items", to: ["A"]).changing("purpose", to: nil).changing("extra", to: true)
        #expect(
            Set(violations(of: sample)) == [
                "/id wrong-type", "/subject bad-identifier", "/data/items/0 bad-format", "/data/purpose missing-member",
                "/data/extra unknown-member",
            ])
    }

    @Test("No error repeats a value")
    func noValues() {
        let sample = EventSample.of(.referralSubmitted).changing("/subject", to: "nhs:3478526985")
            .changing("about", to: [.object(["person": "nhs:3478526985", "relation": "Not A Code 3478526985"])])
            .changing("urgency", to: "3478526985")
        let error = #expect(throws: InvalidEvent.self) { try sample.decoded() }
        #expect(error?.violations.count == 4)
        #expect(error.map { "\($0)".contains("3478526985") } == false)
        #expect(error?.violations.first { $0.pointer == "/subject" }?.detail == "NHS number fails its check digit")
    }

    @Test("A sensitive service is recorded only with consent or significant harm")
    func sensitive() {
        let neither = EventSample.of(.involvementStarted).changing("consent", to: nil)
            .changing("significantHarm", to: nil)
        #expect(violations(of: neither) == ["/data/consent missing-member"])
        #expect(violations(of: neither.changing("significantHarm", to: false)) == ["/data/consent missing-member"])
        #expect(violations(of: neither.changing("significantHarm", to: true)) == [])
        #expect(violations(of: neither.changing("sensitive", to: false)) == [])
    }

    @Test("A mistyped word gets a hint")
    func hints() {
        let error = #expect(throws: InvalidEvent.self) {
            try EventSample.of(.disclosureRequested).changing("purpos", to: "x").changing("purpose", to: nil).decoded()
        }
        // One mistake, one violation: `purpose` is not reported missing as well.
        #expect(error?.violations.map(\.pointer) == ["/data/purpos"])
        #expect(error?.violations.first?.detail.contains("did you mean `purpose`?") == true)
    }

    @Test("A type under sharing. that is not known is refused; another prefix is taken as foreign")
    func types() throws {
        let sample = EventSample.of(.disclosureRequested).changing("/data", to: .object(["whatever": [1]]))
        #expect(violations(of: sample.changing("/type", to: "sharing.disclosure.asked.v1")) == ["/type unknown-type"])
        #expect(
            violations(of: sample.changing("/type", to: "sharing.disclosure.requested.v2")) == ["/type unknown-type"])
        let foreign = sample.changing("/type", to: "org.example.thing.v1")
        #expect(try foreign.decoded().data == .foreign)
        #expect(try foreign.changing("/subject", to: .null).decoded().authorRule == .anyAgency)
        #expect(violations(of: foreign.changing("/data", to: "text")) == ["/data wrong-type"])
        var concealing = foreign
        concealing.sdPointers = ["/data/x"]
        #expect(violations(of: concealing) == ["/data/x not-concealable"])
    }

    @Test("Nothing but content, and a decision's reasons, may be concealed")
    func concealment() {
        for sample in EventSample.all {
            var concealing = sample
            concealing.sdPointers.append("/data/decision/items/0")
            #expect(violations(of: concealing).isEmpty == (sample.type == .disclosureDecided))
        }
    }

    @Test("Content must have a summary in a referral, and names that are item codes")
    func content() {
        var sample = EventSample.of(.referralSubmitted)
        sample.content = JSONObject([("health.mental", "x")])
        #expect(violations(of: sample) == ["/data/content missing-content"])
        sample.content = JSONObject([("referral.summary", "x"), ("Not an item", "y")])
        #expect(violations(of: sample) == ["/data/content bad-format"])
        sample.content = JSONObject([("referral.summary", "x"), ("quite.unknown-to-all", "y")])
        #expect(violations(of: sample) == [])
    }

    @Test("A gdpr consent cannot be to everybody, the other kinds can")
    func everybody() {
        let sample = EventSample.of(.consentGiven).changing("recipients", to: ["*"])
        #expect(violations(of: sample) == [])
        #expect(violations(of: sample.changing("kind", to: "gdpr")) == ["/data/recipients conflict"])
    }

    @Test("A proposed agreement with a mistake is refused with its line")
    func badDocument() {
        let error = #expect(throws: InvalidEvent.self) {
            try EventSample.of(.agreementProposed).changing("document", to: "agreement: x\nversoin: 1\n").decoded()
        }
        let violation = error?.violations.first { $0.code == "unknown-member" }
        #expect(violation?.pointer == "/data/document")
        #expect(violation?.detail.hasPrefix("line 2, column 1: ") == true)
        #expect(violation?.detail.contains("`version`") == true)
    }

    private func violations(of sample: EventSample) -> [String] {
        do throws(InvalidEvent) {
            _ = try sample.decoded()
            return []
        } catch {
            return error.violations.map { "\($0.pointer) \($0.code)" }
        }
    }
}
