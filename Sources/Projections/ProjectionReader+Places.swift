package import Encodings
import Foundation
import GRDB

/// Where the event at a place stands.
package enum EventSource: Sendable, Hashable {
    /// In the site's own log, at this position.
    case own(Int64)
    /// In a peer's log, named by its verifier key, of which the replica is here.
    case peer(origin: String, vkey: String, position: Int64)

    /// In the log that it stands in.
    package var position: Int64 {
        switch self {
        case .own(let position), .peer(_, _, let position): position
        }
    }

    /// The origin of that log; nil for the own one.
    package var peer: String? {
        switch self {
        case .own: nil
        case .peer(let origin, _, _): origin
        }
    }
}

/// Places count all events that this site knows, in the order in which it came to know them: its own log, and behind each `sync.advanced`
/// what that brought of a peer's log. Of two facts the one at the later place is the newer one for this site.
extension ProjectionReader {
    /// The origin of the own log, from its first event; empty where there is none.
    func ownOrigin() throws -> String {
        let author: String = try first("SELECT author FROM event WHERE idx = 0", [])?["author"] ?? ""
        return String(author.dropFirst("site:".count))
    }

    /// How many events of peers have a place.
    package func arrived() throws -> Int64 {
        try first("SELECT arrived FROM sync ORDER BY idx DESC LIMIT 1", [])?["arrived"] ?? 0
    }

    /// The place of an event of the own log; for the log's size, of the next one.
    package func place(ofOwn position: Int64) throws -> Int64 {
        let before: Int64? = try first(
            "SELECT arrived FROM sync WHERE own < ? ORDER BY own DESC LIMIT 1", [position])?["arrived"]
        return position + (before ?? 0)
    }

    package func source(of place: Int64) throws -> EventSource {
        let arrival = try first(
            "SELECT peer, position, vkey FROM arrival WHERE idx = ?", [place])
        if let arrival { return .peer(origin: arrival["peer"], vkey: arrival["vkey"], position: arrival["position"]) }
        let before: Int64? = try first(
            "SELECT arrived FROM sync WHERE idx < ? ORDER BY idx DESC LIMIT 1", [place])?["arrived"]
        return .own(place - (before ?? 0))
    }

    /// Where an event stands; nil if this site does not know it.
    package func source(of event: UniqueID) throws -> EventSource? { try index(of: event).map { try source(of: $0) } }

    /// The position in the own log at which this site came to know the event at a place.
    package func known(at place: Int64) throws -> Int64 {
        let arrival = try first(
            "SELECT s.own AS own FROM arrival a JOIN sync s ON s.idx = a.brought WHERE a.idx = ?", [place])
        return try arrival?["own"] ?? source(of: place).position
    }

    /// The keys in peers' logs by those logs' verifier keys, in the order of enrolment there. Only those of agencies that are registered here as
    /// hosted at that peer, and of the peer's site itself: no peer says anything of others' keys.
    package func peerKeys() throws -> [(vkey: String, key: KeyRow)] {
        try all(
            """
            SELECT k.* FROM peer_key k LEFT JOIN agency a ON a.agency = k.agency
            WHERE a.site = k.peer OR k.agency = 'site:' || k.peer ORDER BY k.vkey, k.enrolled, k.kid
            """
        ).map { ($0["vkey"], try Self.keyRow($0)) }
    }

    package func peerKeyRevocations() throws -> [(vkey: String, revocation: KeyRevocationRow)] {
        try all("SELECT * FROM peer_key_revocation ORDER BY vkey, position").map { row in
            (
                row["vkey"],
                KeyRevocationRow(
                    index: row["position"], kid: row["kid"],
                    since: Column(table: "peer_key_revocation").instant(row, "since"))
            )
        }
    }
}
