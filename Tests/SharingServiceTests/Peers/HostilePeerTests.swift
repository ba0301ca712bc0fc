import Encodings
import EventStore
import Projections
import SharingModel
import Shipping
import SiteSupport
import Support
import Testing

@testable import SharingService

/// What a peer may not bring about, with its own keys and its own log, and what honest logs that overtake each other must not lose.
@Suite struct HostilePeerTests {
    /// Has a site sign and record something as if it were its own, past its own rules.
    private func forge(
        _ type: String, at site: TestSite, by key: SigningKey, source: String, subject: String?, _ data: JSON,
        audience: [String], cause: UniqueID? = nil, releases: [UniqueID] = []
    ) throws -> UniqueID {
        let draft = try draft(
            type, at: site, by: key, source: source, subject: subject, data, audience: audience, cause: cause,
            releases: releases)
        _ = try site.site.store.log.append([draft])
        return draft.id
    }

    private func draft(
        _ type: String, at site: TestSite, by key: SigningKey, source: String, subject: String?, _ data: JSON,
        audience: [String], cause: UniqueID? = nil, releases: [UniqueID] = []
    ) throws -> EntryDraft {
        let verified = try site.site.frontDesk.receive(
            try site.sign(type, by: key, source: source, subject: subject, data)
        ).verified
        let person = try subject.flatMap { try site.site.store.vault.reference(for: $0) }
        let id = try #require(verified.payload["id"]?.string.flatMap { UniqueID($0) })
        return EntryDraft(
            event: verified, id: id, type: "sharing." + type + ".v1", author: source, subject: person,
            audience: audience.sorted(), cause: cause, releases: releases, occurred: site.clock.now,
            recorded: site.clock.now)
    }

    @Test func `a peer's decision releases nothing that was not asked of its own agency`() async throws {
        let league = try await League()
        try await league.consent(at: league.atTrust, by: league.trust)
        // The trust gives the council something; the school is to have it by a decision of its own site.
        let delivered = try await league.atTrust.post(
            "disclosure.delivered", by: league.trust, subject: League.person,
            .object([
                "from": .string(league.trust.id), "to": .string(league.council.id), "purpose": "early-help",
                "actor": Partnership.actor("nurse"),
            ]), content: [("identity", .object(["name": "A. Child"]))])
        #expect(delivered.outcome == "permitted")
        try await league.shipAll()
        let referral = try await league.refer()
        let site = league.atSchool.site.store
        let decision: JSON = .object([
            "request": .string(referral.id.description),
            "decision": .object([
                "outcome": "permitted", "shareFirst": false, "breakGlass": false,
                "items": [.object(["item": "identity", "result": "permitted"])], "obligations": [], "facts": [],
                "policy": "w5jSkBKUGtUOXDP1aHWVeTmCI44Racke_2oDBbAwkMc", "at": 1, "clock": .text(league.clock.now),
                "replicas": [],
            ]),
        ])
        let forged = try forge(
            "disclosure.decided", at: league.atSchool, by: site.siteKey, source: "site:school.test",
            subject: League.person, decision,
            audience: ["site:school.test", league.school.id, league.council.id],
            releases: [referral.id, delivered.id])
        league.clock.advance(seconds: 1)
        let before = try league.atCouncil.site.desk.content(delivered.id, for: league.council.reader())
        // It cannot even be shipped: what is released has to be in the shipment.
        await #expect(throws: PieceRefusal.self) { try await league.ship("school.test", "council.test") }
        let reader = league.atCouncil.site.store.projections
        #expect(try reader.read { try $0.index(of: forged) } == nil)
        #expect(try league.atCouncil.site.desk.content(delivered.id, for: league.council.reader()) == before)
        #expect(try reader.read { try $0.recipients(of: delivered.id) }.map(\.text) == [league.council.id])
        #expect(try league.differences(at: league.atCouncil).isEmpty)
        await league.end()
    }

