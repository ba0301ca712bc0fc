import Encodings
import EventStore
import Projections
import SharingModel
import SiteSupport
import Support
import Testing

@testable import SharingService

/// What came of peers is part of a site's backup: without it nobody could say again what was known.
@Suite struct ReplicaBackupTests {
    @Test func `a site that is restored knows what it knew of its peers, and goes on from there`() async throws {
        let league = try await League()
        let referral = try await league.refer()
        try await league.shipAll()
        let council = league.atCouncil
        let folder = DataFolder(path: council.folder.path("site"))
        let keys = try SiteKeys.load(from: folder)
        let (logs, vaults, again) = (
            council.folder.path("logs"), council.folder.path("vaults"), council.folder.path("again")
        )
        let backup = try await SiteBackup.run(
            folder, logTo: logs, vaultTo: vaults, key: council.site.verifierKey, kek: keys.kek, now: league.clock.now
        ) { _ in }
        #expect(backup.report.isSound)
        let before = try council.site.desk.referral(referral.id, for: league.council.reader())
        await council.site.end()
        let report = try await SiteRestore.run(
            SiteRestore.Sources(logFolder: logs, vaultFolder: vaults, keysFolder: folder.keys),
            to: DataFolder(path: again), key: nil
        ) { _ in }
        #expect(report.isSound)
        let store = try SiteStore(folder: DataFolder(path: again))
        let desk = ReadingDesk(
            store: store, keys: try store.projections.read { try KeyBook($0) }, now: league.clock.now,
            checkpoint: store.log.head.checkpoint)
        #expect(try desk.referral(referral.id, for: league.council.reader()) == before)
        let content = try desk.content(referral.id, for: league.council.reader())
        #expect(content["deliveries"]?.array?.first?["items"]?["referral.summary"]?.string != nil)
        store.end()
        for site in [league.atTrust, league.atSchool] { await site.site.end() }
    }

    @Test func `a log whose replica is gone is not replayed as if nothing had come`() async throws {
        let league = try await League()
        try await league.refer()
        try await league.shipAll()
        let store = league.atCouncil.site.store
        let folder = try TemporaryFolder()
        let elsewhere = Replicas(
            folder: DataFolder(path: folder.path("site")), receiver: store.origin, vault: store.vault)
        let drawn = try ProjectionStore(path: folder.path("a.sqlite"), emptyRoot: MerkleHash.emptyRoot.bytes)
        #expect(throws: SiteError.self) {
            _ = try Replay.run(drawn, from: store.log, replicas: elsewhere, progress: { _, _ in })
        }
        await league.end()
    }
}
