import Encodings
import Foundation
import Support
import Testing

/// The tools for people who write agreements, as they are called at a terminal.
@Suite struct AgreementToolsTests {
    private static let config = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../config")
        .standardized.path
    private static let mash = config + "/agreements/liverpool-mash.yaml"
    private static let kinds = [
        "--baseline", config + "/baseline.yaml", "--kind", "ods:RBS25=nhs,gss:E08000012=council,urn:104714=education",
    ]

    private func agreement(_ arguments: String...) async throws -> Executable.Result {
        try await Executable.sharectl.run(["agreement"] + arguments)
    }

    private func agreement(_ arguments: [String]) async throws -> Executable.Result {
        try await Executable.sharectl.run(["agreement"] + arguments)
    }

    /// An agreement with some of its words replaced, in a file.
    private func changed(_ path: String, _ old: String, _ new: String, in folder: TemporaryFolder) throws -> String {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains(old))
        let copy = folder.path("changed.yaml")
        try text.replacing(old, with: new).write(toFile: copy, atomically: true, encoding: .utf8)
        return copy
    }

    @Test func `the cases that come with the project pass, and a wrong one is shown with what was found`() async throws
    {
        let passed = try await agreement("test", Self.config + "/cases")
        #expect(passed.code == 0, "\(passed.output)\(passed.errors)")
        #expect(passed.errors.contains("cases, 0 not as expected"))
        let folder = try TemporaryFolder()
        let draft = try changed(Self.mash, "subjects: {from: 4, to: 19}", "subjects: {from: 5, to: 19}", in: folder)
        let failed = try await agreement("test", Self.config + "/cases/ages.yaml", "--draft", draft)
        #expect(failed.code == 1)
        #expect(failed.output.contains("on the fourth birthday"))
        #expect(failed.output.contains("expected: permitted"))
        #expect(failed.output.contains("found:    withheld person-not-covered"))
        let wrong = folder.path("wrong.yaml")
        try "about: x\ncases:\n  - {name: a, rule: r, given: {consent: []}, expect: {outcome: refused, items: {}}}\n"
            .write(toFile: wrong, atomically: true, encoding: .utf8)
        let unreadable = try await agreement("test", wrong)
        #expect(unreadable.code == 1)
        #expect(unreadable.errors.contains("wrong.yaml:3:"))
        #expect(unreadable.errors.contains("did you mean `consents`?"))
    }

    @Test func `a matrix is a table, a spreadsheet or a page`() async throws {
        let table = try await agreement(["matrix", Self.mash] + Self.kinds)
        #expect(table.code == 0, "\(table.errors)")
        #expect(table.output.contains("ods:RBS25 to gss:E08000012"))
        #expect(table.output.contains("special: substantial-public-interest, safeguarding"))
        let csv = try await agreement(["matrix", Self.mash, "--format", "csv"] + Self.kinds)
        #expect(csv.output.hasPrefix("from,to,purpose,items,"))
        #expect(csv.output.split(separator: "\r\n").count == 7)
        let page = try await agreement(["matrix", Self.mash, "--format", "html"] + Self.kinds)
        #expect(page.output.hasPrefix("<!DOCTYPE html>"))
        #expect(page.output.contains("Multi-agency safeguarding hub, information sharing agreement"))
    }

    @Test func `who can see an item is told, and that nobody can is an answer too`() async throws {
        let seen = try await agreement(
            ["who-can", "--item", "education.attendance", Self.mash, "--format", "json"] + Self.kinds)
        #expect(seen.code == 0, "\(seen.errors)")
        let rows = try JSON.parse(Array(seen.output.utf8)).array ?? []
        let flows = rows.compactMap { $0["flow"]?.string }
        #expect(flows.contains("liverpool-mash/3/attendance"))
        #expect(flows.contains("liverpool-mash/3/school-to-council-safeguarding"))
        #expect(flows.count { $0 == "share-first" } == 2)
        let unknown = try await agreement(["who-can", "--item", "health.humour", Self.mash] + Self.kinds)
        #expect(unknown.code == 2)
        #expect(unknown.errors.contains("`health.humour` is no item of the baseline"))
    }

    @Test func `a difference in effect is found, and one in wording is none`() async throws {
        let folder = try TemporaryFolder()
        let early = Self.config + "/agreements/early-help.yaml"
        let reworded = try changed(early, "title: Early help", "title: Help", in: folder)
        let same = try await agreement(["diff", early, reworded] + Self.kinds)
        #expect(same.code == 0, "\(same.output)\(same.errors)")
        #expect(same.output.isEmpty)
        let more = try changed(early, "social.plan, person.views", "social.plan, housing, person.views", in: folder)
        let different = try await agreement(["diff", early, more, "--format", "json"] + Self.kinds)
        #expect(different.code == 1)
        let answer = try JSON.parse(Array(different.output.utf8))
        #expect(answer["same"]?.bool == false)
        let changes = answer["changes"]?.array ?? []
        #expect(Set(changes.compactMap { $0["items"]?.array?.first?.string }) == ["housing"])
        #expect(changes.contains { $0["after"]?["result"]?.string == "permitted" })
    }

    @Test func `a simulation reads a site's folder beside its daemon, and names nobody`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        let request = try house.compose(
            "disclosure.requested", house.council.id, house.council.key, TestHouse.person,
            .object([
                "from": .string(house.trust.id), "to": .string(house.council.id), "purpose": "early-help",
                "items": ["identity"], "reason": "needed", "actor": .object(["id": "w", "role": "social-worker"]),
            ]))
        let answer = try await TestHouse.post(daemon, request)
        #expect(answer.json["outcome"]?.string == "refused")
        let folder = try TemporaryFolder()
        let draft = folder.path("draft.yaml")
        try """
        agreement: draft
        version: 1
        title: A draft
        nation: england
        parties: [{agency: "\(house.trust.id)", role: controller, signatory: a}, {agency: "\(house.council.id)", role: controller, signatory: b}]
        inForce: {from: 2030-01-01}
        flows:
          - id: all
            from: parties
            to: parties
            purpose: early-help
            subjects: any
            items: [identity]
            basis: {article6: public-task, power: children-act-2004-s10, confidentiality: none-owed}
            consent: not-required

        """.write(toFile: draft, atomically: true, encoding: .utf8)
        let found = try await agreement("simulate", draft, "--since", "2026-01-01", "--data", house.data)
        #expect(found.code == 1, "\(found.errors)")
        #expect(found.output.contains("identity: withheld to permitted"))
        #expect(found.errors.contains("1 of 1 decisions would flip"))
        #expect(!(found.output + found.errors).contains(TestHouse.person.dropFirst(4)))
        let later = try await agreement("simulate", draft, "--since", "2099-01-01", "--data", house.data)
        #expect(later.code == 0, "\(later.errors)")
        let seen = try await agreement("who-can", "--item", "identity", "--data", house.data)
        #expect(seen.output.contains("share-first"))
        await daemon.stop()
    }
}
