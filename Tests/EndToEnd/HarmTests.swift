import Encodings
import EventStore
import Foundation
import GRDB
import Support
import Testing

/// What would harm a child if it went wrong, through the daemon: a safeguarding referral arrives whole and at once,
/// whatever is missing or broken, and only a court stops it.
@Suite struct HarmTests {
    private static let content: [(String, JSON)] = [
        ("referral.summary", "bruises, and a story that changes"), ("identity", .object(["name": "A. Child"])),
        ("health.mental", "frightened"),
    ]

    private struct Referral {
        let id: UniqueID
        let sender: PolicyHouse.Agency
        let answer: JSON
    }

    private func refer(
        _ world: PolicyHouse, from sender: PolicyHouse.Agency, _ person: String,
        purpose: String =
            "safeguarding-children"
    ) async throws -> Referral {
        let id = UniqueID.random()
        let answer = try await world.post(
            "referral.submitted", by: sender, about: person,
            [
                "from": .string(sender.id), "to": .string(world.council.id), "urgency": "emergency",
                "purpose": .string(purpose), "actor": PolicyHouse.actor("nurse"),
            ], id: id, content: Self.content)
        return Referral(id: id, sender: sender, answer: answer.json)
    }

    /// The very next question of the recipient finds all of it, and both IG leads have it to review.
    private func expectWhole(_ referral: Referral, _ world: PolicyHouse, _ name: String) async throws {
        #expect(referral.answer["outcome"] == "permitted", "\(name): \(referral.answer.text)")
        #expect(referral.answer["decision"]?["shareFirst"] == true, "\(name)")
        let read = try await world.get("/v1/disclosures/\(referral.id)/content", as: world.council)
        try #require(read.status == 200, "\(name): \(read.text)")
        let items = read.json["deliveries"]?.array?.first?["items"]
        for (item, value) in Self.content { #expect(items?[item] == value, "\(name): \(item)") }
        #expect(items?.object?.names.count == Self.content.count, "\(name)")
        for agency in [referral.sender, world.council] {
            let reviews = try await world.get("/v1/reviews?due=true&limit=100", as: agency).json["reviews"]?.array ?? []
            let due = reviews.filter { $0["event"]?.string == referral.id.description }
            #expect(due.map { $0["of"] } == ["share-first"], "\(name): \(agency.id)")
        }
    }

    @Test func `nothing that is missing, objected to or broken holds up a child`() async throws {
        let world = try await PolicyHouse()
        let (trust, council) = (world.trust, world.council)
        let shipped = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../config/agreements/liverpool-mash.yaml"), encoding: .utf8)
        try await world.agree(shipped, "liverpool-mash", version: 3, [trust, council, world.school])
        func person(_ number: Int) -> String { "local:\(trust.id):\(number)" }

        try await expectWhole(refer(world, from: trust, person(1)), world, "an age that nobody knows")

        let objection = UniqueID.random()
        try await world.post(
            "objection.raised", by: trust, about: person(2),
            [
                "purposes": ["safeguarding-children", "early-help"], "items": ["*"], "recipients": ["*"],
                "holders": [.string(trust.id)],
            ], id: objection)
        try await world.post(
            "objection.upheld", by: trust, about: person(2), ["objection": .text(objection), "reason": "weighed"])
        try await expectWhole(refer(world, from: trust, person(2)), world, "an objection on file")
        // The objection does bind where it may.
        let helped = try await refer(world, from: trust, person(2), purpose: "early-help")
        #expect(helped.answer["outcome"] == "refused")

        try await expectWhole(refer(world, from: world.charity, person(3)), world, "no agreement with the referrer")

        // From here on nothing that the trust is asked for this purpose can be evaluated to an end.
        try await world.agree(
            .unrecordable("many", from: trust.id, to: council.id, for: "safeguarding-children"), [trust, council])
        let asked = try await world.ask(
            council, trust, MadeUpAgreement.ordinary, for: "safeguarding-children", about: person(4))
        let failed = try await world.decision(asked, as: trust)
        #expect(failed.codes == ["evaluation-error"] && failed["outcome"] == "referred", "\(failed.text)")
        let explained = try await Executable.sharectl.run([
            "disclose", "explain", asked.description, "--data", world.house.data,
        ])
        #expect(explained.code == 0, "\(explained.output)\(explained.errors)")
        try await expectWhole(refer(world, from: trust, person(4)), world, "an error while evaluating")
        await world.daemon.stop()
    }

    @Test func `a signed agreement that this release cannot read refers what is asked, and holds up no child`()
        async throws
    {
        var world = try await PolicyHouse()
        let (trust, council) = (world.trust, world.council)
        try await world.agree(
            MadeUpAgreement(
                name: "later", parties: [trust.id, council.id],
                flows: [MadeUpAgreement.flow("one", from: trust.id, to: council.id, "identity")]), [trust, council])
        func asked() async throws -> JSON {
            let person = "local:\(trust.id):\(UniqueID.random())"
            let id = try await world.ask(council, trust, ["identity"], for: "complaint", about: person)
            return try await world.decision(id, as: trust)
        }
        #expect(try await asked()["outcome"] == "permitted")
        await world.daemon.stop()
        // What a later release would have taken, and this one would not.
        let projections = try DatabaseQueue(path: world.house.data + "/projections.sqlite")
        try await projections.write {
            try $0.execute(sql: "UPDATE agreement SET document = 'agreement: later' WHERE agreement = 'later'")
        }
        try projections.close()
        world.daemon = try await Daemon.start(world.house.data)
        let failed = try await asked()
        #expect(failed["outcome"] == "referred" && failed.codes == ["evaluation-error"], "\(failed.text)")
        #expect(world.daemon.lines.contains { $0.contains("evaluating it failed") })
        try await expectWhole(refer(world, from: trust, "local:\(trust.id):1"), world, "an agreement nobody can read")
        await world.daemon.stop()
    }

    @Test func `only a court stops it, and the sender is told at once whom to ask`() async throws {
        let world = try await PolicyHouse()
        let person = "local:\(world.trust.id):1"
        let order = UniqueID.random()
        try await world.post(
            "court-order.recorded", by: world.trust, about: person,
            ["effect": "prohibits", "items": ["*"], "recipients": [.string(world.council.id)]], id: order)
        let stopped = try await refer(world, from: world.school, person)
        #expect(stopped.answer["outcome"] == "refused")
        let decision = try #require(stopped.answer["decision"])
        #expect(decision.codes == ["court-prohibits"], "\(decision.text)")
        #expect(decision["items"]?.array?.count == Self.content.count)
        #expect(decision["contact"] == "safeguarding@education.example", "\(decision.text)")
        for path in ["", "/content"] {
            let answer = try await world.get("/v1/disclosures/\(stopped.id)\(path)", as: world.council)
            #expect(answer.status == 404, "\(path): \(answer.text)")
        }
        let known = try await world.get("/v1/disclosures", as: world.council)
        #expect(known.json["disclosures"]?.array?.isEmpty == true, "\(known.text)")
        // Once it is discharged nothing is in the way.
        try await world.post(
            "court-order.discharged", by: world.trust, about: person, ["order": .text(order), "reason": "discharged"])
        try await expectWhole(refer(world, from: world.school, person), world, "after the order")
        await world.daemon.stop()
    }
}
