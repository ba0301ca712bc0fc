package import Encodings
package import EventStore

/// What a peer is trusted with.
package struct PeerTrust: Sendable {
    /// Signs its audience statements.
    package let siteKey: PublicKey
    /// This site's own keys that shipments may be sealed to, the newest first.
    package let receiving: [AgreementKey]
    /// The witnesses that have to have cosigned; nil for none.
    package let policy: TlogPolicy?

    package init(siteKey: PublicKey, receiving: [AgreementKey], policy: TlogPolicy? = nil) {
        self.siteKey = siteKey
        self.receiving = receiving
        self.policy = policy
    }
}

/// Verifies pieces, one after another. Pure: it reads what is here through `ReplicaLookup`, and writes nothing.
package struct PieceVerifier: Sendable {
    let trust: PeerTrust
    let state: ReplicaState
    let lookup: any ReplicaLookup
    let source: Evidence.Source
    let now: Instant

    package init(
        trust: PeerTrust, state: ReplicaState, lookup: any ReplicaLookup, source: Evidence.Source, now: Instant
    ) {
        self.trust = trust
        self.state = state
        self.lookup = lookup
        self.source = source
        self.now = now
    }

    /// Parses bytes; what is no piece is evidence of a peer that does not speak the language, and never stops anything.
    package func parse(_ bytes: [UInt8]) throws(PieceRefusal) -> UnverifiedPiece {
        do throws(PieceFlaw) {
            return try UnverifiedPiece(parsing: bytes)
        } catch {
            // Of what is too large, its beginning is enough.
            throw found(.malformed, Array(bytes.prefix(4096)), error.description)
        }
    }

    /// - Throws: `PieceRefusal`; then the piece is not to be committed, and evidence in it is to be kept.
    package func verify(_ piece: UnverifiedPiece) throws(PieceRefusal) -> VerifiedPiece {
        let header = piece.header
        guard header.origin == state.origin, header.receiver == state.receiver else {
            throw found(.otherLog, piece.bytes, "what came is another log's, or for another site")
        }
        try checkSignatures(piece)
        try checkContinues(piece)
        guard header.from == state.cursor else {
            if header.to <= state.cursor { throw .alreadyHere }
            throw .notNext(expected: state.cursor)
        }
        var next = state
        var tiles: [FullTile] = []
        let told = ToldRecords(piece)
        for leaf in told.leaves { next.edge.append(leaf, full: &tiles) }
        let checkpoint = header.checkpoint.checkpoint
        guard
            Merkle.isConsistent(
                from: header.to.size, root: next.edge.root, to: checkpoint.size, root: checkpoint.root,
                proof: header.proof)
        else {
            throw found(.recordsDoNotFit, piece.bytes, "the records do not give the tree that the peer signed")
        }
        try checkLate(piece, told)
        try checkTimes(piece, told, &next)
        let arrivals = try BodyVerifier(verifier: self, piece: piece, told: told).arrivals(&next)
        next.cursor = header.to
        next.checkpoint = header.checkpoint
        follow(arrivals, &next)
        let statement = try verified(piece, &next)
        return VerifiedPiece(
            header: header, arrivals: arrivals, leaves: told.leaves, tiles: tiles.filter { $0.place.level > 0 },
            statement: statement.new, following: statement.following, next: next, before: state)
    }

    func found(_ kind: Evidence.Kind, _ material: [UInt8], _ detail: String) -> PieceRefusal {
        .evidence(
            Evidence(kind, found: now, material: material, detail: detail, stops: kind.stops(from: source)))
    }

    /// The signature of the log, and of the witnesses that are asked for.
    private func checkSignatures(_ piece: UnverifiedPiece) throws(PieceRefusal) {
        let checkpoint = piece.header.checkpoint
        do throws(NoteError) {
            try checkpoint.verified(by: state.keys)
        } catch .endedKey {
            throw found(.endedKey, Array(checkpoint.note.utf8), NoteError.endedKey.description)
        } catch {
            throw found(.forgedCheckpoint, piece.bytes, error.description)
        }
        guard let policy = trust.policy else { return }
        do throws(TrustFailure) {
            try policy.check(checkpoint, log: state.keys.signers(at: checkpoint.checkpoint.size).first)
        } catch {
            throw .notTrustedYet(error)
        }
    }

    /// Whether the tree that was signed begins with the one that was verified last.
    private func checkContinues(_ piece: UnverifiedPiece) throws(PieceRefusal) {
        let header = piece.header
        let new = header.checkpoint
        guard let old = state.checkpoint else {
            guard header.known == 0 else { throw .notNext(expected: state.cursor) }
            return
        }
        if let contradiction = contradiction(new) { throw contradiction }
        guard new.checkpoint.size > old.checkpoint.size else { return }
        guard header.known == old.checkpoint.size else {
            // Then the leaves themselves have to reach over the old tree: with the proof to the new one, they show the same.
            guard header.from == state.cursor, header.to.size >= old.checkpoint.size else {
                throw .notNext(expected: state.cursor)
            }
            return
        }
        guard
            Merkle.isConsistent(
                from: header.known, root: header.knownRoot, to: new.checkpoint.size, root: new.checkpoint.root,
                proof: header.knownProof)
        else {
            throw found(
                .unproved, piece.bytes, "the peer does not prove that its log goes on from what it signed before")
        }
        guard header.knownRoot != old.checkpoint.root else { return }
        guard
            let fork = ForkEvidence.fork(older: old, newer: new, root: header.knownRoot, proof: header.knownProof)
        else { throw found(.unproved, piece.bytes, "the peer's proof is not one") }
        throw found(.fork, fork.json.bytes, "the peer signed two histories")
    }

    /// What speaks against the peer in a checkpoint that it signed, beside the one that was verified last: also for one that came alone.
    /// - Precondition: its signature has been verified.
    private func contradiction(_ new: SignedCheckpoint) -> PieceRefusal? {
        guard let old = state.checkpoint else { return nil }
        if let fork = ForkEvidence.fork(seen: old, and: new), new.checkpoint.size == old.checkpoint.size {
            return found(.fork, fork.json.bytes, "the peer signed two histories of one size")
        }
        if let back = ForkEvidence.rolledBack(to: new, from: old) {
            return found(.rolledBack, back.json.bytes, "the peer shows an older state than it showed before")
        }
        return nil
    }

    /// Verifies a checkpoint that came without a piece, as when the peer has fewer entries than are here.
    /// - Throws: `PieceRefusal` with what it shows; nothing where it is no worse than what is known.
    package func check(alone note: String) throws(PieceRefusal) {
        let checkpoint: SignedCheckpoint
        do throws(NoteError) {
            checkpoint = try SignedCheckpoint(parsing: note)
            guard checkpoint.checkpoint.origin == state.origin else { throw NoteError.originMismatch }
            try checkpoint.verified(by: state.keys)
        } catch {
            throw found(.forgedCheckpoint, Array(note.utf8), "what the peer sent is no checkpoint that it signed")
        }
        if let contradiction = contradiction(checkpoint) { throw contradiction }
    }

    /// Every older entry is the one whose leaf hash came before.
    private func checkLate(_ piece: UnverifiedPiece, _ told: ToldRecords) throws(PieceRefusal) {
        // What the peer said was all that there is up to a size, was all.
        if let first = piece.records.first, !first.isOwn, state.isComplete {
            throw found(.recordsDoNotFit, piece.bytes, "older entries came behind a statement that there are no more")
        }
        for late in told.entries where late.isLate {
            let known: MerkleHash?
            if late.index >= state.cursor.size {
                let place = Int(late.index - state.cursor.size)
                known = place < told.leaves.count ? told.leaves[place] : nil
            } else {
                do throws(StorageError) {
                    known = try lookup.leaf(at: late.index)
                } catch {
                    throw .storage(error)
                }
            }
            guard known == late.leaf else {
                throw found(.recordsDoNotFit, piece.bytes, "an older entry is not the one that the tree has there")
            }
        }
    }

    /// The log's clock never goes back, and is not ahead of ours by more than a statement's may be.
    private func checkTimes(
        _ piece: UnverifiedPiece, _ told: ToldRecords, _ next: inout ReplicaState
    ) throws(PieceRefusal) {
        let latest = now.adding(seconds: ShippingLimits.clockAheadSeconds)
        for came in told.entries where !came.isLate {
            let recorded = came.entry.recorded
            guard next.lastRecorded.map({ $0 <= recorded }) ?? true else {
                throw found(.recordsDoNotFit, piece.bytes, "the times of the entries go back")
            }
            guard recorded <= latest else {
                throw found(.ahead, piece.bytes, "an entry is from the future; one of the two clocks is wrong")
            }
            next.lastRecorded = recorded
        }
    }

    /// Takes what came into the state.
    private func follow(_ arrivals: [VerifiedPiece.Arrival], _ next: inout ReplicaState) {
        for arrival in arrivals {
            next.addressed.insert(arrival.index, arrival.leaf)
            if !next.awaited.isEmpty { next.awaited.remove(arrival.entry.id) }
        }
    }
}
