import Encodings
import EventStore
import Foundation
import Projections
import SharingModel
import Shipping
import SiteSupport
import Support
import Testing

@testable import SharingService

/// Random stories at three sites whose lines carry now and then: whoever knows what when, every site can say again what it knew, and
/// when everything has gone everywhere all of them say the same.
@Suite struct LeagueStoryTests {
    @Test(arguments: [UInt64](1...4))
    func `every site's tables and decisions are those of its log and replicas, and referrals stand everywhere the same`(
        seed: UInt64
    ) async throws {
        var story = Story(league: try await League(), source: SeededGenerator(seed: seed))
        try await story.begin()
        for _ in 0..<40 { try await story.go() }
        let league = story.league
        for site in league.sites.values { #expect(try league.differences(at: site).isEmpty, "seed \(seed)") }
        // What was decided on arrival may raise no further questions, so three rounds bring everything everywhere.
        for _ in 0..<3 { try await league.shipAll() }
        for (site, decision) in try story.decisions() {
            #expect(try league.retaken(decision, at: site).isSame, "seed \(seed): \(decision)")
        }
        for referral in story.referrals {
            let states = try league.sites.values.compactMap { site in
                try site.site.store.projections.read { try $0.referral(referral)?.life }
            }
            #expect(Set(states).count == 1, "seed \(seed): \(referral) is \(states)")
        }
        for site in league.sites.values { #expect(try league.differences(at: site).isEmpty, "seed \(seed)") }
        try story.expectNothingElsewhere(seed)
        await league.end()
    }
}

private struct Story {
    let league: League
    var source: SeededGenerator
    var consents: [(id: UniqueID, site: TestSite, by: TestAgency)] = []
    var referrals: [UniqueID] = []

    /// So that there is something to move.
    mutating func begin() async throws {
        referrals.append(try await league.refer().id)
        consents.append(
            (try await league.consent(at: league.atTrust, by: league.trust).id, league.atTrust, league.trust))
        try await league.shipAll()
    }

    /// Something happens, or something is shipped. What is not allowed at that site and moment is refused there, and the story goes on.
    mutating func go() async throws {
        league.clock.advance(seconds: Int64.random(in: 0...90, using: &source))
        do {
            switch Int.random(in: 0..<12, using: &source) {
            case 0:
                let (site, agency) =
                    Bool.random(using: &source) ? (league.atTrust, league.trust) : (league.atCouncil, league.council)
                consents.append((try await league.consent(at: site, by: agency).id, site, agency))
            case 1:
                guard let consent = consents.randomElement(using: &source) else { return }
                try await league.withdraw(consent.id, at: consent.site, by: consent.by)
            case 2, 3: try await league.ask(["identity"])
            case 4: referrals.append(try await league.refer().id)
            case 5, 6, 7:
                guard let referral = referrals.randomElement(using: &source),
                    let verb = ["received", "triaged", "accepted", "declined", "acknowledged", "reopened", "closed"]
                        .randomElement(using: &source)
                else { return }
                let needsReason = ["declined", "closed"].contains(verb)
                try await league.step(
                    verb, referral, at: league.atCouncil, by: league.council, reason: needsReason ? "r" : nil)
            case 8:
                guard let referral = referrals.randomElement(using: &source) else { return }
                try await league.step("withdrawn", referral, at: league.atSchool, by: league.school, reason: "r")
            default:
                guard let from = League.origins.randomElement(using: &source),
                    let to = League.origins.filter({ $0 != from }).randomElement(using: &source)
                else { return }
                try await league.ship(from, to)
            }
        } catch is Rejection {}
    }

    /// Of an event that a site is not entitled to, neither id nor words are in any byte that came from the peer.
    func expectNothingElsewhere(_ seed: UInt64) throws {
        var hidden = 0
        for (origin, site) in league.sites {
            let log = site.site.store.log
            for (receiver, other) in league.sites where receiver != origin {
                let peer = try #require(try other.site.store.projections.read { try $0.peer(origin) })
                let replica = try other.site.store.replicas.replica(of: peer)
                let path = DataFolder(path: other.folder.path("site")).replica(of: log.verifierKey)
                let bytes = ["", "-wal"].compactMap { FileManager.default.contents(atPath: path + $0) }
                #expect(bytes.contains { $0.count > 4096 })
                for index in 0..<log.head.size {
                    let entry = try log.entry(at: index)
                    guard try replica.event(entry.id) == nil else { continue }
                    hidden += 1
                    for id in [Data(entry.id.bytes), Data(entry.id.description.utf8)] {
                        #expect(
                            !bytes.contains { $0.range(of: id) != nil }, "seed \(seed): \(entry.type) at \(receiver)")
                    }
                }
                // The school's referrals are for the council alone.
                if receiver == "trust.test" {
                    #expect(!bytes.contains { $0.range(of: Data("bruises".utf8)) != nil })
                }
            }
        }
        #expect(hidden > 10)
    }

    /// Every decision that a site took itself.
    func decisions() throws -> [(TestSite, UniqueID)] {
        try league.sites.values.flatMap { site in
            try site.site.store.projections.read { reader in
                try reader.events(of: EventType.disclosureDecided.rawValue).filter {
                    try reader.source(of: $0)?.peer == nil
                }.map { (site, $0) }
            }
        }
    }
}
