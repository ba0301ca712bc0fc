import Foundation
import SharingModel
import Testing

@Suite("Files of cases")
struct CaseDocumentTests {
    static let good = """
        about: A test
        given:
          baseline: baseline.yaml
          agreements: [one.yaml, {file: two.yaml, suspended: true}]
          clock: 2026-11-22T12:00:00Z
          agencies:
            ods:RND: {kind: nhs, publicAuthority: true}
            ods:RYE: {kind: nhs}
          born: 2015-01-01
        when: {act: request, from: ods:RND, to: ods:RYE, purpose: direct-care, role: nurse, items: [identity]}
        cases:
          - name: first
            rule: a rule
            given: {clock: 2027-01-01}
            expect: {outcome: permitted, items: {identity: permitted by a/1/b}}
          - name: second
            rule: another rule
            like: first
            given: {born: unknown}
            when: {act: delivery, items: [health]}
            expect: {outcome: refused, items: {health: withheld item-not-covered}}

        """

    @Test("What a case leaves out comes from the case it is like, then from its file")
    func inheritance() throws {
        let cases = try CaseDocument(parsing: Self.good, file: "cases.yaml").cases
        #expect(cases.map(\.name) == ["first", "second"])
        #expect(cases.map(\.line) == [12, 16])
        #expect(cases.map(\.given.clock.description) == ["2027-01-01", "2027-01-01"])
        #expect(cases.map(\.given.born?.date.description) == ["2015-01-01", nil])
        #expect(cases.map(\.when.act) == [.request, .delivery])
        #expect(cases.map { $0.when.items.map(\.text) } == [["identity"], ["health"]])
        #expect(cases[1].when.role.text == "nurse")
        #expect(cases[1].given.agreements.map(\.document.path) == ["one.yaml", "two.yaml"])
        #expect(cases[1].given.agreements.map(\.suspended) == [false, true])
    }

    /// One change to a good file, and what must be said of it: code, line, and a part of message or hint.
    static let mistakes: [(old: String, new: String, code: String, line: Int, says: String)] = [
        ("    rule: a rule\n", "", "missing-member", 12, "`rule` is required"),
        ("rule: a rule", "rul: a rule", "unknown-member", 13, "did you mean `rule`?"),
        ("given: {clock: 2027-01-01}", "given: {clok: 2027-01-01}", "unknown-member", 14, "did you mean `clock`?"),
        ("born: 2015-01-01", "born: never", "bad-format", 9, "`unknown`"),
        ("{kind: nhs}", "{kind: hospital}", "not-in-list", 8, "voluntary"),
        ("outcome: refused", "outcome: denied", "not-in-list", 21, "partly-permitted"),
        ("withheld item-not-covered", "withheld", "bad-format", 21, "withheld CODE"),
        ("withheld item-not-covered", "withheld item-not-coverd", "bad-format", 21, "withheld CODE"),
        ("permitted by a/1/b", "permitted because", "bad-format", 15, "permitted by FLOW"),
        ("{kind: nhs, publicAuthority: true}", "{kind: nhs, public: true}", "unknown-member", 7, "`public`"),
        ("act: request", "act: ask", "not-in-list", 10, "request, referral, delivery"),
        ("like: first", "like: frst", "unknown-reference", 18, "did you mean `first`?"),
        ("like: first", "like: second", "cyclic-reference", 18, "leads back"),
        ("    rule: a rule", "    rule: a rule\n    like: second", "cyclic-reference", 14, "leads back"),
        ("name: second", "name: first", "conflict", 12, "a name of its own"),
        ("  baseline: baseline.yaml\n", "", "missing-member", 13, "`baseline` is said neither here nor"),
        (", role: nurse", "", "missing-member", 12, "`role` is said neither here nor"),
        ("to: ods:RYE", "to: ods:RYF", "unknown-reference", 12, "ods:RYF is not among the agencies given"),
        ("cases:", "cases: []\nmore:", "unknown-member", 12, "`more`"),
    ]

    /// One more member of `given`, or of `when`, in the second case, and what must be said of it.
    static let mistakenFacts: [(member: String, code: String, says: String)] = [
        ("given: {objections: [{recipients: [council]}]}", "missing-member", "`purposes` is required"),
        (
            "given: {objections: [{purposes: [audit], recipients: [council], changes: [uphold]}]}", "not-in-list",
            "upheld"
        ),
        ("given: {courtOrders: [{effect: forbids, recipients: [council]}]}", "not-in-list", "prohibits, requires"),
        ("given: {courtOrders: [{effect: prohibits, recipients: [court]}]}", "bad-identifier", "unknown agency scheme"),
        ("given: {courtOrders: [{effect: prohibits, recipients: [council], discharged: yes}]}", "wrong-type", "true"),
        ("given: {shields: [{from: [ods:RYE]}]}", "unknown-member", "`from`"),
        ("given: {deaths: [{date: 2026-11-01}]}", "missing-member", "`verified` is required"),
        ("given: {died: 2026-11-01}", "unknown-member", "`died`"),
        ("given: {capacity: [{outcome: lacking, basis: mca}]}", "not-in-list", "has, lacks"),
        ("given: {representatives: [{basis: parent}]}", "not-in-list", "parental-responsibility"),
        ("given: {bestInterests: [{purposes: [audit]}]}", "missing-member", "`recipients` is required"),
        ("given: {received: [{from: ods:RYE, items: []}]}", "too-few", "1"),
        ("given: {born: {expect: 2027-01-01}}", "unknown-member", "did you mean `expected`?"),
        ("when: {act: delivery, breakGlass: true}", "wrong-type", "object"),
        ("when: {act: delivery, breakGlass: {code: risk}}", "missing-member", "`justification` is required"),
        (
            "when: {act: referral, breakGlass: {code: risk, justification: none}}", "conflict",
            "the delivery that answers"
        ),
        ("when: {act: referral, publicTask: true}", "conflict", "by somebody who asks"),
        ("when: {act: request, withoutConsent: cannot-be-given}", "conflict", "one of the `resolutions`"),
        ("when: {act: request, informed: true}", "conflict", "by somebody who offers"),
        ("when: {act: request, noneKnown: [identity]}", "conflict", "by somebody who offers"),
        ("when: {act: delivery, noneKnown: [finance]}", "unknown-reference", "name it under `items`"),
        ("when: {act: delivery, resolutions: [{items: []}]}", "missing-member", "`role` is required"),
        (
            "when: {act: delivery, resolutions: [{role: nurse, items: [{item: identity, result: permitted, exception: none}]}]}",
            "conflict", "a reason to withhold"
        ),
        (
            "when: {act: delivery, resolutions: [{role: nurse, items: [{item: identity, result: withheld}, {item: identity, result: permitted}]}]}",
            "conflict", "settled once"
        ),
    ]