    @Test func `a withdrawal that overtakes its consent on another line stops it all the same`() async throws {
        let league = try await League()
        // The school knows the person.
        try await league.refer()
        let consent = try await league.consent(at: league.atCouncil, by: league.council)
        try await league.ship("council.test", "school.test")
        // Whoever is asked for it elsewhere records it there.
        let withdrawn = try forge(
            "consent.withdrawn", at: league.atSchool, by: league.school.key, source: league.school.id,
            subject: League.person, .object(["consent": .string(consent.id.description), "by": "self"]),
            audience: [league.school.id, league.trust.id])
        league.clock.advance(seconds: 1)
        try await league.ship("school.test", "trust.test")
        #expect(try league.atTrust.site.store.projections.read { try $0.index(of: withdrawn) } != nil)
        try await league.ask(["identity"])
        let came = try #require(try await league.ship("council.test", "trust.test"))
        let decision = try league.retaken(came.follows[0].id, at: league.atTrust)
        #expect(decision.isSame && decision.recorded.items.first?.codes == [.consentWithdrawn])
        #expect(try league.differences(at: league.atTrust).isEmpty)
        await league.end()
    }

    @Test func `a peer whose agencies take steps without end is heard for as many as honest sites can tell`()
        async throws
    {
        let league = try await League()
        let referral = try await league.refer()
        try await league.ship("school.test", "council.test")
        try await league.step("received", referral.id, at: league.atCouncil, by: league.council)
        let actor = Partnership.actor("social-worker")
        let steps = try (0..<ServiceLimits.referralStepsToldAbroad).map { _ in
            try draft(
                "referral.acknowledged", at: league.atCouncil, by: league.council.key, source: league.council.id,
                subject: League.person, .object(["referral": .string(referral.id.description), "actor": actor]),
                audience: [league.council.id, league.school.id])
        }
        _ = try league.atCouncil.site.store.log.append(steps)
        league.clock.advance(seconds: 1)
        try await league.ship("council.test", "school.test")
        let reader = league.atSchool.site.store.projections
        #expect(try reader.read { try $0.stepCount(of: referral.id) } == ServiceLimits.referralStepsToldAbroad)
        #expect(try league.differences(at: league.atSchool).isEmpty)
        // Its sender takes it back all the same.
        try await league.step("withdrawn", referral.id, at: league.atSchool, by: league.school, reason: "moved")
        await league.end()
    }

    @Test func `a peer says nothing of the keys of agencies that it does not host`() async throws {
        let league = try await League()
        try await league.consent(at: league.atTrust, by: league.trust)
        try await league.shipAll()
        try await league.atSchool.administer(
            "key.enrolled",
            .object([
                "agency": .string(league.trust.id), "jwk": league.trust.key.publicKey.jwk, "roles": ["agency"],
            ]))
        try await league.atSchool.administer(
            "key.revoked",
            .object([
                "kid": .string(league.trust.key.publicKey.thumbprint.description), "since": "2000-01-01T00:00:00Z",
                "reason": "x",
            ]))
        try await league.shipAll()
        try await league.ask(["identity"])
        let came = try #require(try await league.ship("council.test", "trust.test"))
        #expect(try league.retaken(came.follows[0].id, at: league.atTrust).recorded.outcome == .permitted)
        await league.end()
    }

    @Test func `an event with the id of one that a peer told is refused, and the site goes on`() async throws {
        let league = try await League()
        let consent = try await league.consent(at: league.atCouncil, by: league.council)
        try await league.ship("council.test", "trust.test")
        let bytes = try league.atTrust.sign(
            "subject.described", by: league.trust.key, source: league.trust.id, subject: League.person,
            .object(["birthDate": "2012-05-06", "source": "x"]), id: consent.id.description)
        #expect(await league.atTrust.post(bytes).rejection?.code == "id-in-use")
        try await league.consent(at: league.atTrust, by: league.trust)
        await league.end()
    }

