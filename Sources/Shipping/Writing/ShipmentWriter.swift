package import Encodings
package import EventStore
import Locking

/// Writes what of a log is for one receiver, piece by piece: the same bytes for a line and for a file.
///
/// One for each peer. It remembers how the log's entries entitle the receiver, and goes on from there; everything else follows from the
/// request and the log, so that a request can be repeated and any of several writers may answer it.
package final class ShipmentWriter: Sendable {
    package let receiver: String
    private let log: any LogReader
    private let meaning: any EventMeaning
    private let siteKey: SigningKey
    /// Held for the whole of a piece: one peer's pieces are written one after another.
    private let entitlement: Locked<Entitlement>

    /// - Parameters:
    ///   - siteKey: signs the audience statements.
    ///   - receiver: origin of the site that it is for.
    package init(log: any LogReader, meaning: any EventMeaning, siteKey: SigningKey, receiver: String) {
        self.log = log
        self.meaning = meaning
        self.siteKey = siteKey
        self.receiver = receiver
        entitlement = Locked(Entitlement(receiver: receiver))
    }

    /// Writes the next piece.
    /// - Parameters:
    ///   - shown: a checkpoint with its cosignatures that is to be led to, where the receiver is not beyond it; the newest otherwise.
    ///   - now: stands in the audience statement.
    package func piece(
        _ request: ShipmentRequest, shown: SignedCheckpoint? = nil, now: Instant
    ) throws(ShippingError) -> WrittenPiece {
        let head = log.head
        let least = max(request.from.size, request.known)
        guard least <= head.size else { throw .receiverIsAhead(size: least) }
        var newest = head.checkpoint
        if let shown, shown.checkpoint.size >= least, shown.checkpoint.size <= head.size { newest = shown }
        let checkpoint = try target(for: request, newest)
        return try entitlement.withLock { (entitlement: inout Entitlement) throws(ShippingError) in
            // What stands before; the rest is followed as it is written.
            try entitlement.follow(log, to: min(request.from.size, checkpoint.checkpoint.size), meaning: meaning)
            return try write(request, checkpoint, &entitlement, now)
        }
    }

    /// The checkpoint that a piece leads to: where the key changed after the one that the receiver trusts, the one that both signed.
    private func target(
        for request: ShipmentRequest, _ newest: SignedCheckpoint
    ) throws(ShippingError) -> SignedCheckpoint {
        let keys = log.keys
        let trusted = request.trusted ?? keys.signers(at: request.from.size).last ?? keys.first
        guard let place = keys.all.firstIndex(of: trusted) else { throw .keyNotOurs }
        guard place < keys.rotations.count else { return newest }
        let boundary = keys.rotations[place].index + 1
        guard boundary < newest.checkpoint.size else { return newest }
        guard boundary >= max(request.from.size, request.known) else { throw .keyNotOurs }
        let signed = try ShippingError.reading { () throws(LogError) in try log.checkpoint(from: boundary) }
        guard let signed, signed.checkpoint.size == boundary else { throw .cursorUnknown }
        return signed
    }

    private func write(
        _ request: ShipmentRequest, _ checkpoint: SignedCheckpoint, _ entitlement: inout Entitlement, _ now: Instant
    ) throws(ShippingError) -> WrittenPiece {
        let size = checkpoint.checkpoint.size
        let (packing, to) = try records(request, upTo: size, &entitlement)
        let isComplete = to.size == size && to.late == entitlement.unlocked(by: size - 1).count
        // A statement is of the size that was followed; for an earlier one there is none, and the receiver asks on.
        var digest: String?
        var statement: [UInt8]?
        if isComplete, entitlement.size == size {
            let made = entitlement.digest()
            digest = made
            statement = try sign(
                AudienceStatement(
                    origin: checkpoint.checkpoint.origin, receiver: receiver, agencies: entitlement.agencies,
                    size: size, root: checkpoint.checkpoint.root, count: entitlement.addressed.count, digest: made,
                    asOf: now, previous: request.previous))
        }
        let header = PieceHeader(
            origin: checkpoint.checkpoint.origin, receiver: receiver, from: request.from, to: to, known: request.known,
            knownRoot: try ShippingError.reading { () throws(LogError) in try log.root(at: request.known) },
            checkpoint: checkpoint, knownProof: try proof(from: request.known, to: size),
            proof: try proof(from: to.size, to: size), recipientKey: request.recipientKey.thumbprintBytes,
            encapsulated: packing.sealer.encapsulated)
        return WrittenPiece(
            bytes: UnverifiedPiece.write(
                header, records: packing.records, count: packing.count, statement: statement),
            to: to, checkpointSize: size, digest: digest)
    }

    private func sign(_ statement: AudienceStatement) throws(ShippingError) -> [UInt8] {
        guard let signed = try? statement.signed(by: siteKey) else { throw .signing }
        return signed
    }

    private func proof(from old: Int64, to new: Int64) throws(ShippingError) -> [MerkleHash] {
        try ShippingError.reading { () throws(LogError) in try log.consistencyProof(from: old, to: new) }
    }

    /// The records from a cursor on, until the piece is large enough.
    private func records(
        _ request: ShipmentRequest, upTo size: Int64, _ entitlement: inout Entitlement
    ) throws(ShippingError) -> (Packing, Cursor) {
        var cursor = request.from
        var late = entitlement.unlocked(by: cursor.size - 1)
        guard cursor.late <= late.count else { throw .cursorUnknown }
        var packing = try Packing(request, origin: log.head.checkpoint.checkpoint.origin, receiver: receiver)
        var page = PageAhead()
        while !packing.isFull {
            if cursor.late < late.count {
                let older = late[Int(cursor.late)]
                let entry = try ShippingError.reading { () throws(LogError) in try log.entry(at: older.index) }
                let stored = try ShippingError.reading { () throws(LogError) in try log.body(at: older.index, of: entry)
                }
                let body = try body(stored, of: entry, at: older.index, by: cursor.size - 1, older, entitlement)
                try packing.add(entry, at: older.index, body)
                cursor = Cursor(size: cursor.size, late: cursor.late + 1)
            } else if cursor.size < size {
                if page.entries.isEmpty {
                    let range = cursor.size..<min(size, cursor.size + PageAhead.entryCount)
                    page.entries = try ShippingError.reading { () throws(LogError) in try log.entries(in: range) }[...]
                    try entitlement.follow(page.entries, of: log, meaning: meaning)
                    let leaving = page.entries.filter { entitlement.isAddressed($0.entry, at: $0.index) }
                    // Together, which costs less than for each few bodies; one that is not found is asked for again.
                    try? log.vault?.prefetchKeys(of: Set(leaving.compactMap(\.entry.subject)))
                }
                guard let next = page.entries.first, next.index == cursor.size else { throw .cursorUnknown }
                if entitlement.isAddressed(next.entry, at: next.index) {
                    let stored = try page.nextBody(log) { entitlement.isAddressed($0.entry, at: $0.index) }
                    let body = try body(stored, of: next.entry, at: next.index, by: next.index, nil, entitlement)
                    try packing.add(next.entry, at: nil, body)
                } else {
                    packing.add(next.entry.leafHash)
                }
                page.entries.removeFirst()
                cursor = Cursor(size: cursor.size + 1, late: 0)
                late = entitlement.unlocked(by: cursor.size - 1)
            } else {
                break
            }
        }
        return (packing, cursor)
    }

    /// What leaves of a body; nil where an erasure destroyed it.
    /// - Parameters:
    ///   - position: that made it the receiver's.
    ///   - late: what made it so, where that stands behind it.
    private func body(
        _ stored: StoredBody, of entry: Entry, at index: Int64, by position: Int64, _ late: Entitlement.Unlocked?,
        _ entitlement: Entitlement
    ) throws(ShippingError) -> OpenedBody? {
        guard let opened = stored.opened else {
            guard let subject = entry.subject, meaning.isErased(subject) else { throw .bodyLost(index: index) }
            return nil
        }
        guard !opened.disclosures.isEmpty else { return opened }
        guard let event = try? opened.event() else { throw .bodyLost(index: index) }
        var leaving = Set(
            event.resolved.inOrder.filter { disclosure in
                disclosure.name.map { late?.items.contains($0) ?? false } ?? false
            })
        if late?.isAddressed ?? true {
            leaving.formUnion(try visible(of: event, entry, at: index, by: position, entitlement))
        }
        return opened.keeping(event.resolved.inOrder.filter(leaving.contains))
    }

    /// The disclosures that an event's audience lets the receiver see.
    private func visible(
        of event: UnverifiedEvent, _ entry: Entry, at index: Int64, by position: Int64, _ entitlement: Entitlement
    ) throws(ShippingError) -> [Disclosure] {
        let references = meaning.references(of: event)
        let places = try ShippingError.reading { () throws(LogError) in try log.indexes(of: references) }
        let known = places.filter { entitlement.isKnown($0.value, by: position) }.keys
        // An event that says that an agency is hosted at the receiver counts for what it unlocks itself.
        let agencies = entitlement.agencies(below: position == index ? index : position + 1)
        return meaning.visible(of: event, entry, to: agencies, known: Set(known))
    }
}
