import Encodings
import EventStore
import Foundation
import GRDB
import Projections
import Shipping
import SiteSupport
import Support
import Testing

@testable import SharingService

/// What came of peers, changed by somebody with the disk in hand who has no key.
@Suite struct TamperedReplicaTests {
    /// What is changed in a replica, at the position of an entry that is for everybody.
    enum Change: CaseIterable {
        case nothing, body, entry, entryAndLeaf

        func make(_ stored: Entry, at index: Int64, _ db: Database) throws {
            let forged = try Entry(
                id: stored.id, type: stored.type, author: stored.author, kid: stored.kid, subject: stored.subject,
                audience: stored.audience, cause: stored.cause, releases: stored.releases, occurred: stored.occurred,
                recorded: stored.recorded.adding(seconds: 1), commitment: stored.commitment)
            func set(_ table: String, _ column: String, to bytes: some Sequence<UInt8>) throws {
                try db.execute(
                    sql: "UPDATE \(table) SET \(column) = ? WHERE idx = ?", arguments: [Data(bytes), index])
            }
            switch self {
            case .nothing: break
            case .body:
                var bytes = try #require(
                    try Data.fetchOne(db, sql: "SELECT sealed FROM body WHERE idx = ?", arguments: [index]))
                bytes[0] ^= 1
                try set("body", "sealed", to: bytes)
            case .entry: try set("entry", "bytes", to: forged.bytes)
            case .entryAndLeaf:
                try set("entry", "bytes", to: forged.bytes)
                try set("leaf", "hash", to: forged.leafHash.bytes)
            }
        }
    }

    @Test(arguments: Change.allCases)
    func `a replica with a body, an entry or a leaf that is not the peer's is neither opened nor replayed`(
        change: Change
    ) async throws {
        let league = try await League()
        try await league.refer()
        try await league.shipAll()
        let folder = DataFolder(path: league.atCouncil.folder.path("site"))
        let keys = league.atCouncil.site.store.log.keys
        let school = league.atSchool.site.store.log
        // The baseline: everybody may read it, so it is in the clear.
        let index = try #require(
            (0..<school.head.size).first { (try? school.entry(at: $0).type) == "sharing.baseline.adopted.v1" })
        let stored = try school.entry(at: index)
        let path = folder.replica(of: school.verifierKey)
        await league.end()
        try await DatabaseQueue(path: path).write { db in
            for name in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try db.execute(sql: "DROP TRIGGER \(name)")
            }
            try change.make(stored, at: index, db)
        }
        let log = try ReadOnlyLog(folder: folder, keys: keys, kek: SiteKeys.load(from: folder).kek)
        let temporary = try TemporaryFolder()
        let drawn = try ProjectionStore(path: temporary.path("a.sqlite"), emptyRoot: MerkleHash.emptyRoot.bytes)
        func replay() throws {
            _ = try Replay.run(drawn, from: log, replicas: Replicas(reading: folder, beside: log)) { _, _ in }
        }
        func open() throws {
            _ = try Replicas(reading: folder, beside: log).replica(
                of: school.verifierKey.name, vkey: school.verifierKey.description)
        }
        if change == .nothing {
            try open()
            try replay()
        } else {
            #expect(throws: ReplicaError.self) { try open() }
            #expect(throws: (any Error).self) { try replay() }
        }
    }
}
