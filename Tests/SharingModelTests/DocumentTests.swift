import Foundation
import SharingModel
import Testing

@Suite("Documents")
struct DocumentTests {
    static let mash = "config/agreements/liverpool-mash.yaml"

    @Test(
        "The agreements that come with the project hold against its baseline, without a warning",
        arguments: ["liverpool-mash", "early-help", "direct-care"])
    func shipped(name: String) throws {
        let file = "config/agreements/\(name).yaml"
        let document = try AgreementDocument(parsing: Configuration.text(file), file: file)
        #expect(AgreementCheck.problems(in: document, against: try Configuration.baseline()) == [])
        let facts = Dictionary(
            uniqueKeysWithValues: document.agreement.parties.map { party in
                let kind: AgencyKind =
                    party.agency.scheme == .ods ? .nhs : party.agency.scheme == .gss ? .council : .education
                return (party.agency, PartyFacts(kind: kind, publicAuthority: true))
            })
        #expect(AgreementCheck.problems(in: document, against: try Configuration.baseline(), parties: facts) == [])
    }

    @Test("An agreement is read as it is written")
    func reading() throws {
        let agreement = try Agreement.parse(yaml: Configuration.text(Self.mash), file: Self.mash)
        #expect(agreement.id.text == "liverpool-mash")
        #expect(agreement.version == 3)
        #expect(agreement.parties.map(\.agency.text) == ["ods:RBS25", "gss:E08000012", "urn:104714"])
        let flow = try #require(agreement.flows.first)
        #expect(agreement.reference(to: flow) == "liverpool-mash/3/nhs-to-council-safeguarding")
        #expect(flow.from.covers(try AgencyID("ods:RBS25"), kind: .nhs))
        #expect(!flow.from.covers(try AgencyID("ods:RBS26"), kind: .nhs))
        #expect(flow.subjects == SubjectRange(to: 18))
        #expect(flow.subjects.covers(age: 17) && !flow.subjects.covers(age: 18))
        #expect(flow.covers(try #require(ItemCode("risk.to-child"))))
        #expect(!flow.covers(try #require(ItemCode("health.mental"))))
        #expect(flow.basis.confidentiality.gateway.text == "public-interest")
        #expect(flow.basis.special?.policyDocument?.ref == "APD-7")
        #expect(flow.conditions.openReferral && flow.conditions.maxStaleness?.seconds == 900)
        #expect(flow.breakGlass.map(\.text) == ["social-worker"])
        #expect(flow.obligations.list.map(\.kind) == ["receipt", "onward", "notify-subject"])
        #expect(agreement.flows[1].obligations.notifySubject == .yes)
        #expect(agreement.flows[4].from.covers(try AgencyID("urn:100000"), kind: .education))
        #expect(agreement.flows[4].conditions.roles == nil)
    }

    /// One change to a good agreement, and what must be said of it: line, code, and a part of message or hint.
    static let mistakes: [(old: String, new: String, code: String, says: String)] = [
        ("    consent: not-required\n", "    consnet: not-required\n", "unknown-member", "did you mean `consent`?"),
        ("consent: not-required\n", "consent: not-requierd\n", "not-in-list", "did you mean `not-required`?"),
        ("version: 3", "version: \"3\"", "wrong-type", "expected a whole number"),
        ("from: 2026-04-01", "from: 2026-04-31", "bad-format", "2026-01-31"),
        (
            "agency: gss:E08000012", "agency: gss:E0800012", "bad-identifier",
            "an ONS code is a capital letter and 8 digits"
        ),
        ("role: controller", "role: boss", "not-in-list", "controller, joint-controller, processor"),
        ("subjects: {to: 18}", "subjects: {upto: 18}", "unknown-member", "`upto`"),
        ("maxStaleness: 15m", "maxStaleness: quarter", "bad-format", "15m, 72h or 30d"),
        ("from: [ods:RBS25]", "from: everybody", "not-in-list", "parties"),
        ("title: Multi", "title: Multi: x\nnation: wales\ntitle: Multi", "not-yaml", "mapping values"),
        ("nation: england", "nation: england\nnation: wales", "not-yaml", "nation"),
        ("nation: england", "nation: &n england", "not-allowed", "an anchor or alias"),
        ("  - id: attendance", "\t- id: attendance", "not-yaml", "token"),
    ]

