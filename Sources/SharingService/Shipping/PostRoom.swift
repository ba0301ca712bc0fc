package import Encodings
package import EventStore
import Locking
package import Logging
import Projections
package import Shipping

/// Where a site's log leaves for its peers, and theirs come in (docs/SHIPPING.md).
///
/// It has no network: whoever has a line or a file hands bytes in and takes bytes out. Each peer has an actor for either direction.
package final class PostRoom: Sendable {
    private struct State {
        /// By origin and by the event that added the peer: one that is added anew begins anew.
        var outboxes: [Place: Outbox] = [:]
        var inboxes: [Place: Inbox] = [:]
        /// Peers that have a question open.
        var asking: Set<String> = []
    }

    private struct Place: Hashable {
        let origin: String
        let index: Int64

        init(_ peer: KnownPeer) { (origin, index) = (peer.origin, peer.row.index) }
    }

    let store: SiteStore
    let witnessing: Witnessing
    let metrics: Metrics
    package let logger: Logger
    package let standings: PeerStandings
    private let subscribers: Subscribers
    private let surroundings: Inbox.Surroundings
    /// Whose cosignatures on this site's checkpoints are taken from peers, beside those that were asked for.
    private let cosigners = Locked<[(name: String, key: VerifierKey)]>([])
    private let state = Locked(State())
    /// How old what is known of a peer may be for the site to be ready.
    private let readyWithin = Locked<Int64?>(nil)
    private let started: Instant

    init(
        store: SiteStore, witness: Witness, witnessing: Witnessing, policy: TlogPolicy?, subscribers: Subscribers,
        metrics: Metrics, logger: Logger, clock: any SiteClock,
        record: @escaping @Sendable ([ReceivedEvent]) async -> [Answer],
        reportForks: @escaping @Sendable () async -> Void
    ) {
        self.store = store
        self.witnessing = witnessing
        self.metrics = metrics
        self.logger = logger
        self.subscribers = subscribers
        let standings = PeerStandings()
        self.standings = standings
        surroundings = Inbox.Surroundings(
            store: store, witness: witness, policy: policy, metrics: metrics, logger: logger, standings: standings,
            now: { clock.now }, record: record, reportForks: reportForks)
        started = clock.now
        cosigners.withLock { $0 = policy?.witnesses.map { ($0.name, $0.key) } ?? [] }
    }

    package var now: Instant { surroundings.now() }

    /// Takes cosignatures of these too.
    package func accept(_ witnesses: [(name: String, key: VerifierKey)]) { cosigners.withLock { $0 += witnesses } }

    /// Has the site be ready only while what is known of every peer with a line is no older than so many seconds; nil for any age.
    package func setReadiness(afterSeconds seconds: Int64?) { readyWithin.withLock { $0 = seconds } }

    /// Why the site is not ready, for its peers; nil while it is. Of a peer that was not heard of yet, the time since the start counts.
    package var holdsBack: Rejection? {
        guard let limit = readyWithin.withLock({ $0 }), let peers = try? peers() else { return nil }
        let isBehind = peers.filter(\.hasLine).contains { peer in
            let statement = try? store.replicas.replica(of: peer.row).state.statement?.statement
            return (now.milliseconds - (statement?.asOf ?? started).milliseconds) / 1000 > limit
        }
        return isBehind ? .peersBehind : nil
    }

    func cosigner(where isIt: (VerifierKey) -> Bool) -> (name: String, key: VerifierKey)? {
        cosigners.withLock { all in all.first { isIt($0.key) } }
    }

    // MARK: - Peers

    /// The peers of now: those that were added and not removed. Admission has read the keys of every one.
    package func peers() throws -> [KnownPeer] {
        try store.projections.read { try $0.peers() }.filter { $0.removed == nil }.compactMap { try? KnownPeer($0) }
    }

    /// - Throws: `Rejection`, where it is no peer, or none any more.
    package func peer(_ origin: String) throws -> KnownPeer {
        guard let row = try store.projections.read({ try $0.peer(origin) }) else { throw Rejection.noSuchPeer }
        guard row.removed == nil else { throw Rejection.peerRemoved }
        return try KnownPeer(row)
    }

    func inbox(of peer: KnownPeer) -> Inbox {
        state.withLock { state in
            if let known = state.inboxes[Place(peer)] { return known }
            let new = Inbox(peer, surroundings)
            state.inboxes = state.inboxes.filter { $0.key.origin != peer.origin }
            state.inboxes[Place(peer)] = new
            return new
        }
    }

    func outbox(for peer: KnownPeer) -> Outbox {
        state.withLock { state in
            if let known = state.outboxes[Place(peer)] { return known }
            let new = Outbox(store: store, receiver: peer.origin)
            state.outboxes = state.outboxes.filter { $0.key.origin != peer.origin }
            state.outboxes[Place(peer)] = new
            return new
        }
    }

    // MARK: - Questions of peers

    /// One question of a peer at a time: each costs a signature and, where there is much to tell, some megabytes.
    /// - Throws: `Rejection`, where one is open.
    package func open(_ peer: KnownPeer) throws(Rejection) -> OpenQuestion {
        guard state.withLock({ $0.asking.insert(peer.origin).inserted }) else { throw .questionOpen }
        // Whoever asks is there again.
        if standings[peer.origin].failures > 0 { standings.change(peer.origin) { $0.nudges += 1 } }
        return OpenQuestion(subscribers.listen()) { [weak self] in
            self?.state.withLock { _ = $0.asking.remove(peer.origin) }
        }
    }

    /// Whether the answer to a question is to be held back.
    package func holds(_ question: PeerQuestion) -> Bool { question.waitSeconds > 0 && !isNews(for: question.request) }

    /// Waits until there is something new for whoever asks, its time is over, or it is gone.
    package func awaitNews(_ question: PeerQuestion, _ open: OpenQuestion) async {
        guard holds(question) else { return }
        let deadline = ContinuousClock.now + .seconds(question.waitSeconds)
        // A cosignature that a policy asks for comes without anything being recorded, so that it has to be looked for.
        let look: Duration = witnessing.isPolicySet ? .milliseconds(250) : .seconds(question.waitSeconds)
        let waiting = open.waiting
        let timer = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: look)
                waiting.nudge()
            }
        }
        defer { timer.cancel() }
        while !isNews(for: question.request), ContinuousClock.now < deadline, !waiting.isOver {
            _ = await waiting.next()
        }
    }

    /// Whether there is a checkpoint that whoever asks does not know.
    private func isNews(for request: ShipmentRequest) -> Bool {
        guard request.from.size >= request.known else { return true }
        let (head, shown) = (store.log.head.size, witnessing.published.checkpoint.size)
        return request.known != (shown >= request.known ? shown : head)
    }

    /// What a peer is answered: the bytes of the next piece.
    /// - Throws: `Rejection`
    package func answer(_ question: PeerQuestion, of peer: KnownPeer) async throws -> [UInt8] {
        note(question.request, of: peer)
        return try await piece(for: peer, question.request).bytes
    }

    /// Says once, and loudly, that a peer has more of this log than there is: it stops following, and nobody here would know why.
    private func note(_ request: ShipmentRequest, of peer: KnownPeer) {
        let (theirs, size) = (max(request.from.size, request.known), store.log.head.size)
        var wasAhead = false
        standings.change(peer.origin) { standing in
            wasAhead = standing.isAhead
            standing.isAhead = theirs > size
            if standing.isAhead { standing.theirs = (theirs, now) }
        }
        guard theirs > size, !wasAhead else { return }
        logger.error(
            "a peer has more of this log than there is; was an older backup restored?",
            metadata: ["peer": "\(peer.origin)", "size": "\(size)", "theirs": "\(theirs)"])
    }

    /// What of an answer has to be read to know whether it can be a piece.
    package static var prefixBytes: Int { UnverifiedPiece.prefixBytes }

    /// How long a piece is that begins with these bytes; nil where none does, or it says a length that none may have.
    package static func pieceBytes(prefix bytes: [UInt8]) -> Int? {
        try? UnverifiedPiece.length(prefix: bytes.prefix(prefixBytes))
    }

    /// The next piece for a peer.
    /// - Throws: `Rejection`
    package func piece(for peer: KnownPeer, _ request: ShipmentRequest) async throws -> WrittenPiece {
        guard try isKnown(request.recipientKey, of: peer) else { throw Rejection.recipientKeyUnknown }
        do throws(ShippingError) {
            return try await outbox(for: peer).piece(request, shown: witnessing.published, now: now)
        } catch {
            throw Rejection(error, newest: store.log.head.checkpoint)
        }
    }

    /// Whether a peer has said that what is for it may be sealed to a key: when it was added, or in its own log since.
    private func isKnown(_ key: AgreementPublicKey, of peer: KnownPeer) throws -> Bool {
        if key == peer.agreementKey { return true }
        return try announcedKeys(of: peer).contains(key)
    }

    /// The keys that a peer announced in its own log, the newest last.
    func announcedKeys(of peer: KnownPeer) throws -> [AgreementPublicKey] {
        let authors = try store.replicas.replica(of: peer.row).state.authors
        return (authors as? PeerKeyBook)?.agreementKeys ?? []
    }

    // MARK: - Acknowledgements

    /// Notes how far a peer has got, and keeps its cosignature where it is a witness of ours.
    /// - Parameter cosignature: signature lines over the checkpoint of that size.
    /// - Throws: `Rejection`
    package func acknowledge(_ size: Int64, cosignature: String?, by peer: KnownPeer) throws {
        guard size >= 0, size <= store.log.head.size else {
            throw Rejection.badQuestion("/size", "beyond-log", "this log has fewer entries")
        }
        standings.change(peer.origin) { $0.theirs = (size, now) }
        guard let cosignature, let checkpoint = try store.log.checkpoint(from: size),
            checkpoint.checkpoint.size == size
        else { return }
        guard let note = try? SignedNote(parsing: checkpoint.signedNote.text + "\n" + cosignature),
            let cosigner = cosigner(where: { key in
                note.signatures.contains { $0.keyID == key.id && $0.name == key.name }
            })
        else { return }
        do throws(WitnessFault) {
            let answer = try CosignatureAnswer(
                parsing: Array(cosignature.utf8), to: checkpoint, from: cosigner.key, now: now)
            try? witnessing.keep(answer, to: checkpoint, by: cosigner.key, named: cosigner.name)
        } catch {
            throw Rejection.badQuestion("/cosignature", error.code, error.description)
        }
    }
}

/// A peer's question that is open; another can be asked when this value is let go.
package final class OpenQuestion: Sendable {
    let waiting: Subscription
    private let close: @Sendable () -> Void

    init(_ waiting: Subscription, close: @escaping @Sendable () -> Void) {
        self.waiting = waiting
        self.close = close
    }

    deinit { close() }

    /// Nobody waits for the answer any more.
    package func askerIsGone() { waiting.clientIsGone() }
}
