import Encodings
import EventStore
import Foundation
import GRDB
package import SharingModel

extension ProjectionWriter {
    func add(_ data: PeerAdded, _ recorded: RecordedEvent) throws {
        try run(
            """
            INSERT INTO peer (origin, idx, url, vkey, site_key, hpke) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (origin) DO UPDATE SET idx = excluded.idx, url = excluded.url, vkey = excluded.vkey,
                site_key = excluded.site_key, hpke = excluded.hpke, removed = NULL
            """,
            [
                data.origin, recorded.index, data.url, data.vkey, data.siteKey.text, data.hpke.text,
            ])
    }
}

/// What peers' logs tell.
extension ProjectionWriter {
    func advance(_ data: SyncAdvanced, _ recorded: RecordedEvent) throws {
        guard let peer = try reader.peer(data.peer) else { return }
        let arrived = try reader.arrived()
        try run(
            "INSERT INTO sync (idx, own, peer, vkey, size, root, arrived) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [recorded.index, recorded.index - arrived, data.peer, peer.vkey, data.size, data.root, arrived])
    }

    /// Applies an event of a peer's log that may count here, at the next place behind those that its `sync.advanced` brought before.
    ///
    /// Whether it may count is the caller's to say. What cannot be drawn beside what is here already (an id that another log has, a version
    /// of an agreement that was proposed here too) leaves no trace.
    /// - Parameter isAlone: whether it alone is taken back if it cannot be drawn; else `together` takes back all that it runs.
    /// - Returns: whether it has a place now.
    package func take(_ recorded: RecordedEvent, isAlone: Bool = true) throws -> Bool {
        guard let arrival = recorded.arrival else { return false }
        try checkJournal()
        do {
            guard isAlone else {
                try place(recorded, arrival)
                return true
            }
            try db.inSavepoint {
                try place(recorded, arrival)
                try count(1, broughtAt: arrival.broughtAt)
                return .commit
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            guard isAlone else { throw CannotBeDrawn() }
            forgetKnown()
            return false
        } catch let error as ProjectionError {
            guard isAlone else { throw CannotBeDrawn() }
            forgetKnown()
            throw error
        }
        return true
    }

    /// Takes many events at once: what has to be put back if one of them cannot be drawn is noted once for all, and not for each.
    /// - Parameters:
    ///   - place: of the `sync.advanced` that brought them.
    ///   - body: calls `take` for each, not alone, and returns how many have a place.
    /// - Returns: whether all could be drawn. If not, nothing was, and each has to be taken alone.
    package func together(broughtAt place: Int64, _ body: () throws -> Int64) throws -> Bool {
        try checkJournal()
        do {
            try db.inSavepoint {
                try count(body(), broughtAt: place)
                return .commit
            }
            return true
        } catch is CannotBeDrawn {
            forgetKnown()
            return false
        }
    }

    private func checkJournal() throws {
        guard drawing?.canTakeBack ?? true else { throw ProjectionError.noJournal }
    }

    /// One of several cannot be drawn beside what is here.
    private struct CannotBeDrawn: Error {}

    private func place(_ recorded: RecordedEvent, _ arrival: RecordedEvent.Arrival) throws {
        try apply(recorded)
        try run(
            "INSERT INTO arrival (idx, peer, vkey, position, brought) VALUES (?, ?, ?, ?, ?)",
            [recorded.index, arrival.peer, arrival.vkey, arrival.position, arrival.broughtAt])
    }

    private func count(_ placed: Int64, broughtAt place: Int64) throws {
        try run("UPDATE sync SET arrived = arrived + ? WHERE idx = ?", [placed, place])
    }

    /// Notes that an event of a peer waits for what it refers to. Beyond a number for each log, whatever waits is not looked at again.
    /// - Returns: whether it waits.
    package func wait(_ arrival: RecordedEvent.Arrival, atMost limit: Int64) throws -> Bool {
        let count: Int64 =
            try reader.first("SELECT count(*) AS n FROM waiting WHERE vkey = ?", [arrival.vkey])?["n"] ?? 0
        guard count < limit else { return false }
        try run(
            "INSERT INTO waiting (vkey, peer, position) VALUES (?, ?, ?)",
            [arrival.vkey, arrival.peer, arrival.position])
        return true
    }

    /// It waits no longer.
    package func release(_ waiting: WaitingRow) throws {
        try run("DELETE FROM waiting WHERE number = ?", [waiting.number])
    }

    /// Notes the keys that an event of a peer's log enrols or revokes there.
    /// - Returns: whether it does either. Such an event has no place here: it says nothing about anybody's information.
    package func takeKeys(of recorded: RecordedEvent) throws -> Bool {
        guard let arrival = recorded.arrival else { return false }
        func enrol(_ keys: [(jwk: JSON, roles: [KeyRole])], for agency: AgencyID) throws {
            for (jwk, roles) in keys {
                guard let key = try? PublicKey(jwk: jwk) else { continue }
                try run(
                    """
                    INSERT INTO peer_key (vkey, peer, kid, agency, jwk, roles, enrolled, enrolled_by, enrolled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """,
                    [
                        arrival.vkey, arrival.peer, key.thumbprint.description, agency.text, key.jwk.text,
                        texts(roles.map(\.rawValue)),
                        arrival.position, recorded.kid, recorded.recorded.milliseconds,
                    ])
            }
        }
        switch recorded.event.data {
        case .siteFounded(let data): try enrol(data.keys.map { ($0.jwk, $0.roles) }, for: recorded.author)
        case .agencyRegistered(let data): try enrol(data.keys.map { ($0.jwk, $0.roles) }, for: data.agency)
        case .keyEnrolled(let data): try enrol([(data.jwk, data.roles)], for: data.agency)
        case .keyRevoked(let data):
            try run(
                "INSERT INTO peer_key_revocation (vkey, position, kid, since) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [arrival.vkey, arrival.position, data.kid, data.since.milliseconds])
        default: return false
        }
        return true
    }
}
