package import Encodings
package import EventStore
import Foundation
import GRDB

/// What came, in the steps in which the own log is told of it (`sync.advanced`): the same events again whenever it is replayed.
extension PeerReplica {
    /// The sizes behind one up to which everything is here, ascending: the ends of pieces that have another behind them, or that the peer's
    /// statement closes. The own log may be told of each.
    package func closedSizes(after size: Int64) throws(ReplicaError) -> [Int64] {
        let state = self.state
        let end = state.isComplete ? state.cursor.size : state.cursor.size - 1
        return try ReplicaError.storage { () throws(StorageError) in
            try read("how far it has got") { db in
                try Int64.fetchAll(
                    db.cachedStatement(
                        sql: "SELECT DISTINCT size FROM progress WHERE size > ? AND size <= ? ORDER BY size"),
                    arguments: [size, end])
            }
        }
    }

    /// The root of the peer's tree at a size that is here.
    package func root(at size: Int64) throws(LogError) -> MerkleHash {
        guard size > 0 else { return .emptyRoot }
        var tree = tree()
        return try tree.root(from: 0, to: size)
    }

    /// Whether an event came between two closed sizes.
    package func broughtEvents(after old: Int64, upTo size: Int64) throws(ReplicaError) -> Bool {
        try ReplicaError.storage { () throws(StorageError) in
            try read("whether events came") { db in
                try Bool.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT EXISTS (SELECT 1 FROM entry WHERE late = 1 AND told > ?1 AND told <= ?2)
                                OR EXISTS (SELECT 1 FROM entry WHERE idx >= ?1 AND idx < ?2 AND told <= ?2)
                            """), arguments: [old, size])
            } ?? false
        }
    }

    /// The events that came between two closed sizes, in the order of the peer's log and as they were when they came: with the disclosures of
    /// then, whatever came since.
    /// - Parameters:
    ///   - index: only from this position of the peer's log on.
    ///   - limit: bodies of as many are in memory.
    package func arrivals(
        after old: Int64, upTo size: Int64, from index: Int64, limit: Int
    ) throws(ReplicaError) -> [ReplicatedEvent] {
        let rows = try ReplicaError.storage { () throws(StorageError) in
            try read("events") { db in
                // Older ones that came late stand before all others.
                var rows = try Row.fetchAll(
                    db.cachedStatement(
                        sql: Self.select(body: "ASC") + """
                            WHERE entry.late = 1 AND told > ? AND told <= ? AND entry.idx >= ? AND entry.idx < ?
                            ORDER BY entry.idx LIMIT ?
                            """), arguments: [old, size, index, old, limit])
                if rows.count < limit {
                    rows += try Row.fetchAll(
                        db.cachedStatement(
                            sql: Self.select(body: "ASC")
                                + "WHERE entry.idx >= ? AND entry.idx < ? AND told <= ? ORDER BY entry.idx LIMIT ?"),
                        arguments: [max(old, index), size, size, limit - rows.count])
                }
                return try rows.map { try Self.row($0) }
            }
        }
        // That the peer erased it since changes nothing of what was known: only a key that is gone does.
        return try open(rows, asItCame: true)
    }

    /// One event as it was when it came first; nil if none stands at that position.
    package func arrival(at index: Int64) throws(ReplicaError) -> ReplicatedEvent? {
        let row = try ReplicaError.storage { () throws(StorageError) in
            try read("an event") { db in
                try Row.fetchOne(
                    db.cachedStatement(sql: Self.select(body: "ASC") + "WHERE entry.idx = ?"), arguments: [index]
                ).map { try Self.row($0) }
            }
        }
        guard let row else { return nil }
        return try open(row, asItCame: true)
    }

    /// As of when somebody who knows what came up to a size knows everything that the peer addressed to this site; nil where it never said.
    package func asOf(knowing size: Int64) throws(ReplicaError) -> Instant? {
        guard let newest = state.statement?.statement else { return nil }
        if newest.size <= size { return newest.asOf }
        if try !broughtEvents(after: size, upTo: newest.size) { return newest.asOf }
        let stored = try ReplicaError.storage { () throws(StorageError) in
            try read("a statement") { db in
                try Int64.fetchOne(
                    db.cachedStatement(
                        sql: "SELECT as_of FROM statement WHERE size <= ? ORDER BY number DESC LIMIT 1"),
                    arguments: [size])
            }
        }
        return stored.map { Instant(milliseconds: $0) }
    }
}