    @Test("A mistake in an agreement is told with its line and what to do", arguments: mistakes.indices)
    func mistake(row: Int) throws {
        let (old, new, code, says) = Self.mistakes[row]
        let text = try Configuration.text(Self.mash)
        let range = try #require(text.range(of: old))
        let lines = text[..<range.lowerBound].count { $0 == "\n" } + 1
        let error = #expect(throws: DocumentError.self) {
            try Agreement.parse(yaml: text.replacingCharacters(in: range, with: new), file: "mash.yaml")
        }
        let problem = try #require(error?.problems.first)
        #expect(problem.code == code)
        #expect((lines...lines + 1).contains(problem.line))
        #expect(problem.description.hasPrefix("mash.yaml:\(problem.line):\(problem.column): error: "))
        #expect(problem.description.contains(says))
    }

    @Test("All mistakes are told at once, in the order of the file")
    func allAtOnce() throws {
        let text = try Configuration.text(Self.mash).replacing("consent: not-required", with: "consent: maybe")
            .replacing("title: ", with: "titel: ")
        let error = #expect(throws: DocumentError.self) { try Agreement.parse(yaml: text, file: "m") }
        let lines = error?.problems.map(\.line) ?? []
        #expect(lines.count == 4)
        #expect(lines == lines.sorted())
    }

    @Test("Text that would take a parser down is refused", arguments: ["[", "{a: ", "- ", "? "])
    func deep(piece: String) {
        let text = String(repeating: piece, count: Limits.documentBytes / piece.utf8.count)
        #expect(throws: DocumentError.self) { try Agreement.parse(yaml: text, file: "deep") }
        #expect(throws: DocumentError.self) { try Agreement.parse(yaml: text + "x", file: "long") }
    }

    @Test("Aliases that would stand for gigabytes are refused before they are followed")
    func bomb() {
        let text = "a: &a [x,x,x,x]\n" + (0..<9).map { "b\($0): &b\($0) [*a,*a,*a]\n" }.joined()
        let error = #expect(throws: DocumentError.self) { try Agreement.parse(yaml: text, file: "bomb") }
        #expect(error?.problems.first?.line == 1)
        #expect(error?.problems.first?.column == 4)
        // One that pretends to stand in quotes, and one in what looks like a comment.
        for hidden in ["x: [a 'b, &a [x], c'd]\n", "x: {'a # ': &a [x]}\n", "x: \"\n# \"\ny: &a\n", "\"x\":&a 1\n"] {
            let error = #expect(throws: DocumentError.self) { try Agreement.parse(yaml: hidden, file: "bomb") }
            #expect(error?.problems.map(\.code) == ["not-allowed"])
        }
    }

    /// One change to a good agreement that leaves it well formed, and the problem it makes.
    static let flaws: [(old: String, new: String, code: String, severity: DocumentProblem.Severity)] = [
        ("items: [identity, contact, risk,", "items: [identity, contact, rsik,", "unknown-code", .error),
        ("purpose: early-help", "purpose: erly-help", "unknown-code", .error),
        ("roles: [social-worker, nurse]", "roles: [social-worker, nurs]", "unknown-code", .error),
        ("power: children-act-2004-s11", "power: children-act-2004-s12", "unknown-code", .error),
        ("confidentiality: public-interest", "confidentiality: public-intrest", "unknown-code", .error),
        (
            "      special: {article9: substantial-public-interest, schedule1: safeguarding, policyDocument: {ref: APD-7, reviewed: 2026-01-10}}\n",
            "", "missing-special", .error
        ),
        (
            "schedule1: safeguarding, policyDocument: {ref: APD-7, reviewed: 2026-01-10}", "schedule1: safeguarding",
            "missing-policy-document", .error
        ),
        (
            ", schedule1: safeguarding, policyDocument: {ref: APD-7, reviewed: 2026-01-10}", "", "missing-schedule1",
            .error
        ),
        ("schedule1: safeguarding", "schedule1: health-or-social-care", "wrong-schedule1", .error),
        ("items: [identity, education.attendance]", "items: [identity, police]", "missing-criminal", .error),
        ("confidentiality: public-interest", "confidentiality: implied-direct-care", "not-for-this-purpose", .error),
        ("confidentiality: public-interest", "confidentiality: statute", "missing-statute", .error),
        ("confidentiality: public-interest", "confidentiality: {statute: children-act-1989-s47}", "", .error),
        ("confidentiality: public-interest", "confidentiality: consent", "consent-not-asked", .error),
        ("      power: children-act-2004-s11\n", "", "missing-power", .error),
        (
            "article6: public-task\n      power: children-act-2004-s11", "article6: legitimate-interests",
            "basis-not-for-public-authority", .error
        ),
        ("dpia: {ref: DPIA-2026-014, approved: 2026-02-11}\n", "", "missing-dpia", .error),
        (", signatory: Headteacher", "", "missing-signatory", .error),
        ("until: 2027-03-31", "until: 2026-03-31", "never-applies", .error),
        ("from: [ods:RBS25]", "from: [ods:RBS26]", "not-a-party", .error),
        ("to: [gss:E08000012]", "to: [ods:RBS25]", "never-applies", .error),
        ("subjects: {from: 4, to: 19}", "subjects: {from: 19, to: 19}", "never-applies", .error),
        ("inseparable: [[contact,", "inseparable: [[housing,", "never-applies", .error),
        ("nation: england", "nation: wales", "other-nation", .error),
        (", review: 2026-12-01", "", "no-review", .warning),
        ("review: 2026-12-01", "review: 2027-04-01", "review-out-of-time", .warning),
        ("review: 2026-12-01", "review: 2026-03-31", "review-out-of-time", .warning),
        ("approved: 2026-02-11", "approved: 2026-04-02", "dpia-late", .warning),
        ("    decide: [headteacher, duty-manager]\n", "", "nobody-decides", .warning),
        ("purpose: early-help", "purpose: safeguarding-children", "contradicting-flows", .error),
    ]

    @Test("A flaw in an agreement is found, with its place", arguments: flaws.indices)
    func flaw(row: Int) throws {
        let (old, new, code, severity) = Self.flaws[row]
        let text = try Configuration.text(Self.mash)
        let range = try #require(text.range(of: old))
        let document = try AgreementDocument(parsing: text.replacingCharacters(in: range, with: new), file: "mash.yaml")
        let problems = AgreementCheck.problems(in: document, against: try Configuration.baseline())
        guard !code.isEmpty else {
            #expect(problems == [])
            return
        }
        let problem = try #require(problems.first { $0.code == code })
        #expect(problem.severity == severity)
        #expect(problem.line > 0)
    }

    @Test(
        "Where it is not known what the parties are, a basis closed to public authorities is an error for those of public schemes"
    )
    func presumedAuthority() throws {
        let closed = try Configuration.text("config/agreements/direct-care.yaml")
            .replacing("article6: public-task", with: "article6: legitimate-interests")
        let cases: [(String, String, DocumentProblem.Severity)] = [
            ("ods:RND", "ods:RYE", .error), ("org:ch:1", "gss:E08000012", .error), ("urn:104714", "org:ch:2", .error),
            ("org:ch:1", "org:ch:2", .warning),
        ]
        for (one, other, severity) in cases {
            let text = closed.replacing("ods:RND", with: one).replacing("ods:RYE", with: other)
            let document = try AgreementDocument(parsing: text, file: "d")
            let baseline = try Configuration.baseline()
            let found = AgreementCheck.problems(in: document, against: baseline).filter {
                $0.code == "basis-not-for-public-authority"
            }
            #expect(found.map(\.severity) == [severity], "\(one) and \(other)")
            // Once it is registered, that alone counts.
            let registered = PartyFacts(kind: .private, publicAuthority: false)
            let facts = Dictionary(
                uniqueKeysWithValues: document.agreement.parties.map { ($0.agency, registered) })
            let problems = AgreementCheck.problems(in: document, against: baseline, parties: facts)
            #expect(!problems.contains { $0.code == "basis-not-for-public-authority" })
        }
    }

    @Test("A party that no flow concerns is asked about, once it is sure that none does")
    func idleParty() throws {
        let idle = "parties:\n  - {agency: ods:RYE, role: controller, signatory: Chief Executive}\n"
        for (name, count) in [("early-help", 1), ("liverpool-mash", 0)] {
            let text = try Configuration.text("config/agreements/\(name).yaml").replacing("parties:\n", with: idle)
            let document = try AgreementDocument(parsing: text, file: "d")
            let problems = AgreementCheck.problems(in: document, against: try Configuration.baseline())
            #expect(problems.count { $0.code == "idle-party" && $0.severity == .warning } == count, "\(name)")
        }
    }

    @Test("Flows contradict each other where the same parties stand at the ends of both")
    func contradictions() throws {
        let text = try Configuration.text("config/agreements/direct-care.yaml")
        let flow = try #require(text.range(of: "  - id: direct-care").map { text[$0.lowerBound...] })
        let cases: [(String, String, DocumentProblem.Severity?)] = [
            ("parties", "parties", .error), ("parties", "[ods:RND, ods:RYE]", .error),
            ("{kinds: [nhs, council]}", "{kinds: [council]}", .error), ("{kinds: [nhs]}", "{kinds: [council]}", nil),
            ("parties", "{kinds: [nhs]}", .warning),
        ]
        for (one, other, severity) in cases {
            let first = text.replacing("parties\n    to: parties", with: "\(one)\n    to: \(one)")
            let second = flow.replacing("parties\n    to: parties", with: "\(other)\n    to: \(other)")
                .replacing("- id: direct-care", with: "- id: other")
                .replacing("consent: not-required", with: "consent: required")
                .replacing("family, health,", with: "family, health.summary,")
            let document = try AgreementDocument(parsing: first + "\n" + second, file: "d")
            let problems = AgreementCheck.problems(in: document, against: try Configuration.baseline())
            #expect(problems.map(\.code) == (severity == nil ? [] : ["contradicting-flows"]), "\(one) and \(other)")
            #expect(problems.first?.severity == severity, "\(one) and \(other)")
        }
    }

    @Test("A basis closed to public authorities is an error once a party is known to be one")
    func publicAuthority() throws {
        let text = try Configuration.text(Self.mash).replacing(
            "article6: public-task", with: "article6: legitimate-interests")
        let document = try AgreementDocument(parsing: text, file: "mash.yaml")
        let council = [try AgencyID("gss:E08000012"): PartyFacts(kind: .council, publicAuthority: true)]
        let problems = AgreementCheck.problems(in: document, against: try Configuration.baseline(), parties: council)
        #expect(problems.filter { $0.code == "basis-not-for-public-authority" && $0.severity == .error }.count == 5)
    }

    @Test("A rule that is not yet in force is a warning or an error, by the agreement's dates")
    func notInForce() throws {
        let text = try Configuration.text("config/agreements/direct-care.yaml")
            .replacing("article6: public-task", with: "article6: recognised-legitimate-interest")
        let baseline = try Configuration.baseline()
        for (until, severity) in [("2028-12-31", DocumentProblem.Severity.warning), ("2026-02-04", .error)] {
            let document = try AgreementDocument(
                parsing: text.replacing("until: 2028-12-31", with: "until: \(until)"), file: "d")
            let problem = AgreementCheck.problems(in: document, against: baseline).first { $0.code == "not-in-force" }
            #expect(problem?.severity == severity)
        }
    }
}