    @Test(
        "A mistake in what is known or decided is told with its line and what to do", arguments: mistakenFacts.indices)
    func mistakenFact(row: Int) throws {
        let (member, code, says) = Self.mistakenFacts[row]
        let text =
            Self.good + "  - name: third\n    rule: a rule\n    \(member)\n"
            + "    expect: {outcome: refused, items: {identity: withheld item-not-covered}}\n"
        let error = #expect(throws: DocumentError.self) { try CaseDocument(parsing: text, file: "cases.yaml") }
        let problem = try #require(error?.problems.first { $0.code == code }, "\(error?.problems ?? [])")
        #expect(problem.line == 24)
        #expect(problem.description.contains(says), "\(problem)")
    }

    @Test("What is known and decided of a person can be said, and a case takes the place of its file")
    func facts() throws {
        let facts = """
              - name: third
                rule: a rule
                given:
                  born: {expected: 2027-01-15}
                  objections: [{purposes: [audit], recipients: ["*"], changes: [upheld, {verb: lifted, keyRevoked: true}]}]
                  courtOrders:
                    - {effect: prohibits, recipients: [council], discharged: {keyRevoked: true}}
                    - {effect: requires, items: [health], recipients: [council], discharged: true}
                    - {effect: requires, recipients: [council], discharged: false}
                  shields: [{against: ["*"]}, {against: [ods:RYE], lifts: true}]
                  deaths: [{date: 2026-11-01, verified: true}]
                  capacity: [{outcome: lacks, basis: mca}]
                  representatives: [{basis: deputy-health-welfare, until: 2027-01-01}]
                  bestInterests: [{purposes: [audit], recipients: [nhs]}]
                  received: [{from: ods:RYE, items: [finance]}]
                when:
                  breakGlass: {code: risk, justification: at once}
                  publicTask: true
                  resolutions: [{role: nurse, items: [{item: identity, result: withheld, exception: not-reasonable}]}]
                expect: {outcome: refused, breakGlass: false, contact: somebody, items: {identity: withheld shielded}}
              - name: fourth
                rule: a rule
                like: third
                given: {born: unknown, shields: []}
                when: {act: delivery, noneKnown: [identity], informed: true}
                expect: {outcome: refused, items: {identity: withheld shielded}}

            """
        let cases = try CaseDocument(parsing: Self.good + facts, file: "cases.yaml").cases
        let (third, fourth) = (cases[2], cases[3])
        #expect(third.given.born.map { [$0.date.description, "\($0.isExpected)"] } == ["2027-01-15", "true"])
        #expect(third.given.objections.first?.changes.map(\.verb) == [.upheld, .lifted])
        #expect(third.given.objections.first?.changes.map(\.keyRevoked) == [false, true])
        #expect(third.given.courtOrders.map { $0.discharged?.keyRevoked } == [true, false, nil])
        #expect(third.given.shields.map(\.lifts) == [false, true])
        #expect(third.when.breakGlass?.code == "risk" && third.when.publicTask && !third.when.informed)
        #expect(third.when.resolutions.first?.items.first?.exception == "not-reasonable")
        #expect(third.expect.breakGlass == false && third.expect.contact == "somebody")
        #expect(fourth.given.born == nil && fourth.given.shields.isEmpty && fourth.given.deaths.count == 1)
        #expect(fourth.when.informed && fourth.when.noneKnown.map(\.text) == ["identity"])
        #expect(fourth.when.breakGlass != nil && fourth.when.resolutions.count == 1)
    }

    @Test("A mistake in a case is told with its line and what to do", arguments: mistakes.indices)
    func mistake(row: Int) throws {
        let (old, new, code, line, says) = Self.mistakes[row]
        let range = try #require(Self.good.range(of: old))
        let error = #expect(throws: DocumentError.self) {
            try CaseDocument(parsing: Self.good.replacingCharacters(in: range, with: new), file: "cases.yaml")
        }
        let problem = try #require(error?.problems.first { $0.code == code })
        #expect(problem.file == "cases.yaml")
        #expect(problem.line == line)
        #expect(problem.description.contains(says))
    }
}
