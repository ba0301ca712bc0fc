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

    private struct Opened: Sendable {
        let index: Int64
        let entry: Entry
        /// Salt and event; nil where it was erased.
        let plain: [UInt8]?
        let isLate: Bool
        let told: Int64
    }

    private struct Parsed: Sendable {
        let body: OpenedBody
        let event: ShippedEvent
        /// In full, where it says something to everybody.
        let announced: UnverifiedEvent?
    }

    private enum Flaw: Error {
        case body
        case author
    }

    /// What came, verified.
    /// - Parameter next: follows the keys that the piece's events enrol and end, and what decisions release.
    func arrivals(_ next: inout ReplicaState) throws(PieceRefusal) -> [VerifiedPiece.Arrival] {
        let opened = try open()
        try checkIDs(opened)
        let parsed: [Parsed?] = try onAllCores(opened) { record, headers throws(Flaw) in
            guard let plain = record.plain else { return nil }
            return try parse(plain, record.entry, &headers)
        }
        // Positions decide what a key is worth, so all events that say something about keys are followed first.
        for (record, parsed) in zip(opened, parsed) {
            if !record.entry.releases.isEmpty { next.awaited.formUnion(record.entry.releases) }
            guard let event = parsed?.announced else { continue }
            next.authors.follow(record.entry, event, at: record.index)
            if let key = next.authors.announcedCheckpointKey(record.entry, event), record.index > 0 {
                // One that may not follow is no change; checkpoints under it will not be believed.
                try? next.keys.rotate(to: key, at: record.index)
            }
        }
        try settleAwaited(&next)
        let authors = next.authors
        _ = try onAllCores(Array(zip(opened, parsed))) { pair, _ throws(Flaw) in
            let (record, parsed) = pair
            guard let parsed else { return }
            let standing = authors.standing(of: record.entry.kid, author: record.entry.author, at: record.index)
            guard case .valid(let key) = standing, (try? parsed.event.check(by: key)) != nil else {
                throw .author
            }
        }
        return zip(opened, parsed).map { record, parsed in
            VerifiedPiece.Arrival(
                index: record.index, entry: record.entry, body: parsed?.body, isLate: record.isLate,
                told: record.told)
        }
    }

    /// Which entries say something to everybody who keeps a replica.
    static func isForEverybody(_ entry: Entry) -> Bool {
        entry.subject == nil && entry.audience == [Entitlement.everybody]
    }

    private func open() throws(PieceRefusal) -> [Opened] {
        var opened: [Opened] = []
        var index = piece.header.from.size
        var opener: ShipmentOpener?
        func plain(_ entry: Entry, _ body: PieceBody) throws(PieceRefusal) -> [UInt8]? {
            guard case .sealed(let bytes) = body else { return nil }
            do throws(SealingError) {
                var current: ShipmentOpener
                if let opener {
                    current = opener
                } else {
                    current = try ShipmentOpener(piece.header, keys: verifier.trust.receiving)
                }
                defer { opener = current }
                return try current.open(bytes, event: entry.id)
            } catch {
                throw .sealing(error)
            }
        }
        for record in piece.records {
            switch record {
            case .withheld: index += 1
            case .entry(let entry, let body):
                opened.append(
                    Opened(index: index, entry: entry, plain: try plain(entry, body), isLate: false, told: index + 1))
                index += 1
            case .late(let place, let entry, let body):
                opened.append(
                    Opened(index: place, entry: entry, plain: try plain(entry, body), isLate: true, told: index))
            }
        }
        return opened
    }

    /// An event has one place.
    private func checkIDs(_ opened: [Opened]) throws(PieceRefusal) {
        var places: [UniqueID: Int64]
        do throws(StorageError) {
            places = try verifier.lookup.places(of: opened.map(\.entry.id))
        } catch {
            throw .storage(error)
        }
        for record in opened {
            guard places.updateValue(record.index, forKey: record.entry.id) ?? record.index == record.index else {
                throw verifier.found(.bodyDoesNotFit, piece.bytes, "one event stands at two positions")
            }
        }
    }

    private func parse(_ plain: [UInt8], _ entry: Entry, _ headers: inout SeenHeaders) throws(Flaw) -> Parsed {
        guard let body = OpenedBody(plain: plain), body.commitment == entry.commitment, body.plain == plain,
            let event = try? ShippedEvent(in: body, &headers), event.disagreement(with: entry) == nil,
            event.kid == entry.kid, event.isPosted(to: piece.header.origin)
        else { throw .body }
        guard Self.isForEverybody(entry) else { return Parsed(body: body, event: event, announced: nil) }
        guard let announced = try? UnverifiedEvent(parsing: body.compact, disclosures: .some) else { throw .body }
        return Parsed(body: body, event: event, announced: announced)
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

    /// Does one thing for each element, in chunks on all cores.
    private func onAllCores<Element: Sendable, Result: Sendable>(
        _ elements: [Element], _ work: @Sendable (Element, inout SeenHeaders) throws(Flaw) -> Result
    ) throws(PieceRefusal) -> [Result] {
        let chunk = 64
        let chunks = (elements.count + chunk - 1) / chunk
        let done = Locked<(results: [Int: [Result]], flaw: Flaw?)>(([:], nil))
        DispatchQueue.concurrentPerform(iterations: chunks) { number in
            do throws(Flaw) {
                var results: [Result] = []
                var headers = SeenHeaders()
                for element in elements[(number * chunk)..<min(elements.count, (number + 1) * chunk)] {
                    results.append(try work(element, &headers))
                }
                let finished = results
                done.withLock { $0.results[number] = finished }
            } catch {
                done.withLock { $0.flaw = error }
            }
        }
        let (results, flaw) = done.withLock { ($0.results, $0.flaw) }
        switch flaw {
        case .body:
            throw verifier.found(
                .bodyDoesNotFit, piece.bytes, "a body is not what its entry commits to, or says something else")
        case .author:
            throw verifier.found(.authorNotProved, piece.bytes, "a body is not signed by a valid key of its author")
        case nil: return (0..<chunks).flatMap { results[$0] ?? [] }
        }
    }
}
