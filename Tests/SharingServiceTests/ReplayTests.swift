import Encodings
import EventStore
import GRDB
import Projections
import SharingModel
import SharingService
import SiteSupport
import Support
import Testing

@Suite struct ReplayTests {
    private static let emptyRoot = MerkleHash.emptyRoot.bytes

    /// A site with something of everything in its log.
    private func busy() async throws -> Partnership {
        let partnership = try await Partnership()
        let consent = try await partnership.consent()
        try await partnership.ask(["identity", "health.mental"])
        let referral = try await partnership.refer()
        try await partnership.step("received", referral.id, by: partnership.council)
        try await partnership.step("declined", referral.id, by: partnership.council, reason: "no threshold")
        partnership.test.clock.advance(seconds: 60)
        try await partnership.withdraw(consent.id)
        try await partnership.ask(["identity"])
        return partnership
    }

    private func replay(_ site: Site, _ path: String, until end: ReplayEnd = .newest) throws -> ProjectionStore {
        let projections = try ProjectionStore(path: path, emptyRoot: Self.emptyRoot)
        _ = try Replay.run(
            projections, from: site.store.log, replicas: site.store.replicas, until: end, progress: { _, _ in })
        return projections
    }

    private func differences(_ one: ProjectionStore, _ other: ProjectionStore) throws -> [ProjectionDifference] {
        try one.read { live in try other.read { try live.differences(from: $0, limit: 100).shown } }
    }

    @Test func `two replays give the same tables, and the same as the live ones`() async throws {
        let partnership = try await busy()
        let folder = try TemporaryFolder()
        let first = try replay(partnership.test.site, folder.path("a.sqlite"))
        let second = try replay(partnership.test.site, folder.path("b.sqlite"))
        #expect(try differences(first, second).isEmpty)
        #expect(try differences(partnership.test.site.store.projections, first).isEmpty)
    }

    /// Names of the indexes that a file has.
    private func indexes(_ path: String) throws -> Set<String> {
        try DatabaseQueue(path: path).read {
            try Set(String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type = 'index'"))
        }
    }

    @Test func `a file that was drawn aside has the same rows and indexes, and stands by itself`() async throws {
        let partnership = try await busy()
        let folder = try TemporaryFolder()
        let (aside, usual) = (folder.path("a.sqlite"), folder.path("b.sqlite"))
        let site = partnership.test.site
        do {
            let drawn = try ProjectionStore(drawingAt: aside, emptyRoot: Self.emptyRoot)
            let position = try Replay.run(
                drawn, from: site.store.log, replicas: site.store.replicas, progress: { _, _ in })
            #expect(position.size == site.head.size)
            #expect(try differences(site.store.projections, drawn).isEmpty)
            try drawn.finish(path: aside)
        }
        try replay(site, usual).checkpoint()
        #expect(try indexes(aside) == indexes(usual))
        let read = try ProjectionStore(readingAt: aside)
        #expect(try differences(site.store.projections, read).isEmpty)
        #expect(try read.read { try $0.position() } == site.store.projections.read { try $0.position() })
    }

    @Test func `a log of many pages is drawn in order, however its pages are read`() async throws {
        let partnership = try await Partnership()
        for _ in 0..<520 { try await partnership.consent() }
        let site = partnership.test.site
        let folder = try TemporaryFolder()
        let drawn = try ProjectionStore(drawingAt: folder.path("a.sqlite"), emptyRoot: Self.emptyRoot)
        var told: [Int64] = []
        _ = try Replay.run(drawn, from: site.store.log, replicas: site.store.replicas) { done, _ in told.append(done) }
        #expect(told.count > 1)
        #expect(told == told.sorted())
        #expect(try differences(site.store.projections, drawn).isEmpty)
    }

    @Test func `a tampered row is found and named`() async throws {
        let partnership = try await busy()
        let folder = try TemporaryFolder()
        let path = folder.path("a.sqlite")
        let truth = try replay(partnership.test.site, folder.path("b.sqlite"))
        do {
            let tampered = try replay(partnership.test.site, path)
            try tampered.checkpoint()
        }
        let file = try DatabaseQueue(path: path)
        try await file.write { db in
            try db.execute(sql: "UPDATE referral SET state = 'accepted'")
            try db.execute(sql: "DELETE FROM party WHERE idx = (SELECT MIN(idx) FROM party)")
            try db.execute(sql: "INSERT INTO audience (agency, idx) VALUES ('urn:104714', 3)")
        }
        let found = try differences(try ProjectionStore(readingAt: path), truth)
        #expect(found.map(\.table).sorted() == ["audience", "party", "referral"])
        #expect(found.first { $0.table == "referral" }?.columns == ["state"])
        #expect(found.first { $0.table == "audience" }?.kind == .extra)
        #expect(found.first { $0.table == "party" }?.kind == .missing)
        #expect(found.first { $0.table == "audience" }?.key == "agency=urn:104714 idx=3")
    }

    @Test func `a replay can stop at an index or a moment`() async throws {
        let partnership = try await busy()
        let site = partnership.test.site
        let folder = try TemporaryFolder()
        let byIndex = try replay(site, folder.path("a.sqlite"), until: .size(5))
        #expect(try byIndex.read { try $0.position().size } == 5)
        let before = partnership.test.clock.now.adding(seconds: -1)
        let byTime = try replay(site, folder.path("b.sqlite"), until: .time(before))
        let subject = try #require(
            try site.desk.lookup(try PersonIdentifier(Partnership.person), for: partnership.trust.reader())["subject"]?
                .string)
        let reference = SubjectReference(try #require(UniqueID(subject)))
        #expect(try byTime.read { try $0.consents(of: reference).first?.withdrawal } == nil)
        #expect(try site.store.projections.read { try $0.consents(of: reference).first?.withdrawal } != nil)
        #expect(throws: ReplayError.self) {
            _ = try replay(site, folder.path("c.sqlite"), until: .size(site.head.size + 1))
        }
    }

