import Encodings
import Foundation
import GRDB
import Support
import Testing

@testable import EventStore

/// Every step of an append, as "failed and not persisted" and "failed but persisted", at different places of a log and
/// for events with and without a new person. After each, as after a restart: the log is sound, nothing acknowledged is
/// missing, and the next event is taken.
@Suite struct FaultTableTests {
    /// Where an append fails.
    enum Step: String, CaseIterable, Sendable {
        case vaultWrite = "vault write", vaultCommit = "vault commit", entryInsert = "entry insert"
        case bodyInsert = "body insert", tileWrite = "tile write", checkpointWrite = "checkpoint write"
        case commit

        /// Whether the process must end, because the state on disk is not known.
        var isFatal: Bool { self == .commit || self == .vaultCommit }

        /// The table whose insert fails.
        var table: String? {
            switch self {
            case .vaultWrite: "subject"
            case .entryInsert: "entry"
            case .bodyInsert: "body"
            case .tileWrite: "tile"
            case .checkpointWrite: "checkpoint"
            case .vaultCommit, .commit: nil
            }
        }
    }

    /// Sizes around the filling of a tile, which an append of three does from 253 to 255.
    private static let sizes = [0, 1, 2, 7, 253, 254, 255, 256]

    @Test(
        "a step that fails leaves a log that goes on, with everything that was acknowledged", arguments: Step.allCases)
    func table(step: Step) async throws {
        var faults = 0
        for size in Self.sizes {
            for hasPerson in [false, true] {
                for isPersisted in [false, true] {
                    faults += try await fail(step, size: size, hasPerson: hasPerson, isPersisted: isPersisted)
                }
            }
        }
        print("fault table, \(step.rawValue): \(faults) faults, nothing acknowledged was lost")
        #expect(faults > 0)
    }

    /// - Returns: how many faults were provoked: none where an append does not take the step, or it cannot fail that way.
    private func fail(_ step: Step, size: Int, hasPerson: Bool, isPersisted: Bool) async throws -> Int {
        switch step {
        case .vaultWrite where !hasPerson || isPersisted, .vaultCommit where !hasPerson: return 0
        case .tileWrite where (size + 3) / 256 == size / 256 || isPersisted: return 0
        // What fails within a transaction is never persisted by itself.
        case .entryInsert where isPersisted, .bodyInsert where isPersisted, .checkpointWrite where isPersisted: return 0
        default: break
        }
        let what = "\(step.rawValue), size \(size), person \(hasPerson), persisted \(isPersisted)"
        let site = try Site()
        let acknowledged = size > 0 ? try site.append(size) : []
        let identifier = "nhs:9476719931"
        let person = hasPerson ? try site.person(identifier) : nil
        try provoke(step, site, isPersisted: isPersisted)
        #expect(throws: LogError.self, "\(what)") {
            if let person { try site.append(3, subject: person, naming: identifier) } else { try site.append(3) }
        }
        try site.reopen()
        for entry in acknowledged { #expect(try site.log.entry(at: entry.index) == entry.entry, "\(what)") }
        let isThere = isPersisted && step == .commit
        #expect(site.log.head.size == Int64(acknowledged.count + (isThere ? 3 : 0)), "\(what)")
        let known = try site.vault.reference(for: identifier)
        #expect((known != nil) == (hasPerson && isThere) || !step.isFatal, "\(what)")
        // Whoever the log does not need after all is forgotten, and may come again.
        let again = try site.person(identifier)
        _ = try site.append(2, subject: again, naming: identifier)
        let report = await site.verify()
        #expect(report.isSound, "\(what): \(report.findings)")
        return 1
    }

    /// Sees to it that the step fails in the next append.
    private func provoke(_ step: Step, _ site: Site, isPersisted: Bool) throws {
        let log = try SQLiteLogStorage(path: site.folder.log)
        site.storage.inner = log
        switch step {
        // The answer of a commit that happened is lost; or SQLite refuses the commit.
        case .commit where isPersisted: site.storage.failNext(.afterCommit)
        case .commit: failCommit(of: log.pool)
        // The vault has the person, and then the log fails; or the vault's own commit is refused.
        case .vaultCommit where isPersisted: site.storage.failNext(.lostCommit)
        case .vaultCommit: failCommit(of: site.vault.pool)
        case .vaultWrite: try failInsert(into: step.table, of: site.vault.pool)
        case .entryInsert, .bodyInsert, .tileWrite, .checkpointWrite: try failInsert(into: step.table, of: log.pool)
        }
    }

    private func failInsert(into table: String?, of pool: DatabasePool) throws {
        guard let table else { return }
        // On the writer's connection only, and gone with it, as a fault of the disk is.
        try pool.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    CREATE TEMP TRIGGER fault BEFORE INSERT ON main.\(table)
                    BEGIN SELECT RAISE(ABORT, 'the test failed this write'); END
                    """)
        }
    }

    private func failCommit(of pool: DatabasePool) {
        pool.add(transactionObserver: RefusedCommit(), extent: .databaseLifetime)
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
