package import Encodings
import Foundation
import GRDB

/// A site that this one exchanges logs with, as its operator added it.
package struct PeerRow: Sendable, Hashable {
    package let origin: String
    /// Position of the event that added it, the newest where there are several.
    package let index: Int64
    package let url: String
    package let vkey: String
    package let siteKey: JSON
    package let hpke: JSON
    /// Position of the event that removed it; nil while it is a peer.
    package let removed: Int64?
}

/// How much of a peer's log was known from a position of this log on.
package struct SyncRow: Sendable, Hashable {
    /// Position of the event that says so in the own log.
    package let own: Int64
    package let peer: String
    /// The verifier key of that log.
    package let vkey: String
    package let size: Int64
    /// In standard base64.
    package let root: String
}

/// An event of a peer that waits for what it refers to.
package struct WaitingRow: Sendable, Hashable {
    package let number: Int64
    package let vkey: String
    package let peer: String
    package let position: Int64
}

extension ProjectionReader {
    /// In the order in which they came.
    package func waiting() throws -> [WaitingRow] {
        try all("SELECT * FROM waiting ORDER BY number").map {
            WaitingRow(number: $0["number"], vkey: $0["vkey"], peer: $0["peer"], position: $0["position"])
        }
    }

    /// A site by its origin, removed ones too; nil if it was never added.
    package func peer(_ origin: String) throws -> PeerRow? {
        try first("SELECT * FROM peer WHERE origin = ?", [origin]).map(Self.peerRow)
    }

    /// Every site that was ever added, by origin.
    package func peers() throws -> [PeerRow] { try all("SELECT * FROM peer ORDER BY origin").map(Self.peerRow) }

    /// The newest word of how much of a peer's log is known; nil if nothing is. Of a log that the peer began anew nothing is known yet.
    package func sync(of peer: PeerRow) throws -> SyncRow? {
        try first(
            "SELECT * FROM sync WHERE peer = ? AND vkey = ? ORDER BY idx DESC LIMIT 1", [peer.origin, peer.vkey]
        ).map(Self.syncRow)
    }

    private static func syncRow(_ row: Row) -> SyncRow {
        SyncRow(own: row["own"], peer: row["peer"], vkey: row["vkey"], size: row["size"], root: row["root"])
    }

    private static func peerRow(_ row: Row) throws -> PeerRow {
        let column = Column(table: "peer")
        return PeerRow(
            origin: row["origin"], index: row["idx"], url: row["url"], vkey: row["vkey"],
            siteKey: try column.json(row, "site_key"), hpke: try column.json(row, "hpke"), removed: row["removed"])
    }
}
