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
        #expect(cases.map(\.given.born?.description) == ["2015-01-01", nil])
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
