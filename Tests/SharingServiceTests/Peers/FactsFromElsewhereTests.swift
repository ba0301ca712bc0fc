import Encodings
import EventStore
import Foundation
import Projections
import SharingModel
import SiteSupport
import Support
import Testing

@testable import SharingService

/// What peers' logs tell counts in this site's decisions and registers, from the position on at which it came to know it.
@Suite struct FactsFromElsewhereTests {
    private func state(_ referral: UniqueID, _ site: TestSite, _ reader: TestAgency) throws -> String? {
        try site.site.desk.referral(referral, for: reader.reader())["state"]?.string
    }

    @Test func `a referral crosses sites, is accepted there, and comes back`() async throws {
        let league = try await League()
        let submitted = try await league.refer()
        #expect(submitted.outcome == "permitted")
        // Nobody at the council's site knows before it arrives.
        #expect(throws: Rejection.self) { try state(submitted.id, league.atCouncil, league.council) }
        try await league.ship("school.test", "council.test")
        #expect(try state(submitted.id, league.atCouncil, league.council) == "submitted")
        let content = try league.atCouncil.site.desk.content(submitted.id, for: league.council.reader())
        let items = content["deliveries"]?.array?.first?["items"]
        #expect(items?["referral.summary"]?.string == "bruises, and a story that changes")
        #expect(content["deliveries"]?.array?.first?["log"]?.string == "school.test")
        try await league.step("received", submitted.id, at: league.atCouncil, by: league.council)
        try await league.step("accepted", submitted.id, at: league.atCouncil, by: league.council)
        #expect(try state(submitted.id, league.atSchool, league.school) == "submitted")
        try await league.ship("council.test", "school.test")
        #expect(try state(submitted.id, league.atSchool, league.school) == "accepted")
        #expect(try state(submitted.id, league.atCouncil, league.council) == "accepted")
        // It is nobody else's.
        try await league.shipAll()
        #expect(throws: Rejection.self) { try state(submitted.id, league.atTrust, league.trust) }
        for site in league.sites.values { #expect(try league.differences(at: site).isEmpty) }
        await league.end()
    }

    @Test func `what is asked at one site is decided at the holder's, on the log of there`() async throws {
        let league = try await League()
        try await league.consent(at: league.atTrust, by: league.trust)
        let asked = try await league.ask(["identity"])
        #expect(asked.outcome == "recorded" && asked.follows.isEmpty)
        let came = try #require(try await league.ship("council.test", "trust.test"))
        let decided = try #require(came.follows.first)
        #expect(decided.type == EventType.disclosureDecided.rawValue)
        let retaken = try league.retaken(decided.id, at: league.atTrust)
        #expect(retaken.isSame && retaken.recorded.at == came.index)
        #expect(retaken.recorded.items.map(\.result) == [.permitted])
        #expect(retaken.recorded.replicas.map(\.origin) == ["council.test", "school.test"])
        // By the id of what was asked, too.
        #expect(try league.retaken(asked.id, at: league.atTrust).recorded == retaken.recorded)
        try await league.ship("trust.test", "council.test")
        let shown = try league.atCouncil.site.desk.disclosure(asked.id, for: league.council.reader())
        #expect(shown["outcome"]?.string == "permitted")
        for site in league.sites.values { #expect(try league.differences(at: site).isEmpty) }
        await league.end()
    }

    @Test func `a consent withdrawn at one site is withdrawn at the others once they know`() async throws {
        let league = try await League()
        let consent = try await league.consent(at: league.atCouncil, by: league.council)
        try await league.ship("council.test", "trust.test")
        try await league.ask(["identity"])
        let first = try #require(try await league.ship("council.test", "trust.test"))
        #expect(try league.retaken(first.follows[0].id, at: league.atTrust).recorded.outcome == .permitted)
        try await league.withdraw(consent.id, at: league.atCouncil, by: league.council)
        try await league.ask(["identity"])
        let second = try #require(try await league.ship("council.test", "trust.test"))
        let decision = try league.retaken(second.follows[0].id, at: league.atTrust)
        #expect(decision.isSame && decision.recorded.outcome == .refused)
        #expect(decision.recorded.items.first?.codes == [.consentWithdrawn])
        #expect(try league.differences(at: league.atTrust).isEmpty)
        await league.end()
    }

    @Test func `steps that contradict each other show as a conflict at both sites, until the recipient settles it`()
        async throws
    {
        let league = try await League()
        try await league.consent(at: league.atTrust, by: league.trust)
        let referral = try await league.atTrust.post(
            "referral.submitted", by: league.trust, subject: League.person,
            .object([
                "from": .string(league.trust.id), "to": .string(league.council.id), "urgency": "routine",
                "purpose": "early-help", "actor": Partnership.actor("nurse"),
            ]), content: [("referral.summary", "help at home"), ("identity", .object(["name": "A. Child"]))])
        #expect(referral.outcome == "permitted")
        func states() throws -> [String?] {
            [
                try state(referral.id, league.atCouncil, league.council),
                try state(referral.id, league.atTrust, league.trust),
            ]
        }
        try await league.ship("trust.test", "council.test")
        try await league.step("received", referral.id, at: league.atCouncil, by: league.council)
        try await league.ship("council.test", "trust.test")
        league.clock.advance(seconds: 60)
        try await league.step("withdrawn", referral.id, at: league.atTrust, by: league.trust, reason: "moved away")
        league.clock.advance(seconds: 60)
        // Before it knows of that.
        try await league.step("accepted", referral.id, at: league.atCouncil, by: league.council)
        #expect(try states() == ["accepted", "withdrawn"])
        try await league.shipAll()
        #expect(try states() == ["conflict", "conflict"])
        try await league.step("declined", referral.id, at: league.atCouncil, by: league.council, reason: "moved away")
        try await league.ship("council.test", "trust.test")
        #expect(try states() == ["declined", "declined"])
        for site in league.sites.values { #expect(try league.differences(at: site).isEmpty) }
        await league.end()
    }

    @Test func `a referral that is redirected reaches a third site late, by the decision of its sender's site`()
        async throws
    {
        let document = try TestSite.shipped("agreements/liverpool-mash.yaml")
        var flow = try #require(document.range(of: "from: [urn:104714]\n    to: [gss:E08000012]"))
        var agreed = document.replacingCharacters(
            in: flow, with: "from: [urn:104714]\n    to: [gss:E08000012, ods:RBS25]")
        for (old, new) in [
            (
                "special: {article9: substantial-public-interest, schedule1: safeguarding",
                "special: {article9: health-or-social-care, schedule1: health-or-social-care"
            ),
            ("consent: required-unless-risk", "consent: not-required"),
        ] {
            flow = try #require(agreed.range(of: "ods:RBS25]\n    purpose: safeguarding-children"))
            let range = try #require(agreed.range(of: old, range: flow.upperBound..<agreed.endIndex))
            agreed = agreed.replacingCharacters(in: range, with: new)
        }
        let league = try await League(agreement: agreed)
        let referral = try await league.refer()
        try await league.shipAll()
        try await league.step("received", referral.id, at: league.atCouncil, by: league.council)
        let redirected = try await league.atCouncil.post(
            "referral.redirected", by: league.council, subject: League.person,
            .object([
                "referral": .string(referral.id.description), "to": .string(league.trust.id),
                "reason": "health is to lead", "actor": Partnership.actor("designated-safeguarding-lead"),
            ]))
        #expect(redirected.outcome == "recorded")
        // Not before the sender's site has decided, and that has reached everybody.
        try await league.ship("council.test", "trust.test")
        #expect(throws: Rejection.self) { try state(referral.id, league.atTrust, league.trust) }
        let came = try #require(try await league.ship("council.test", "school.test"))
        let decision = try league.retaken(came.follows[0].id, at: league.atSchool)
        #expect(decision.isSame && decision.recorded.outcome == .permitted, "\(decision.recorded.json.text)")
        try await league.shipAll()
        #expect(try state(referral.id, league.atTrust, league.trust) == "submitted")
        #expect(try state(referral.id, league.atSchool, league.school) == "submitted")
        try await league.step("received", referral.id, at: league.atTrust, by: league.trust)
        try await league.shipAll()
        #expect(try state(referral.id, league.atSchool, league.school) == "received")
        for site in league.sites.values { #expect(try league.differences(at: site).isEmpty) }
        await league.end()
    }

    @Test func `what was referred to people of the holder is settled at the holder's site, and the asker is told`()
        async throws
    {
        let league = try await League()
        try await league.consent(at: league.atTrust, by: league.trust)
        try await league.atTrust.post(
            "consent.refused", by: league.trust, subject: League.person,
            .object([
                "purposes": ["early-help"], "items": ["*"], "recipients": ["*"], "by": "parental-responsibility",
            ]))
        let asked = try await league.ask(["identity"])
        try await league.ship("council.test", "trust.test")
        let queue = try league.atTrust.site.desk.disclosures(for: league.trust.reader(), isReferred: true, Page())
        #expect(queue["disclosures"]?.array?.map { $0["id"]?.string } == [asked.id.description])
        let settled = try await league.atTrust.post(
            "disclosure.resolved", by: league.trust, subject: League.person,
            .object([
                "request": .string(asked.id.description), "reason": "the young person's own wish counts",
                "by": Partnership.actor("caldicott-guardian"),
                "items": [.object(["item": "identity", "result": "permitted"])],
            ]))
        #expect(settled.outcome == "permitted")
        #expect(try league.retaken(settled.id, at: league.atTrust).isSame)
        let delivered = try await league.atTrust.post(
            "disclosure.delivered", by: league.trust, subject: League.person,
            .object([
                "from": .string(league.trust.id), "to": .string(league.council.id), "purpose": "early-help",
                "actor": Partnership.actor("nurse"), "request": .string(asked.id.description),
            ]), content: [("identity", .object(["name": "A. Child"]))])
        #expect(delivered.outcome == "permitted")
        try await league.ship("trust.test", "council.test")
        // The asker has it at its own site, and can show what it got.
        let got = try league.atCouncil.site.desk.content(asked.id, for: league.council.reader())
        let digest = try #require(got["deliveries"]?.array?.first?["digest"]?.string)
        try await league.atCouncil.post(
            "disclosure.receipted", by: league.council, subject: League.person,
            .object(["delivery": .string(delivered.id.description), "digest": .string(digest)]))
        try await league.ship("council.test", "trust.test")
        let row = try league.atTrust.site.desk.disclosure(delivered.id, for: league.trust.reader())
        #expect(row["receipted"]?.bool == true)
        for site in league.sites.values { #expect(try league.differences(at: site).isEmpty) }
        await league.end()
    }

    @Test func `what a flow needs from a peer that has been silent for too long is referred, not permitted`()
        async throws
    {
        let document = try TestSite.shipped("agreements/liverpool-mash.yaml")
        let flow = try #require(document.range(of: "id: nhs-to-council-early-help"))
        let conditions = try #require(document.range(of: "conditions: {", range: flow.upperBound..<document.endIndex))
        let league = try await League(
            agreement: document.replacingCharacters(in: conditions, with: "conditions: {maxStaleness: 15m, "))
        try await league.consent(at: league.atTrust, by: league.trust)
        func decided() async throws -> Decision {
            try await league.ask(["identity"])
            let came = try #require(try await league.ship("council.test", "trust.test"))
            let retaken = try league.retaken(came.follows[0].id, at: league.atTrust)
            #expect(retaken.isSame)
            return retaken.recorded
        }
        try await league.shipAll()
        #expect(try await decided().outcome == .permitted)
        league.clock.advance(seconds: 16 * 60)
        // The council's own log is fresh with what it asked; the school was not heard of.
        let stale = try await decided()
        #expect(stale.outcome == .referred && stale.items.first?.codes == [.replicaTooStale])
        // A child does not wait for it.
        let referral = try await league.refer()
        #expect(referral.outcome == "permitted" && referral.decision?["shareFirst"]?.bool == true)
        try await league.ship("school.test", "trust.test")
        #expect(try await decided().outcome == .permitted)
        await league.end()
    }

    @Test func `a log with what came of others verifies, vault and all`() async throws {
        let league = try await League()
        try await league.refer()
        try await league.consent(at: league.atTrust, by: league.trust)
        try await league.shipAll()
        for site in league.sites.values {
            let folder = DataFolder(path: site.folder.path("site"))
            let log = try ReadOnlyLog(
                folder: folder, keys: site.site.store.log.keys, kek: SiteKeys.load(from: folder).kek)
            let authority = LogAuthority(reading: log)
            let report = await LogVerifier(
                storage: log.storage, vault: log.vault, keys: log.keys, timeline: authority, known: authority.findings
            ).run { _ in }
            #expect(report.isSound, "\(report.findings)")
        }
        await league.end()
    }

    @Test func `a site cannot speak for agencies that it does not host`() async throws {
        let league = try await League()
        let consent = try await league.consent(at: league.atTrust, by: league.trust)
        try await league.shipAll()
        // The school's operator enrols a key of its own for the trust, and has it withdraw.
        let forged = TestAgency(league.trust.id, "nhs")
        try await league.atSchool.administer(
            "key.enrolled",
            .object([
                "agency": .string(forged.id), "jwk": forged.key.publicKey.jwk, "roles": ["agency"],
            ]))
        let no = try await league.atSchool.post(
            try league.atSchool.sign(
                "consent.refused", by: forged.key, source: forged.id, subject: League.person,
                .object([
                    "purposes": ["early-help"], "items": ["*"], "recipients": [.string(league.council.id)],
                    "holders": [.string(league.trust.id)], "by": "self",
                ]))
        ).get()
        try await league.shipAll()
        #expect(try league.atTrust.site.store.projections.read { try $0.index(of: no.id) } == nil)
        #expect(try league.atCouncil.site.store.projections.read { try $0.index(of: consent.id) } != nil)
        for site in league.sites.values { #expect(try league.differences(at: site).isEmpty) }
        await league.end()
    }

    @Test func `places go on behind what came, and a log is the same after a restart`() async throws {
        let league = try await League()
        let before = try await league.consent(at: league.atTrust, by: league.trust)
        let found = try league.atTrust.site.store.projections.read { try $0.index(of: before.id) }
        let place = try #require(found)
        #expect(place > before.index)
        let shown = try league.atTrust.site.desk.event(before.id, for: league.trust.reader())
        #expect(shown["index"]?.integer == before.index && shown["log"] == nil)
        let store = league.atTrust.site.store
        #expect(try store.projections.read { try $0.source(of: place) } == .own(before.index))
        #expect(try store.projections.read { try $0.place(ofOwn: before.index) } == place)
        await league.atTrust.site.end()
        let again = try TestSite.open(league.atTrust.folder, league.clock)
        #expect(try again.desk.event(before.id, for: league.trust.reader()) == shown)
        await again.end()
    }
}
