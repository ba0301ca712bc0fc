import Encodings
import EventStore
import Foundation
import Support
import Testing

/// `agreement who-can` and `matrix` asked of a running site, and agreements that contradict themselves or each other.
@Suite struct ServedAgreementTests {
    private static func early(_ name: String, _ world: PolicyHouse, consent: String) -> String {
        MadeUpAgreement.flow(
            name, from: world.trust.id, to: world.council.id, for: "complaint", "housing, finance", consent: consent)
    }

    private func run(_ arguments: [String], _ world: PolicyHouse) async throws -> Executable.Result {
        let key = world.house.folder.path("trust.jwk")
        if !FileManager.default.fileExists(atPath: key) {
            try KeyFile.write(world.trust.key.privateJWK.text, to: key)
        }
        return try await Executable.sharectl.run(
            ["agreement"] + arguments + [
                "--server", world.daemon.server, "--key", key, "--as", world.trust.id,
            ])
    }

    @Test func `a site answers who can see an item, and its matrix, as its folder does, of what all parties signed`()
        async throws
    {
        let world = try await PolicyHouse()
        try await world.agree(
            MadeUpAgreement(
                name: "signed", parties: [world.trust.id, world.council.id],
                flows: [Self.early("open", world, consent: "not-required")]), [world.trust, world.council])
        // Proposed and signed by one: nobody can see anything through it.
        try await world.agree(
            MadeUpAgreement(
                name: "unsigned", parties: [world.trust.id, world.school.id],
                flows: [
                    MadeUpAgreement.flow("hidden", from: world.trust.id, to: world.school.id, "housing")
                ]), [world.trust])
        for command in [["who-can", "--item", "housing"], ["matrix"]] {
            let served = try await run(command + ["--format", "json"], world)
            #expect(served.code == 0, "\(served.errors)")
            let rows = try #require(try JSON.parse(Array(served.output.utf8)).array)
            let flows = Set(rows.compactMap { $0["flow"]?.string })
            #expect(flows.contains("signed/1/open"), "\(served.output)")
            #expect(!flows.contains { $0.hasPrefix("unsigned/") })
            let read = try await Executable.sharectl.run(
                ["agreement"] + command + ["--format", "json", "--data", world.house.data])
            #expect(read.code == 0, "\(read.errors)")
            #expect(try JSON.parse(Array(read.output.utf8)) == .array(rows))
        }
        let table = try await run(["who-can", "--item", "housing"], world)
        #expect(table.output.contains("signed/1/open"), "\(table.output)")
        let unknown = try await run(["who-can", "--item", "health.humour"], world)
        #expect(unknown.code == 2 && unknown.errors.contains("`health.humour` is no item of the baseline"))
        await world.daemon.stop()
    }

    @Test func `flows of one agreement that contradict each other are refused by its check, with both places`()
        async throws
    {
        let folder = try TemporaryFolder()
        let file = folder.path("two-ways.yaml")
        let (from, to) = ("ods:RBS25", "gss:E08000012")
        let agreement = MadeUpAgreement(
            name: "two-ways", parties: [from, to],
            flows: [
                MadeUpAgreement.flow("first", from: from, to: to, "housing"),
                MadeUpAgreement.flow("second", from: from, to: to, "housing, finance", consent: "required"),
            ])
        try agreement.document.write(toFile: file, atomically: true, encoding: .utf8)
        let baseline = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../config/baseline.yaml").standardized.path
        let checked = try await Executable.sharectl.run(["agreement", "check", file, "--baseline", baseline])
        #expect(checked.code == 1)
        let said = checked.output + checked.errors
        #expect(said.contains("two-ways.yaml:"), "\(said)")
        #expect(said.contains("flows `first` (line 11) and `second` both cover housing"), "\(said)")
        #expect(said.contains("different consent") && said.contains("let them differ in agencies, purpose or items"))
    }

    /// No flow can take away what another one allows: a person who needs neither consent nor luck is not refused for the order of two names.
    @Test(arguments: [("a-open", "b-asking"), ("b-open", "a-asking")])
    func `of two agreements that contradict each other the one that permits speaks, whatever they are called`(
        open: String, asking: String
    ) async throws {
        let world = try await PolicyHouse()
        for (name, consent) in [(open, "not-required"), (asking, "required")] {
            try await world.agree(
                MadeUpAgreement(
                    name: name, parties: [world.trust.id, world.council.id],
                    flows: [Self.early("flow", world, consent: consent)]), [world.trust, world.council])
        }
        let person = "local:\(world.trust.id):1"
        let asked = try await world.ask(world.council, world.trust, ["housing"], for: "complaint", about: person)
        let decision = try await world.decision(asked, as: world.trust)
        #expect(decision["outcome"] == "permitted", "\(decision.text)")
        #expect(decision["items"]?.array?.first?["flow"]?.string == "\(open)/1/flow")
        // With the open one suspended the other one speaks, and says what it lacks.
        try await world.post(
            "agreement.suspended", by: world.trust,
            ["agreement": .string(open), "version": 1, "reason": "looked at again"])
        let again = try await world.ask(world.council, world.trust, ["housing"], for: "complaint", about: person)
        #expect(try await world.decision(again, as: world.trust).codes == ["consent-absent"])
        await world.daemon.stop()
    }
}
