package import Encodings
import EventStore
import Foundation
import GRDB

/// Evidence as it is kept.
package struct KeptEvidence: Sendable {
    package let number: Int64
    package let evidence: Evidence
    /// Whether somebody has looked into it and decided to go on.
    package let isSettled: Bool
}

/// Evidence without what shows it, which may be as large as a piece.
package struct EvidenceSummary: Sendable, Hashable {
    package let kind: Evidence.Kind
    package let found: Instant
    package let stops: Bool
    package let detail: String
    /// Whether somebody has looked into it and decided to go on.
    package let isSettled: Bool
}

extension PeerReplica {
    /// Keeps evidence, durably. Of one kind the first few are kept with what shows them, and as many as a witness keeps at all: the first
    /// prove as much as the next.
    package func keep(_ evidence: Evidence) throws(ReplicaError) {
        try ReplicaError.storage { () throws(StorageError) in
            try pool.commit("keep evidence") { db in
                let kept =
                    try Int.fetchOne(
                        db, sql: "SELECT count(*) FROM evidence WHERE kind = ?", arguments: [evidence.kind.rawValue])
                    ?? 0
                guard kept < Limits.evidenceOfOneKind else { return }
                let material = kept < ShippingLimits.evidenceOfOneKind ? Data(evidence.material) : Data()
                try db.execute(
                    sql: "INSERT INTO evidence(kind, time, stops, detail, material) VALUES (?, ?, ?, ?, ?)",
                    arguments: [
                        evidence.kind.rawValue, evidence.found.milliseconds, evidence.stops, evidence.detail, material,
                    ])
            }
        }
    }

    /// Everything that was kept, oldest first.
    package func evidence() throws(ReplicaError) -> [KeptEvidence] {
        try ReplicaError.storage { () throws(StorageError) in
            try read("evidence") { db in
                let settled = try Int64.fetchOne(db, sql: "SELECT max(evidence) FROM resumption") ?? 0
                return try Row.fetchAll(
                    db, sql: "SELECT number, kind, time, stops, detail, material FROM evidence ORDER BY number"
                ).compactMap { row -> KeptEvidence? in
                    guard let kind = Evidence.Kind(rawValue: try row.value(1)) else { return nil }
                    let number: Int64 = try row.value(0)
                    return KeptEvidence(
                        number: number,
                        evidence: Evidence(
                            kind, found: Instant(milliseconds: try row.value(2)),
                            material: Array(try row.value(5) as Data), detail: try row.value(4),
                            stops: try row.value(3)),
                        isSettled: number <= settled)
                }
            }
        }
    }

    /// What keeps this site from taking more from the peer; nil where nothing does.
    package func stop() throws(ReplicaError) -> EvidenceSummary? {
        try ReplicaError.storage { () throws(StorageError) in
            try read("evidence") { db in try Self.findings(db, "WHERE stops AND NOT settled ORDER BY number LIMIT 1") }
        }.first
    }

    /// The newest of what was kept, oldest first, without what shows it.
    package func findings(limit: Int) throws(ReplicaError) -> [EvidenceSummary] {
        try ReplicaError.storage { () throws(StorageError) in
            try read("evidence") { db in try Self.findings(db, "ORDER BY number DESC LIMIT \(limit)") }
        }.reversed()
    }

    static func findings(_ db: Database, _ which: String) throws -> [EvidenceSummary] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT kind, time, stops, detail, settled FROM (
                    SELECT *, number <= (SELECT coalesce(max(evidence), 0) FROM resumption) AS settled FROM evidence
                ) \(which)
                """
        ).compactMap { row in
            guard let kind = Evidence.Kind(rawValue: try row.value(0)) else { return nil }
            return EvidenceSummary(
                kind: kind, found: Instant(milliseconds: try row.value(1)), stops: try row.value(2),
                detail: try row.value(3), isSettled: try row.value(4))
        }
    }

    /// Goes on in spite of the evidence so far: what an operator decides, for a reason that is kept.
    package func resume(reason: String, now: Instant) throws(ReplicaError) {
        try ReplicaError.storage { () throws(StorageError) in
            try pool.commit("keep a decision") { db in
                try db.execute(
                    sql: """
                        INSERT INTO resumption(evidence, time, reason)
                        SELECT coalesce(max(number), 0), ?, ? FROM evidence
                        """, arguments: [now.milliseconds, reason])
            }
        }
    }

    /// Destroys what came about a person: marks the bodies as erased, then destroys the one key that opens them.
    /// - Parameter subject: the peer's reference, as its entries have it.
    /// - Returns: how many events it was.
    @discardableResult
    package func erase(_ subject: UniqueID) throws(ReplicaError) -> Int {
        var count = 0
        try ReplicaError.storage { () throws(StorageError) in
            try pool.commit("mark bodies as erased") { db in
                let rows = try Row.fetchCursor(db, sql: "SELECT idx, bytes FROM entry ORDER BY idx")
                var places: [Int64] = []
                while let row = try rows.next() {
                    guard try Entry(parsing: Array(try row.value(1) as Data)).subject == subject else { continue }
                    places.append(try row.value(0))
                }
                for place in places {
                    try db.execute(
                        sql: "INSERT INTO erasure(idx) VALUES (?) ON CONFLICT DO NOTHING", arguments: [place])
                }
                count = places.count
            }
        }
        try ReplicaError.vault { () throws(VaultError) in
            try vault.destroyReplicaKey(Vault.reference(to: subject, at: origin))
        }
        return count
    }
}
