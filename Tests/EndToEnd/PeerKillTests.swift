import Encodings
import EventStore
import Foundation
import Support
import Testing

/// Either side is killed again and again while one catches up with the other.
@Suite(.serialized) struct PeerKillTests {
    /// Of 50,000 events every tenth is for the one who catches up; `make soak` has them all be.
    private static let events = 50_000
    private static let isSoak = ProcessInfo.processInfo.environment["SHARING_SOAK"] != nil

    @Test func `killed at random while it catches up, a site has everything once, and fetches nothing again`()
        async throws
    {
        var random = SeededGenerator(seed: 20_261_122)
        let trust = try await PeeredSite("sharing.test/trust", agency: "ods:RBS25")
        let council = try await PeeredSite("sharing.test/council", agency: "gss:E08000012")
        let tap = try ShipmentTap(to: trust.port)
        var (first, second) = (try await trust.start(), try await council.start())
        for (site, peer) in [(trust, council), (council, trust)] {
            try await site.register(site.agency)
            try await site.register(peer.agency, at: peer.origin)
        }
        try await trust.administer("peer.added", try council.card(url: "http://127.0.0.1:1"))
        await first.kill()
        await second.kill()
        let readers =
            Self.isSoak ? [council.agency.id] : [council.agency.id] + Array(repeating: "org:other:one", count: 9)
        try trust.fill(Self.events, naming: readers)
        first = try await trust.start()
        second = try await council.start()
        // No more than a few pieces at a time, so that it has not caught up before anybody was killed, however slow the machine is.
        tap.allow(0)
        try await council.administer("peer.added", try trust.card(url: tap.url))
        var kills = 0
        while try await council.peer(trust.origin)["size"]?.integer ?? 0 < Int64(Self.events), kills < 12 {
            tap.allow(Int.random(in: 1...4, using: &random))
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...700, using: &random)))
            if Bool.random(using: &random) {
                await second.kill()
                second = try await council.start()
            } else {
                await first.kill()
                first = try await trust.start()
            }
            kills += 1
        }
        tap.allowAll()
        #expect(kills > 1)
        let size = try await trust.size()
        #expect(try await council.hasCaughtUp(with: trust.origin, to: size))
        let isRecorded = try await WitnessedHouse.isReached {
            let recorded = try await council.peer(trust.origin)["recorded"]?.integer ?? 0
            return (recorded == size, recorded)
        }
        #expect(isRecorded)
        #expect(await second.stop() == 0)
        #expect(await first.stop() == 0)

        // Nothing is lost, and nothing is there twice.
        let replica = try ReplicaFile(of: council)
        let keys = try KeyFile.signingKey(trust.data + "/keys/checkpoint.jwk").publicKey
        let log = try ReadOnlyLog(
            folder: DataFolder(path: trust.data),
            keys: CheckpointKeys(first: VerifierKey(name: trust.origin, publicKey: keys)), kek: nil)
        var addressed: [Int64] = []
        for start in stride(from: Int64(0), to: size, by: 1_000) {
            addressed += try log.entries(in: start..<min(size, start + 1_000)).filter { stored in
                stored.entry.audience.contains { $0 == "*" || $0 == council.agency.id }
            }.map(\.index)
        }
        #expect(try replica.numbers("SELECT idx FROM leaf ORDER BY idx") == Array(0..<size))
        #expect(try replica.numbers("SELECT idx FROM entry ORDER BY idx") == addressed)
        #expect(try replica.numbers("SELECT idx FROM body ORDER BY idx") == addressed)
        // What was committed was not fetched again: a piece that went by twice was on its way when somebody was killed.
        let progress = try replica.progress()
        #expect(progress.map { $0[0] } == progress.map { $0[0] }.sorted())
        let transfers = tap.pieces.filter { $0.from != $0.to }
        let wasted = transfers.count - Set(transfers.map(\.from)).count
        // The one that is being taken, and the one that is asked for ahead.
        #expect(wasted <= 2 * kills, "\(wasted) of \(transfers.count) pieces for \(kills) kills")
        for (place, piece) in transfers.enumerated() {
            let earlier = transfers[..<place].map(\.to).max { $0.lexicographicallyPrecedes($1) } ?? [0, 0]
            let lead = earlier[0] - piece.from[0]
            #expect(lead <= 2 * 4_096, "asked from \(piece.from) behind \(earlier)")
        }
    }
}
