import Dispatch
import Encodings
import EventStore
import Locking

/// Opens the bodies of a piece and holds them against their entries and their authors' keys.
///
/// They are opened one after another, because HPKE counts them; parsing and signatures, which cost nearly all the time, run on all cores.
struct BodyVerifier {
    let verifier: PieceVerifier
    let piece: UnverifiedPiece
    let told: ToldRecords

    /// What is wrong with a body; where several are, the first kind is said.
    private enum Flaw: Int, Error {
        case body
        case author
    }

    /// What came, verified.
    /// - Parameter next: follows the keys that the piece's events enrol and end, and what decisions release.
    func arrivals(_ next: inout ReplicaState) throws(PieceRefusal) -> [VerifiedPiece.Arrival] {
        let arrivals = try open()
        try checkIDs()
        // Positions decide what a key is worth, so all events that say something about keys are followed first.
        for arrival in arrivals {
            let entry = arrival.entry
            if !entry.releases.isEmpty { next.awaited.formUnion(entry.releases) }
            guard let plain = arrival.plain, Self.isForEverybody(entry) else { continue }
            do throws(Flaw) {
                follow(try announced(plain, entry), entry, at: arrival.index, &next)
            } catch {
                throw found(error)
            }
        }
        try settleAwaited(&next)
        try checkAll(arrivals, by: next.authors)
        return arrivals
    }

    /// Which entries say something to everybody who keeps a replica.
    static func isForEverybody(_ entry: Entry) -> Bool {
        entry.subject == nil && entry.audience == [Entitlement.everybody]
    }

    private func open() throws(PieceRefusal) -> [VerifiedPiece.Arrival] {
        var arrivals: [VerifiedPiece.Arrival] = []
        arrivals.reserveCapacity(told.entries.count)
        do throws(SealingError) {
            var opener: ShipmentOpener?
            for (came, sealed) in zip(told.entries, told.sealed) {
                guard let sealed else {
                    arrivals.append(VerifiedPiece.Arrival(came, plain: nil))
                    continue
                }
                if opener == nil { opener = try ShipmentOpener(piece.header, keys: verifier.trust.receiving) }
                let plain = try opener?.open(sealed, event: came.entry.id)
                arrivals.append(VerifiedPiece.Arrival(came, plain: plain))
            }
        } catch {
            throw .sealing(error)
        }
        return arrivals
    }

    /// An event has one place.
    private func checkIDs() throws(PieceRefusal) {
        var places: [UniqueID: Int64]
        do throws(StorageError) {
            places = try verifier.lookup.places(of: told.entries.map(\.entry.id))
        } catch {
            throw .storage(error)
        }
        places.reserveCapacity(told.entries.count)
        for came in told.entries {
            guard places.updateValue(came.index, forKey: came.entry.id) ?? came.index == came.index else {
                throw verifier.found(.bodyDoesNotFit, piece.bytes, "one event stands at two positions")
            }
        }
    }

    /// The event of a body, in whichever way it can be read, if it is what the entry commits to and says.
    private func event(
        _ plain: [UInt8], _ entry: Entry, _ headers: inout SeenHeaders
    ) throws(Flaw) -> (OpenedBody, ShippedEvent) {
        guard let body = OpenedBody(plain: plain), body.fits(entry.commitment), body.isWritten(as: plain),
            let event = try? ShippedEvent(in: body, &headers), event.disagreement(with: entry) == nil,
            event.kid == entry.kid, event.isPosted(to: piece.header.origin)
        else { throw .body }
        return (body, event)
    }

    /// An event that says something to everybody, in full.
    private func announced(_ plain: [UInt8], _ entry: Entry) throws(Flaw) -> UnverifiedEvent {
        var headers = SeenHeaders()
        let (body, _) = try event(plain, entry, &headers)
        guard let announced = try? UnverifiedEvent(parsing: body.compact, disclosures: .some) else { throw .body }
        return announced
    }

    private func follow(_ event: UnverifiedEvent, _ entry: Entry, at index: Int64, _ next: inout ReplicaState) {
        next.authors.follow(entry, event, at: index)
        if let key = next.authors.announcedCheckpointKey(entry, event), index > 0 {
            // One that may not follow is no change; checkpoints under it will not be believed.
            try? next.keys.rotate(to: key, at: index)
        }
    }

    /// What was awaited and is here already needs not be waited for.
    private func settleAwaited(_ next: inout ReplicaState) throws(PieceRefusal) {
        guard !next.awaited.isEmpty else { return }
        do throws(StorageError) {
            next.awaited.subtract(try verifier.lookup.places(of: Array(next.awaited)).keys)
        } catch {
            throw .storage(error)
        }
    }

    /// Holds each body against its entry and its author's key, in chunks on all cores.
    private func checkAll(_ arrivals: [VerifiedPiece.Arrival], by authors: any PeerKeys) throws(PieceRefusal) {
        let chunk = 64
        let chunks = (arrivals.count + chunk - 1) / chunk
        let worst = Locked<Flaw?>(nil)
        DispatchQueue.concurrentPerform(iterations: chunks) { number in
            var headers = SeenHeaders()
            for arrival in arrivals[(number * chunk)..<min(arrivals.count, (number + 1) * chunk)] {
                do throws(Flaw) {
                    try check(arrival, by: authors, &headers)
                } catch {
                    worst.withLock { flaw in flaw = flaw.map { $0.rawValue < error.rawValue ? $0 : error } ?? error }
                }
            }
        }
        if let flaw = worst.withLock({ $0 }) { throw found(flaw) }
    }

    private func check(
        _ arrival: VerifiedPiece.Arrival, by authors: any PeerKeys, _ headers: inout SeenHeaders
    ) throws(Flaw) {
        guard let plain = arrival.plain else { return }
        let entry = arrival.entry
        let (_, event) = try event(plain, entry, &headers)
        guard case .valid(let key) = authors.standing(of: entry.kid, author: entry.author, at: arrival.index),
            (try? event.check(by: key)) != nil
        else { throw .author }
    }

    private func found(_ flaw: Flaw) -> PieceRefusal {
        switch flaw {
        case .body:
            verifier.found(
                .bodyDoesNotFit, piece.bytes, "a body is not what its entry commits to, or says something else")
        case .author:
            verifier.found(.authorNotProved, piece.bytes, "a body is not signed by a valid key of its author")
        }
    }
}