    @Test func `projections that lag, are missing or show another log are mended at the start`() async throws {
        let folder: TemporaryFolder
        let clock: ManualClock
        var size: Int64 = 0
        do {
            let partnership = try await busy()
            folder = partnership.test.folder
            clock = partnership.test.clock
            size = partnership.test.site.head.size
            await partnership.test.site.end()
        }
        let path = folder.path("site/projections.sqlite")
        for damage in [
            "DELETE FROM referral_step; UPDATE position SET size = 0, root = zeroblob(32)",
            "UPDATE position SET size = size + 50", "DROP TABLE position",
        ] {
            do {
                let file = try DatabaseQueue(path: path)
                try await file.write { try $0.execute(sql: damage) }
            }
            let site = try TestSite.open(folder, clock)
            #expect(try site.store.projections.read { try $0.position().size } == size)
            let truth = try replay(site, folder.path("truth-\(damage.count).sqlite"))
            #expect(try differences(site.store.projections, truth).isEmpty, "\(damage)")
            await site.end()
        }
    }

    @Test func `a data folder serves one daemon at a time`() async throws {
        let partnership = try await Partnership()
        #expect(throws: DataFolderError.self) { _ = try TestSite.open(partnership.test.folder, partnership.test.clock) }
    }

    @Test func `the whole log verifies under the keys that it says were valid`() async throws {
        let partnership = try await busy()
        let store = partnership.test.site.store
        let report = await LogVerifier(
            storage: store.log.storage, vault: store.log.vault, key: partnership.test.site.verifierKey,
            timeline: LogAuthority(reading: store.log)
        ).run()
        #expect(report.findings.isEmpty)
        #expect(report.bodies == partnership.test.site.head.size)
    }
}

/// `disclose explain --data`: the log gives the decision again.
@Suite struct ExplanationTests {
    @Test func `every decision taken again from the log is the one that was signed`() async throws {
        let decisions: [UniqueID]
        let folder: TemporaryFolder
        let clock: ManualClock
        do {
            let partnership = try await Partnership()
            (folder, clock) = (partnership.test.folder, partnership.test.clock)
            let consent = try await partnership.consent()
            let permitted = try await partnership.ask(["identity", "health.mental"])
            let referral = try await partnership.refer()
            clock.advance(seconds: 3600)
            try await partnership.withdraw(consent.id)
            let refused = try await partnership.ask(["identity"])
            // What comes later must not change what was decided.
            try await partnership.consent()
            decisions = [permitted.id, referral.id, refused.id] + refused.follows.map(\.id)
            await partnership.test.site.end()
        }
        let keys = try SiteKeys.load(from: DataFolder(path: folder.path("site")))
        let verifier = try CheckpointSigner(origin: TestSite.origin, key: keys.checkpoint).verifierKey
        let log = try ReadOnlyLog(
            folder: DataFolder(path: folder.path("site")), keys: CheckpointKeys(first: verifier), kek: keys.kek)
        let replicas = Replicas(reading: DataFolder(path: folder.path("site")), beside: log)
        for id in decisions {
            let explanation = try Retaken.of(id, in: log, replicas: replicas, progress: { _, _ in })
            #expect(explanation.isSame, "\(explanation)")
        }
        #expect(throws: ExplanationError.self) {
            _ = try Retaken.of(UniqueID.random(), in: log, replicas: replicas, progress: { _, _ in })
        }
        _ = clock
    }

    /// The projections are believed while a daemon runs (docs/THREATS.md, section 9): this is what shows afterwards.
    @Test func `what was decided by a row that somebody changed is told by a replay, and by taking it again`()
        async throws
    {
        let partnership = try await Partnership()
        let test = partnership.test
        let consent = try await partnership.consent()
        try await partnership.withdraw(consent.id)
        await test.site.end()
        try await DatabaseQueue(path: test.folder.path("site/projections.sqlite")).write {
            try $0.execute(sql: "UPDATE consent SET withdrawn = NULL, withdrawn_event = NULL, withdrawn_at = NULL")
        }
        let site = try TestSite.open(test.folder, test.clock)
        let request = try test.sign(
            "disclosure.requested", by: partnership.council.key, source: partnership.council.id,
            subject: Partnership.person, partnership.question(["identity"]))
        let receipt = try await site.record([try site.frontDesk.receive(request)])[0].get()
        #expect(receipt.outcome == "permitted")
        let drawn = try ProjectionStore(path: test.folder.path("a.sqlite"), emptyRoot: MerkleHash.emptyRoot.bytes)
        _ = try Replay.run(drawn, from: site.store.log, replicas: site.store.replicas, progress: { _, _ in })
        let found = try site.store.projections.read { live in
            try drawn.read { try live.differences(from: $0, limit: 100).shown }
        }
        #expect(found.map(\.table) == ["consent"])
        let own = site.store.log
        let log = try ReadOnlyLog(storage: own.storage, keys: own.keys, vault: own.vault)
        let taken = try Retaken.of(receipt.id, in: log, replicas: site.store.replicas, progress: { _, _ in })
        #expect(!taken.isSame && taken.recorded.outcome == .permitted && taken.evaluated.outcome == .refused)
        await site.end()
    }
}
