import Foundation
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("Policy cases")
struct CaseTests {
    private static let folder = Shipped.config.appending(path: "cases")

    private static func documents() throws -> [CaseDocument] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        return try names.sorted().map { try CaseDocument(parsing: Shipped.text("cases/\($0)"), file: $0) }
    }

    private static func library(drafts: [Agreement] = []) -> CaseLibrary {
        CaseLibrary(drafts: drafts) { path, _ in
            try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        }
    }

    @Test("Every case that comes with the project is answered as it says, and there are many")
    func shipped() throws {
        var library = Self.library()
        let results = try Self.documents().flatMap { $0.run(&library) }
        for result in results where !result.isAsExpected {
            let lines = result.mismatches.map { "\($0.what): expected \($0.expected), found \($0.found)" }
            Issue.record("\(result.policyCase.file):\(result.policyCase.line) \(result.policyCase.name): \(lines)")
        }
        #expect(results.count >= 200)
        #expect(results.allSatisfy { !$0.policyCase.rule.isEmpty })
        print("policy cases: \(results.count)")
    }

    private static let head = """
        about: A test
        given:
          baseline: ../baseline.yaml
          agreements: [../agreements/direct-care.yaml]
          clock: 2026-11-22T12:00:00Z
          agencies: {ods:RND: {kind: nhs, publicAuthority: true}, ods:RYE: {kind: nhs, publicAuthority: true}}
        when: {act: referral, from: ods:RND, to: ods:RYE, purpose: direct-care, role: clinician, items: [identity, police]}
        cases:

        """

    private static func run(_ cases: String, drafts: [Agreement] = []) throws -> [CaseResult] {
        var library = library(drafts: drafts)
        return try CaseDocument(parsing: head + cases, file: "test.yaml").run(&library)
    }

    /// What is expected wrongly, and how that reads.
    static let mismatches: [(expect: String, what: String, expected: String, found: String)] = [
        (
            "outcome: permitted, items: {identity: permitted, police: referred item-not-covered}", "outcome",
            "permitted", "partly-permitted"
        ),
        (
            "outcome: partly-permitted, items: {identity: permitted}", "items.police", "nothing is said of it",
            "referred item-not-covered"
        ),
        (
            "outcome: partly-permitted, items: {identity: permitted, police: withheld role-not-allowed}",
            "items.police", "withheld role-not-allowed", "referred item-not-covered"
        ),
        (
            "outcome: partly-permitted, items: {identity: permitted by attendance, police: referred item-not-covered}",
            "items.identity", "permitted by attendance", "permitted by direct-care-rnd-rye/1/direct-care"
        ),
        (
            "outcome: partly-permitted, items: {identity: permitted, police: referred item-not-covered, finance: referred item-not-covered}",
            "items.finance", "referred item-not-covered", "not decided"
        ),
        (
            "outcome: partly-permitted, items: {identity: permitted, police: referred item-not-covered}, shareFirst: true",
            "shareFirst", "true", "false"
        ),
        (
            "outcome: partly-permitted, items: {identity: permitted, police: referred item-not-covered}, obligations: []",
            "obligations", "", "receipt 72h"
        ),
        (
            "outcome: partly-permitted, items: {identity: permitted, police: referred item-not-covered}, nearest: {code: role-not-allowed}",
            "nearest.code", "role-not-allowed", "item-not-covered"
        ),
        (
            "outcome: partly-permitted, items: {identity: permitted, police: referred item-not-covered}, recipient: [identity, police]",
            "recipient", "identity, police", "identity"
        ),
        (
            "outcome: partly-permitted, items: {identity: permitted, police: referred item-not-covered}, asker: {identity: permitted, police: withheld not-available}",
            "asker.police", "withheld not-available", "referred item-not-covered"
        ),
    ]

    @Test("What is not as expected is told, and nothing else", arguments: mismatches.indices)
    func mismatch(row: Int) throws {
        let (expect, what, expected, found) = Self.mismatches[row]
        let results = try Self.run("  - {name: a, rule: r, expect: {\(expect)}}\n")
        #expect(
            results.first?.mismatches.map { [$0.what, $0.expected, $0.found] } == [[what, expected, found]])
    }

    @Test("A draft takes the place of the agreement of its name")
    func draft() throws {
        let text =
            "  - {name: a, rule: r, expect: {outcome: permitted, items: {identity: permitted, police: permitted}}}\n"
        #expect(try Self.run(text).first?.isAsExpected == false)
        let draft = try Shipped.agreement(
            "direct-care",
            [
                ("items: [identity,", "items: [police, identity,"),
                ("      confidentiality:", "      criminal: {officialAuthority: true}\n      confidentiality:"),
            ])
        #expect(try Self.run(text, drafts: [draft]).first?.isAsExpected == true)
    }

    @Test("A file that is not there, or is wrong, is told at the place where it is named")
    func missingFile() throws {
        for (path, code) in [("nowhere.yaml", "unknown-reference"), ("../baseline.yaml", "bad-reference")] {
            let result = try #require(
                try Self.run(
                    "  - {name: a, rule: r, expect: {outcome: permitted, items: {identity: permitted}}}\n"
                        + "  - name: b\n    rule: r\n    given:\n      agreements:\n        - \(path)\n"
                        + "    expect: {outcome: permitted, items: {identity: permitted}}\n"
                ).last)
            #expect(result.problem?.code == code)
            #expect(result.problem?.line == 14)
            #expect(!result.isAsExpected)
        }
    }
}
