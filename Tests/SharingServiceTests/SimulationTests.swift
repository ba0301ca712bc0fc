import Encodings
import EventStore
import Foundation
import SharingModel
import SharingService
import SiteSupport
import Support
import Testing

@Suite struct SimulationTests {
    /// A request that is permitted, one that is refused and a referral that is shared first, then the log opened for reading.
    private func log(of partnership: Partnership) throws -> ReadOnlyLog {
        let folder = DataFolder(path: partnership.test.folder.path("site"))
        let keys = try SiteKeys.load(from: folder)
        return try ReadOnlyLog(
            folder: folder, keys: partnership.test.site.store.log.keys, kek: keys.kek)
    }

    private func draft(_ changes: [(old: String, new: String)]) throws -> Agreement {
        var text = try TestSite.shipped("agreements/liverpool-mash.yaml")
        for (old, new) in changes {
            #expect(text.contains(old))
            text = text.replacing(old, with: new)
        }
        return try Agreement.parse(yaml: text, file: "draft.yaml")
    }

    @Test func `the version in force flips nothing, whatever dates the draft has`() async throws {
        let partnership = try await Partnership()
        try await partnership.consent()
        try await partnership.ask(["identity", "health.mental"])
        try await partnership.refer()
        let draft = try draft([
            ("version: 3", "version: 4"),
            ("from: 2026-04-01, until: 2027-03-31", "from: 2031-04-01, until: 2032-03-31"),
        ])
        let simulation = try Simulation.of(
            draft, since: .time(Instant(milliseconds: 0)), in: log(of: partnership),
            replicas: partnership.test.site.store.replicas, progress: { _, _ in })
        #expect(simulation.decisions == 2)
        #expect(simulation.flips.isEmpty)
    }

    @Test func `a draft flips what it would permit and what it would refuse, by the facts of the time`() async throws {
        let partnership = try await Partnership()
        let early = try await partnership.ask(["identity"])
        let consent = try await partnership.consent()
        let permitted = try await partnership.ask(["identity", "health.mental"])
        partnership.test.clock.advance(seconds: 60)
        try await partnership.withdraw(consent.id)
        let late = try await partnership.ask(["identity"])
        let referral = try await partnership.refer()
        let draft = try draft([
            (
                "[identity, contact, family, health.summary, person.views, referral]",
                "[contact, family, health, person.views, referral]"
            )
        ])
        let log = try log(of: partnership)
        let simulation = try Simulation.of(
            draft, since: .time(Instant(milliseconds: 0)), in: log,
            replicas: partnership.test.site.store.replicas, progress: { _, _ in })
        #expect(simulation.decisions == 4)
        #expect(simulation.flips.map(\.event) == [permitted.id])
        let items = try #require(simulation.flips.first?.items)
        #expect(items.map(\.item.text) == ["health.mental", "identity"])
        #expect(items.map(\.after) == [.permitted, .withheld])
        #expect(items.map(\.codes) == [[], [.itemNotCovered]])
        #expect(simulation.counts { [$0.purpose.text] }.map(\.name) == ["early-help"])
        #expect(!simulation.json.text.contains("9476719931"))
        let without = try self.draft([
            ("    consent: required\n", "    consent: not-required\n"),
            ("      confidentiality: consent\n", "      confidentiality: none-owed\n"),
        ])
        let all = try Simulation.of(
            without, since: .time(Instant(milliseconds: 0)), in: log,
            replicas: partnership.test.site.store.replicas, progress: { _, _ in })
        #expect(all.flips.map(\.event) == [early.id, late.id])
        #expect(!all.flips.map(\.event).contains(referral.id))
        let recent = try Simulation.of(
            without, since: .time(partnership.test.clock.now.adding(seconds: -30)), in: log,
            replicas: partnership.test.site.store.replicas, progress: { _, _ in })
        #expect(recent.flips.map(\.event) == [late.id])
        #expect(recent.decisions == 2)
    }
}
