import Encodings
import EventStore
import Logging
import Projections
import SharingModel
import Shipping

/// Takes in what comes of one peer's log, however it comes: verifies it, commits it to the replica, has the own log told, and keeps what
/// speaks against the peer.
///
/// An actor on a thread of its own, and the only one that commits to its replica: verifying and committing block, and a peer with much to
/// tell delays no other.
actor Inbox {
    /// What is needed of the site.
    struct Surroundings: Sendable {
        let store: SiteStore
        let witness: Witness
        let policy: TlogPolicy?
        let metrics: Metrics
        let logger: Logger
        let standings: PeerStandings
        let now: @Sendable () -> Instant
        /// Hands the registrar the site's own events.
        let record: @Sendable ([ReceivedEvent]) async -> [Answer]
        /// Records what was found against logs.
        let reportForks: @Sendable () async -> Void
    }

    let peer: KnownPeer
    let site: Surroundings
    private var opened: PeerReplica?
    /// Whether events are here that the own log has not been told of; nil before that was looked up.
    private var owes: Bool?

    private let executor = QueueExecutor(label: "inbox")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ peer: KnownPeer, _ site: Surroundings) {
        self.peer = peer
        self.site = site
    }

    /// What came of the peer's log.
    /// - Throws: `ReplicaError`, `NoteError`
    func replica() throws -> PeerReplica {
        if let opened { return opened }
        let replica = try site.store.replicas.replica(of: peer.row)
        opened = replica
        site.witness.follow(replica.state.keys, of: peer.origin)
        return replica
    }

    /// What the puller needs to know to begin.
    func start() throws -> (size: Int64, owesAdvance: Bool, isStopped: Bool) {
        let replica = try replica()
        return (replica.state.cursor.size, try owesAdvance(replica), try replica.stop() != nil)
    }

    /// What to ask the peer for next.
    /// - Parameter key: what is to be sealed to; the newest of this site's where nil.
    func request(sealedTo key: AgreementKey? = nil) throws -> ShipmentRequest {
        try replica().state.request(sealedTo: (key ?? site.store.agreementKey).publicKey)
    }

    // MARK: - Taking

    /// Takes a piece apart; nothing of it is believed yet.
    func parse(_ bytes: [UInt8], from source: Evidence.Source) async throws -> UnverifiedPiece {
        let replica = try replica()
        do throws(PieceRefusal) {
            return try verifier(replica.state, replica, source).parse(bytes)
        } catch {
            await settle(error, replica)
            throw error
        }
    }

    /// What verifies the piece behind one that is not committed yet.
    func verifier(behind piece: VerifiedPiece) throws -> PieceVerifier {
        let replica = try replica()
        return verifier(piece.next, LookupBehind(piece, replica), .line)
    }

    /// Verifies a piece. What it shows against the peer is kept.
    func verify(_ piece: UnverifiedPiece, from source: Evidence.Source) async throws -> VerifiedPiece {
        let replica = try replica()
        do throws(PieceRefusal) {
            return try verifier(replica.state, replica, source).verify(piece)
        } catch {
            await settle(error, replica)
            throw error
        }
    }

    /// Verifies a checkpoint that the peer showed because this site has more of its log than there is.
    /// - Throws: `PieceRefusal` where it speaks against the peer.
    func check(alone note: String) async throws {
        let replica = try replica()
        do throws(PieceRefusal) {
            try verifier(replica.state, replica, .line).check(alone: note)
        } catch {
            await settle(error, replica)
            throw error
        }
    }

    /// Commits a verified piece.
    /// - Throws: `ReplicaError`. Where nobody knows whether it happened the replica is opened again, and says.
    func commit(_ piece: VerifiedPiece) throws -> Puller.Committed {
        let replica = try replica()
        _ = try owesAdvance(replica)
        do throws(ReplicaError) {
            try replica.commit(piece, now: site.now())
        } catch {
            if case .storage(.commitFailed) = error {
                opened = try site.store.replicas.reopen(peer.row)
                owes = nil
            }
            throw error
        }
        if piece.tellsSomething { owes = true }
        site.witness.follow(replica.state.keys, of: peer.origin)
        site.metrics.count("sharing_peer_pieces_total", "peer", peer.origin)
        site.standings.change(peer.origin) { $0.verified = site.now() }
        return Puller.Committed(
            isComplete: replica.state.isComplete, broughtEvents: owes == true, size: replica.state.cursor.size)
    }

    private func verifier(
        _ state: ReplicaState, _ lookup: any ReplicaLookup, _ source: Evidence.Source
    ) -> PieceVerifier {
        PieceVerifier(
            trust: PeerTrust(siteKey: peer.siteKey, receiving: site.store.receivingKeys, policy: policy(state.keys)),
            state: state, lookup: lookup, source: source, now: site.now())
    }

    /// The site's policy, where it has a line for the peer's log: what is asked of one's own log is not asked of others.
    private func policy(_ keys: CheckpointKeys) -> TlogPolicy? {
        site.policy.flatMap { policy in policy.logs.contains { keys.all.contains($0.key) } ? policy : nil }
    }

    // MARK: - Telling the own log

    /// How much of the peer's log the own one says is known.
    private func recorded() throws -> Int64 {
        try site.store.projections.read { try $0.sync(of: peer.row)?.size } ?? 0
    }

    /// Whether events came that stand behind what the own log says is known.
    private func owesAdvance(_ replica: PeerReplica) throws -> Bool {
        if let owes { return owes }
        let owes = try replica.broughtEvents(after: recorded(), upTo: replica.state.cursor.size)
        self.owes = owes
        return owes
    }

    /// Records `sync.advanced` for what came since the last, once everything up to the peer's checkpoint is here: one for each piece that brought
    /// events, so that the registrar never has more than a piece of them before it.
    /// - Returns: the position of the last; nil where there is nothing to tell.
    /// - Throws: `Rejection`; then it is tried again when the peer is asked next.
    func advance() async throws -> Int64? {
        let replica = try replica()
        guard try owesAdvance(replica), replica.state.isComplete else { return nil }
        // While this waits for the registrar, more may be committed, and is told of the next time.
        owes = false
        var last: Int64?
        do {
            var known = try recorded()
            for size in try replica.closedSizes(after: known) {
                guard try replica.broughtEvents(after: known, upTo: size) else { continue }
                let event = try composed(size: size, root: replica.root(at: size))
                guard let answer = await site.record([event]).first else { return last }
                last = try answer.get().index
                known = size
            }
            return last
        } catch {
            owes = true
            let code = (error as? Rejection)?.code ?? "not-recorded"
            site.logger.error(
                "what is known of a peer was not recorded", metadata: ["peer": "\(peer.origin)", "code": "\(code)"])
            throw error
        }
    }

    private func composed(size: Int64, root: MerkleHash) throws -> ReceivedEvent {
        try site.store.ownEvent(
            .syncAdvanced,
            .object(["peer": .string(peer.origin), "size": .integer(size), "root": .string(root.base64)]),
            at: site.now())
    }

    // MARK: - What speaks against the peer

    /// Keeps it as evidence that nothing came in time.
    func noteNoAnswer() async throws {
        await settle(
            .evidence(
                Evidence(
                    .noAnswer, found: site.now(), material: [], detail: "the peer did not answer in time",
                    stops: false)), try replica())
    }

    /// Keeps evidence, and says so loudly where it stops the peer.
    private func settle(_ refusal: PieceRefusal, _ replica: PeerReplica) async {
        guard case .evidence(let evidence) = refusal else { return }
        do {
            try replica.keep(evidence)
        } catch {
            site.logger.error(
                "evidence against a peer was not kept",
                metadata: ["peer": "\(peer.origin)", "kind": "\(evidence.kind.rawValue)", "error": "\(error)"])
        }
        guard evidence.stops else { return }
        site.logger.critical(
            "nothing more is taken from a peer until its operator has decided",
            metadata: ["peer": "\(peer.origin)", "code": "peer-\(evidence.kind.rawValue)"])
        site.metrics.set("sharing_peer_stopped", "peer", peer.origin, to: 1)
        site.standings.change(peer.origin) { $0.nudges += 1 }
        guard evidence.kind == .fork || evidence.kind == .rolledBack else { return }
        do {
            let fork = try ForkEvidence(json: try JSON.parse(evidence.material))
            // What the peer showed now is the older of the two where it went back.
            let shown = evidence.kind == .rolledBack ? fork.older : fork.newer
            try site.witness.keep(fork, shown: shown, now: evidence.found)
            await site.reportForks()
        } catch {
            site.logger.error("evidence of a fork was not recorded", metadata: ["error": "\(error)"])
        }
    }

    /// Goes on in spite of the evidence so far.
    func resume(reason: String) throws {
        try replica().resume(reason: reason, now: site.now())
        site.metrics.set("sharing_peer_stopped", "peer", peer.origin, to: 0)
        site.standings.change(peer.origin) { $0.nudges += 1 }
    }

    func isStopped() throws -> Bool { try replica().stop() != nil }

    // MARK: - Being a witness

    /// Cosigns the newest checkpoint that was verified, if it continues what this site's witness has seen of the log.
    /// - Returns: its size, and the signature line; nil where there is none, or where it was refused.
    func cosign() async throws -> (size: Int64, cosignature: String?) {
        let replica = try replica()
        let state = replica.state
        guard let checkpoint = state.checkpoint, checkpoint.checkpoint.size == state.cursor.size else {
            return (state.cursor.size, nil)
        }
        let size = checkpoint.checkpoint.size
        // Whoever asks the witness at the same moment may have moved it on.
        for _ in 0..<3 {
            let seen = try site.witness.lastSeen(peer.origin).map { try SignedCheckpoint(parsing: $0).checkpoint.size }
            // It has seen more, from somebody else: what that was will come here too.
            guard seen ?? 0 <= size else { break }
            let proof = try replica.consistencyProof(from: seen ?? 0, to: size)
            let request = AddCheckpointRequest(oldSize: seen ?? 0, proof: proof, checkpoint: checkpoint)
            switch witnessed(request) {
            case .success(let lines): return (size, lines)
            case .failure(.otherSize): continue
            case .failure(.fork), .failure(.inconsistent):
                try await findFork(replica)
                return (size, nil)
            case .failure(let refusal): throw refusal
            }
        }
        return (size, nil)
    }

    private func witnessed(_ request: AddCheckpointRequest) -> Result<String, WitnessRefusal> {
        do throws(WitnessRefusal) {
            return .success(try site.witness.add(request, now: site.now()))
        } catch {
            return .failure(error)
        }
    }

    /// What came over the line is another history than what the witness was shown: the peer stops, and both are kept.
    private func findFork(_ replica: PeerReplica) async throws {
        // Of this very log: an earlier one of the same name may have left evidence too.
        let forks = try site.witness.evidence().filter { fork in
            fork.origin == peer.origin && fork.kind == .fork
                && [fork.older, fork.newer].allSatisfy(site.witness.isOfWatchedLog)
        }
        let known = Set(try replica.evidence().filter { $0.evidence.kind == .fork }.map(\.evidence.material))
        // One that an operator has looked into stops nothing again.
        guard let fork = forks.last(where: { !known.contains($0.json.bytes) }) else { return }
        await settle(
            .evidence(
                Evidence(
                    .fork, found: site.now(), material: fork.json.bytes,
                    detail: "the peer signed two histories, and showed one of them to this site's witness",
                    stops: true)), replica)
    }
}