    @Test func `an event with the id of one that is known here leaves no trace, and those around it count`()
        async throws
    {
        let league = try await League()
        let known = try await league.consent(at: league.atTrust, by: league.trust)
        let before = try await league.consent(at: league.atCouncil, by: league.council)
        // Nobody told the council of an event with that id.
        let bytes = try league.atCouncil.sign(
            "subject.described", by: league.council.key, source: league.council.id, subject: League.person,
            .object(["birthDate": "2001-01-01", "source": "x"]), id: known.id.description)
        let twin = try await league.atCouncil.site.record([try league.atCouncil.site.frontDesk.receive(bytes)])[0].get()
        let behind = try await league.consent(at: league.atCouncil, by: league.council)
        let no = try await league.withdraw(before.id, at: league.atCouncil, by: league.council)
        try await league.ship("council.test", "trust.test")
        let projections = league.atTrust.site.store.projections
        let sources = try projections.read { reader in
            try [before.id, behind.id, no.id, known.id].map { try reader.source(of: $0)?.peer }
        }
        #expect(sources == ["council.test", "council.test", "council.test", nil])
        #expect(twin.id == known.id)
        let reference = try #require(try league.atTrust.site.store.vault.reference(for: League.person))
        #expect(try projections.read { try $0.birth(of: SubjectReference(reference)) } == nil)
        #expect(try league.differences(at: league.atTrust).isEmpty)
        await league.end()
    }

    @Test func `a peer's entry for nobody that there is, and an agency that has ended here, bring nothing about`()
        async throws
    {
        let league = try await League()
        try await league.refer()
        let strange = try forge(
            "subject.described", at: league.atSchool, by: league.school.key, source: league.school.id,
            subject: League.person,
            .object(["birthDate": "2012-05-06", "source": "x"]),
            audience: [league.school.id, league.trust.id, "zzz"])
        league.clock.advance(seconds: 1)
        try await league.ship("school.test", "trust.test")
        #expect(try league.atTrust.site.store.projections.read { try $0.index(of: strange) } == nil)
        try await league.atTrust.administer(
            "agency.ended", .object(["agency": .string(league.council.id), "reason": "merged into another"]))
        let consent = try await league.consent(at: league.atCouncil, by: league.council)
        let no = try await league.withdraw(consent.id, at: league.atCouncil, by: league.council)
        try await league.ship("council.test", "trust.test")
        let known = league.atTrust.site.store.projections
        #expect(try known.read { try $0.index(of: consent.id) } == nil)
        #expect(try known.read { try $0.index(of: no.id) } != nil)
        #expect(try league.differences(at: league.atTrust).isEmpty)
        await league.end()
    }

    @Test func `what came of an agency before it was registered here waits for that`() async throws {
        let league = try await League()
        let late = TestAgency("ods:RQ300", "nhs")
        try await league.atTrust.register(late)
        let consent = try await league.consent(at: league.atTrust, by: late)
        try await league.ship("trust.test", "council.test")
        let council = league.atCouncil
        #expect(try council.site.store.projections.read { try $0.index(of: consent.id) } == nil)
        try await council.register(late, site: "trust.test", keys: false)
        try await league.trustDescribes()
        try await league.ship("trust.test", "council.test")
        #expect(try council.site.store.projections.read { try $0.index(of: consent.id) } != nil)
        #expect(try league.differences(at: council).isEmpty)
        await league.end()
    }

    @Test func `an agreement's signature that overtakes the proposal waits for it`() async throws {
        let league = try await League()
        let document = try TestSite.shipped("agreements/liverpool-mash.yaml").replacing(
            "version: 3", with: "version: 4")
        try await league.atTrust.post("agreement.proposed", by: league.trust, .object(["document": .string(document)]))
        try await league.ship("trust.test", "council.test")
        let signed = try await league.atCouncil.post(
            "agreement.signed", by: league.council,
            .object([
                "agreement": "liverpool-mash", "version": 4, "digest": .string(Digest.base64url(of: document)),
                "signatory": .object(["name": "A. Person", "office": "Director of Children's Services"]),
            ]))
        // The school hears of the signature first.
        try await league.ship("council.test", "school.test")
        let school = league.atSchool.site.store.projections
        #expect(try school.read { try $0.index(of: signed.id) } == nil)
        try await league.ship("trust.test", "school.test")
        #expect(try school.read { try $0.index(of: signed.id) } != nil)
        let name = try #require(AgreementID("liverpool-mash"))
        let row = try school.read { try $0.agreement(name, version: 4) }
        #expect(row?.signatures.map(\.agency.text) == [league.council.id])
        #expect(try league.differences(at: league.atSchool).isEmpty)
        await league.end()
    }
}
