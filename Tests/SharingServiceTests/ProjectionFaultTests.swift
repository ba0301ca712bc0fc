import Encodings
import EventStore
import GRDB
import Locking
import SharingModel
import SharingService
import SiteSupport
import Support
import Testing

@testable import Projections

/// The last row of the fault table: the log has a batch, and then the commit of the projections fails.
@Suite struct ProjectionFaultTests {
    /// - Parameter isPersisted: the commit happened and nobody heard of it; else SQLite took the transaction back.
    @Test(
        "a commit of the projections that fails loses nothing and shows nothing twice",
        arguments: [0, 1, 5], [(false, false), (false, true), (true, false), (true, true)])
    func fault(before: Int, _ kind: (isPersisted: Bool, isNewPerson: Bool)) async throws {
        let partnership = try await Partnership()
        let test = partnership.test
        var acknowledged: [Receipt] = [try await partnership.consent()]
        for _ in 0..<before { acknowledged.append(try await partnership.ask(["identity", "health.mental"])) }
        let size = test.site.head.size

        // Brings a decision with it, so two entries stand or fall together.
        let person = kind.isNewPerson ? Partnership.otherPerson : Partnership.person
        let event = try test.sign(
            "disclosure.requested", by: partnership.council.key, source: partnership.council.id, subject: person,
            partnership.question(["identity"]))
        if !kind.isPersisted {
            test.site.store.projections.database.add(
                transactionObserver: RefusedCommit(), extent: .databaseLifetime)
        }
        let answer = await test.post(event)
        if !kind.isPersisted {
            // Whoever asks is told that the site ends, never a receipt; nor does the site take anything more.
            for answer in [answer, await test.post(event)] {
                #expect(throws: Rejection.ending) { try answer.get() }
            }
        }
        await test.site.end()

        let site = try TestSite.open(test.folder, test.clock)
        #expect(site.head.size == size + 2)
        for receipt in acknowledged { #expect(try site.store.log.index(of: receipt.id) == receipt.index) }
        #expect(try site.store.projections.read { try $0.position().size } == size + 2)
        let truth = try ProjectionStore(
            path: test.folder.path("truth.sqlite"), emptyRoot: MerkleHash.emptyRoot.bytes)
        _ = try Replay.run(
            truth, from: site.store.log, replicas: site.store.replicas, until: .newest, progress: { _, _ in })
        let differences = try site.store.projections.read { live in
            try truth.read { try live.differences(from: $0, limit: 10).shown }
        }
        #expect(differences.isEmpty)
        // Sent again, it gets the receipt of what was recorded.
        let received = try site.frontDesk.receive(event)
        let receipt = try await site.record([received])[0].get()
        #expect(receipt.index == size && receipt.isRepeat)
        #expect(site.head.size == size + 2)
        await site.end()
        print("fault table, projection commit: 1 fault, nothing acknowledged was lost")
    }
}

extension ProjectionFaultTests {
    // Long: the other tests may have all cores before it.
    @Test(.timeLimit(.minutes(10)))
    func `a commit that a reader waited for and that failed ends the site, without another event`() async throws {
        let test = try TestSite()
        await test.site.end()
        let told = Locked(0)
        let site = try TestSite.open(test.folder, test.clock) { _ in told.withLock { $0 += 1 } }
        let store = site.store.projections
        store.database.add(transactionObserver: RefusedCommit(), extent: .databaseLifetime)
        // As if another batch were about to follow.
        try store.extend(limit: 100, more: { true }) { writer in
            try writer.advance(to: writer.reader.position())
            return ((), events: 1)
        }
        #expect(throws: (any Error).self) { try store.read { try $0.position() } }
        #expect(throws: ProjectionError.self) { try store.read { try $0.position() } }
        while told.withLock({ $0 }) == 0 { await Task.yield() }
        await site.end()
        #expect(told.withLock { $0 } == 1)
    }
}

/// Refuses the next commit: SQLite takes the transaction back, and COMMIT fails.
private final class RefusedCommit: TransactionObserver {
    struct Refused: Error {}

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws { throw Refused() }
    func databaseDidCommit(_ db: Database) {}
    func databaseDidRollback(_ db: Database) {}
}
