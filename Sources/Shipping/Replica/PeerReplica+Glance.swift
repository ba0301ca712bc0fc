package import Encodings
package import EventStore
import Foundation
import GRDB

/// What a glance at a replica's file tells, beside a running daemon or without one.
package struct ReplicaGlance: Sendable {
    /// Entries that were verified.
    package let size: Int64
    /// The peer's clock when it said last that this was all; nil where it never did.
    package let asOf: Instant?
    /// What keeps the site from taking more; nil where nothing does.
    package let stop: EvidenceSummary?
}

extension PeerReplica {
    /// - Returns: nil where there is no file.
    package static func glance(at path: String) throws(StorageError) -> ReplicaGlance? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let pool = try SQLiteFile.openForReading(path, ReplicaSchema.kind)
        return try SQLiteFile.attempt("look at the replica") {
            try pool.read { db in
                ReplicaGlance(
                    size: try Int64.fetchOne(db, sql: "SELECT size FROM progress ORDER BY number DESC LIMIT 1") ?? 0,
                    asOf: try Int64.fetchOne(db, sql: "SELECT as_of FROM statement ORDER BY number DESC LIMIT 1")
                        .map { Instant(milliseconds: $0) },
                    stop: try findings(db, "WHERE stops AND NOT settled ORDER BY number LIMIT 1").first)
            }
        }
    }
}
