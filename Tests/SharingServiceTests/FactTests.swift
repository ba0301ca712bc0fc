import Encodings
import EventStore
import Foundation
import Projections
import SharingModel
import SiteSupport
import Support
import Testing

@testable import SharingService

/// Facts about a person: who may record them, who is told, and what the tables say afterwards.
@Suite struct FactTests {
    private func audience(_ receipt: Receipt, _ site: Site) throws -> [String] {
        try site.store.log.entry(at: receipt.index).audience
    }

    private func subject(_ partnership: Partnership) throws -> SubjectReference {
        let reference = try partnership.test.site.store.vault.reference(for: Partnership.person)
        return SubjectReference(try #require(reference))
    }

    @Test func `every fact is in its table, without a word of it, and a replay draws the same`() async throws {
        let partnership = try await Partnership()
        var events: [UniqueID] = []
        for (type, data) in Partnership.facts { events.append(try await partnership.fact(type, data).id) }
        let subject = try subject(partnership)
        let store = partnership.test.site.store
        try store.projections.read { reader throws in
            #expect(try reader.nouns(about: subject) == Set(FactNoun.allCases))
            #expect(try reader.deaths(of: subject).map(\.isVerified) == [true])
            #expect(try reader.shields(of: subject).map(\.against) == [.agencies([AgencyID("gss:E08000012")])])
            #expect(try reader.representatives(of: subject).map(\.basis) == [.parentalResponsibility])
            #expect(try reader.capacities(of: subject).map(\.outcome) == [.has])
            #expect(try reader.bestInterests(of: subject).map(\.purposes.first?.text) == ["early-help"])
            #expect(try reader.courtOrders(of: subject).map(\.effect) == [.prohibits])
            #expect(try reader.statuses(of: subject).map(\.status) == ["looked-after"])
            #expect(try reader.objections(of: subject).map(\.state) == [nil])
            #expect(try reader.involvements(of: subject).map(\.isSensitive) == [false, true])
            #expect(try reader.leads(of: subject).map(\.role.text) == ["social-worker"])
        }
        let folder = try TemporaryFolder()
        let drawn = try ProjectionStore(path: folder.path("a.sqlite"), emptyRoot: MerkleHash.emptyRoot.bytes)
        _ = try Replay.run(drawn, from: store.log, replicas: store.replicas, progress: { _, _ in })
        let differences = try store.projections.read { live in
            try drawn.read { try live.differences(from: $0, limit: 10).shown }
        }
        #expect(differences.isEmpty)
        // SQLite keeps text as it is, so a word in a table would stand in the file.
        try drawn.checkpoint()
        let bytes = String(decoding: try Data(contentsOf: folder.url.appending(path: "a.sqlite")), as: UTF8.self)
        for word in ["a threat", "quiet clinic", "would be hurt", "A. Nurse", "a sister", "w-1"] {
            #expect(!bytes.contains(word), "\(word)")
        }
    }

    private struct EndedFact: Sendable {
        let began: String
        let ended: String
        let member: String
    }

    private static let ended = [
        EndedFact(began: "representative.recorded", ended: "representative.ended", member: "representative"),
        EndedFact(began: "court-order.recorded", ended: "court-order.discharged", member: "order"),
        EndedFact(began: "status.recorded", ended: "status.ended", member: "status"),
        EndedFact(began: "involvement.started", ended: "involvement.ended", member: "involvement"),
        EndedFact(began: "lead.assigned", ended: "lead.ended", member: "lead"),
    ]

    @Test(arguments: ended.indices)
    func `what began is ended once, by its author, of the same person, and must be there`(index: Int) async throws {
        let fact = Self.ended[index]
        let partnership = try await Partnership()
        let began = try await partnership.fact(fact.began)
        let missing = await code { try await partnership.follow(fact.ended, fact.member, .random()) }
        #expect(missing == "unknown-reference")
        let others = await code {
            try await partnership.follow(fact.ended, fact.member, began.id, by: partnership.school)
        }
        #expect(others == "unknown-reference")
        let otherPerson = await code {
            try await partnership.follow(fact.ended, fact.member, began.id, Partnership.otherPerson)
        }
        #expect(otherPerson == "other-person")
        try await partnership.follow(fact.ended, fact.member, began.id)
        let again = await code { try await partnership.follow(fact.ended, fact.member, began.id) }
        #expect(again == "ended-already")
    }

    @Test func `what began cannot be ended as something else`() async throws {
        let partnership = try await Partnership()
        let status = try await partnership.fact("status.recorded")
        #expect(await code { try await partnership.follow("lead.ended", "lead", status.id) } == "unknown-reference")
    }

    @Test func `what becomes of an objection is for its author and the holders it names, step by step`() async throws {
        let partnership = try await Partnership()
        let raised = try await partnership.fact("objection.raised", by: partnership.school)
        let other = await code {
            try await partnership.follow("objection.upheld", "objection", raised.id, by: partnership.council)
        }
        #expect(other == "wrong-author")
        // The trust is the holder that it names.
        try await partnership.follow("objection.upheld", "objection", raised.id)
        #expect(
            await code { try await partnership.follow("objection.upheld", "objection", raised.id) }
                == "forbidden-transition")
        try await partnership.follow("objection.overridden", "objection", raised.id)
        try await partnership.follow("objection.lifted", "objection", raised.id, by: partnership.school)
        #expect(
            await code { try await partnership.follow("objection.upheld", "objection", raised.id) }
                == "forbidden-transition")
    }

    @Test(arguments: ["objection.upheld", "subject.shielded"])
    func `what needs an IG lead is refused to another key`(type: String) async throws {
        let partnership = try await Partnership()
        let raised = try await partnership.fact("objection.raised")
        let plain = TestAgency("org:ico:Z1", "private")
        try await partnership.test.register(plain, roles: ["agency"])
        let code = await code {
            if type == "subject.shielded" {
                try await partnership.fact(type, by: plain)
            } else {
                try await partnership.follow(type, "objection", raised.id, by: plain)
            }
        }
        #expect(code == "role-missing")
    }

    @Test func `a bar on a holder that is not known here is refused`() async throws {
        let partnership = try await Partnership()
        for type in ["court-order.recorded", "objection.raised", "subject.shielded"] {
            var members = Partnership.facts.first { $0.type == type }?.data.object ?? JSONObject()
            members["holders"] = ["ods:NOBODY"]
            let sent = JSON.object(members)
            #expect(await code { try await partnership.fact(type, sent) } == "unknown-agency", "\(type)")
        }
    }

    @Test func `only who shielded may unshield, and only what is shielded`() async throws {
        let partnership = try await Partnership()
        let shield = Partnership.facts.first { $0.type == "subject.shielded" }?.data ?? .null
        #expect(await code { try await partnership.fact("subject.unshielded", shield) } == "nothing-shielded")
        try await partnership.fact("subject.shielded")
        #expect(
            await code { try await partnership.fact("subject.unshielded", by: partnership.council, shield) }
                == "nothing-shielded")
        try await partnership.fact("subject.unshielded", shield)
        #expect(await code { try await partnership.fact("subject.unshielded", shield) } == "nothing-shielded")
    }

    @Test func `a sensitive involvement rests on a consent that stands and is this person's`() async throws {
        let partnership = try await Partnership()
        func start(_ consent: UniqueID, _ person: String = Partnership.person) async -> String? {
            await code {
                try await partnership.fact(
                    "involvement.started",
                    .object([
                        "service": "A quiet clinic", "sensitive": true, "consent": .string(consent.description),
                    ]), person)
            }
        }
        let consent = try await partnership.consent()
        #expect(await start(.random()) == "unknown-reference")
        #expect(await start(consent.id, Partnership.otherPerson) == "other-person")
        #expect(await start(consent.id) == nil)
        try await partnership.withdraw(consent.id)
        #expect(await start(consent.id) == "consent-withdrawn")
    }

    @Test func `holders are told of bars, everybody involved of a lead, and who received of a death`() async throws {
        let partnership = try await Partnership()
        let site = partnership.test.site
        let (trust, council, school) = (partnership.trust.id, partnership.council.id, partnership.school.id)
        let objection = try await partnership.fact("objection.raised", by: partnership.school)
        #expect(try audience(objection, site) == [trust, school])
        let upheld = try await partnership.follow("objection.upheld", "objection", objection.id)
        #expect(try audience(upheld, site) == [trust, school])
        let order = try await partnership.fact("court-order.recorded", by: partnership.council)
        #expect(try audience(order, site) == [council, trust])
        try await partnership.fact("involvement.started", by: partnership.school)
        let lead = try await partnership.fact("lead.assigned", by: partnership.council)
        #expect(try audience(lead, site) == [council, school])
        // The school's referral was released to the council.
        try await partnership.refer()
        let death = try await partnership.fact("subject.deceased")
        #expect(try audience(death, site) == [council, trust, school])
    }

    @Test func `a sensitive service is named in nobody's audience`() async throws {
        let partnership = try await Partnership()
        try await partnership.test.post(
            "involvement.started", by: partnership.school, subject: Partnership.person,
            .object(["service": "A quiet clinic", "sensitive": true, "significantHarm": true]))
        let lead = try await partnership.fact("lead.assigned", by: partnership.council)
        #expect(try audience(lead, partnership.test.site) == [partnership.council.id])
    }

    @Test func `an event that names itself is refused, as its own cause and as what it ends`() async throws {
        let partnership = try await Partnership()
        let id = UniqueID.random()
        let own = try partnership.test.sign(
            "status.ended", by: partnership.trust.key, source: partnership.trust.id, subject: Partnership.person,
            .object(["status": .text(id), "reason": "over"]), id: id.description)
        #expect(await code { _ = try await partnership.test.post(own).get() } == "unknown-reference")
        let payload = JSON.object([
            "specversion": "1.0", "id": .text(id), "source": .string(partnership.trust.id),
            "site": .string(TestSite.origin), "type": "sharing.status.recorded.v1",
            "time": .text(partnership.test.clock.now), "subject": .string(Partnership.person), "cause": .text(id),
            "datacontenttype": "application/json",
            "data": .object(["status": "looked-after", "from": "2026-01-31"]),
        ])
        let cyclic = try EventSigner.sign(payload: payload, key: partnership.trust.key)
        #expect(await code { _ = try await partnership.test.post(cyclic).get() } == "cyclic-reference")
    }

    @Test func `a baseline that is not newer than the one in force is refused`() async throws {
        let test = try TestSite()
        try await test.adoptBaseline()
        #expect(await code { try await test.adoptBaseline() } == "baseline-old")
    }

    @Test func `assessments and plans follow the referral's state`() async throws {
        let partnership = try await Partnership()
        let referral = try await partnership.refer()
        func work(_ verb: String, by agency: TestAgency? = nil) async -> String? {
            await code {
                try await partnership.test.post(
                    verb, by: agency ?? partnership.council, subject: Partnership.person,
                    .object([
                        "referral": .string(referral.id.description), "kind": "child-and-family",
                        "actor": Partnership.actor("social-worker"),
                    ]))
            }
        }
        #expect(await work("assessment.started") == "forbidden-transition")
        try await partnership.step("received", referral.id, by: partnership.council)
        try await partnership.step("accepted", referral.id, by: partnership.council)
        #expect(await work("assessment.completed") == "forbidden-transition")
        #expect(await work("assessment.started", by: partnership.school) == "wrong-author")
        #expect(await work("assessment.started") == nil)
        #expect(await work("assessment.started") == "forbidden-transition")
        #expect(await work("assessment.completed") == nil)
        #expect(await work("plan.made") == nil)
        #expect(await work("plan.ended") == nil)
    }

    @Test func `a referral has room for so much casework, and what began can be ended all the same`() async throws {
        let partnership = try await Partnership()
        let referral = try await partnership.refer()
        try await partnership.step("received", referral.id, by: partnership.council)
        try await partnership.step("accepted", referral.id, by: partnership.council)
        func work(_ verb: String, _ kind: String) throws -> [UInt8] {
            try partnership.test.sign(
                verb, by: partnership.council.key, source: partnership.council.id, subject: Partnership.person,
                .object([
                    "referral": .string(referral.id.description), "kind": .string(kind),
                    "actor": Partnership.actor("social-worker"),
                ]))
        }
        let made = try (0..<ServiceLimits.referralSteps).map { try work("plan.made", "plan \($0)") }
        let further = try [
            work("plan.made", "another"), work("plan.ended", "plan 0"), work("plan.made", "plan 0"),
        ]
        let codes = try await partnership.test.post(all: made + further).map { $0.rejection?.code }
        #expect(codes == made.map { _ in nil } + ["too-many-steps", nil, "too-many-steps"])
    }
}
