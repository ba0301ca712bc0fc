import Encodings
import Foundation
import SharingPolicy
import Testing

@testable import SharingModel

/// The baseline and the agreements under `config/`, as people will use them.
@Suite("The shipped baseline and agreements")
struct ShippedLawTests {
    private static let config = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../config").standardized

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: config.appending(path: name), encoding: .utf8)
    }

    private func facts(_ agreement: String, birth: String? = nil) throws -> Facts {
        let parsed = try Agreement.parse(yaml: Self.text("agreements/\(agreement).yaml"), file: agreement)
        let signatures = parsed.parties.enumerated().map { place, party in
            AgreementOnRecord.Signature(agency: party.agency, event: event(Int64(10 + place)))
        }
        return Facts(
            at: 4711, clock: moment("2026-11-22T12:00:00Z"), policy: "policy",
            baseline: try Baseline.parse(yaml: Self.text("baseline.yaml"), file: "baseline"),
            agreements: [
                AgreementOnRecord(
                    name: parsed.id, version: parsed.version, document: .readable(parsed), signatures: signatures)
            ],
            birth: birth.map { BirthOnRecord(date: .day(day($0)), event: event(5)) })
    }

    @Test func `a safeguarding referral to the council passes whole`() throws {
        var world = World()
        world.question.kind = .referral
        world.question.purpose = "safeguarding-children"
        world.items = ["referral.summary", "health.mental"]
        var facts = try facts("liverpool-mash")
        facts.agreements = []
        let decision = Judge.decide(world.question, facts)
        #expect(decision.outcome == .permitted)
        #expect(decision.shareFirst)
    }

    @Test func `health information about a child at risk goes to the council once the trust has recorded its reasons`()
        throws
    {
        var world = World()
        world.question.purpose = "safeguarding-children"
        world.items = ["health.summary", "health.mental", "identity"]
        var facts = try facts("liverpool-mash", birth: "2015-01-01")
        facts.openReferrals = [ReferralOnRecord(event: event(60), from: trust, to: council)]
        #expect(Judge.decide(world.question, facts).items.map(\.result) == [.withheld, .referred, .referred])
        world.question.kind = .delivery
        world.question.records = Records.both
        #expect(Judge.decide(world.question, facts).permittedItems == ["health.summary", "identity"])
        facts.birth = BirthOnRecord(date: .day(day("1990-01-01")), event: event(5))
        #expect(Judge.decide(world.question, facts).permittedItems.isEmpty)
    }

    @Test func `early help needs the family's consent to pass on what was said in confidence`() throws {
        var world = World()
        world.items = ["identity", "health.summary"]
        var facts = try facts("liverpool-mash")
        #expect(Judge.decide(world.question, facts).items.map(\.codes) == [[.consentAbsent], [.consentAbsent]])
        facts.consents = [consent(.confidentiality)]
        #expect(Judge.decide(world.question, facts).outcome == .permitted)
        facts.consents = [consent(.confidentiality, withdrawnAt: 300)]
        #expect(Judge.decide(world.question, facts).items.map(\.codes) == [[.consentWithdrawn], [.consentWithdrawn]])
    }

    @Test func `one trust refers a patient to another for direct care`() throws {
        var world = World()
        world.question.kind = .referral
        world.question.holder.agency = agency("ods:RND")
        world.question.recipient = .init(agency: agency("ods:RYE"), kind: .nhs, isPublicAuthority: true)
        world.question.purpose = "direct-care"
        world.items = ["referral.summary", "health.medication", "identity", "police"]
        let decision = Judge.decide(world.question, try facts("direct-care"))
        #expect(!decision.shareFirst)
        #expect(decision.permittedItems == ["health.medication", "identity", "referral.summary"])
    }
}
