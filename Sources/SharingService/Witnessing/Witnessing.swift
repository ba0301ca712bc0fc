package import Encodings
package import EventStore
import Locking
import Logging

/// What this site knows of its own log from others: its witnesses' cosignatures, which checkpoint it shows, and whether somebody has
/// seen more of the log than there is.
///
/// It asks nobody; whoever asks witnesses hands in here what they said. Nothing here waits for the registrar, nor the registrar for
/// this.
package final class Witnessing: Sendable {
    private struct State {
        /// The newest checkpoint with cosignatures, whoever gave them.
        var cosigned: SignedCheckpoint?
        /// The newest that the policy trusts.
        var trusted: SignedCheckpoint?
        /// Why events are refused; nil while they are not.
        var setBack: ForkEvidence?
        /// Checkpoints from elsewhere that have been held against the log, so that each is reported once.
        var judged: Set<Judgement> = []
    }

    private struct Judgement: Hashable {
        let kind: ForkEvidence.Kind
        let checkpoint: Checkpoint
    }

    private let book: CosignatureBook
    private let witness: Witness
    private let log: any LogReader
    private let key: VerifierKey
    private let policy: TlogPolicy?
    private let givenUp: [CosignatureBook.GivenUp]
    private let metrics: Metrics
    private let logger: Logger
    /// Held for a few moves of memory.
    private let state = Locked(State())

    /// Opens what is known from before, and holds it against the log as it is now.
    /// - Throws: `StorageError`, `LogError`
    init(
        folder: DataFolder, log: any LogReader, key: VerifierKey, witness: Witness, policy: TlogPolicy?,
        metrics: Metrics, logger: Logger, now: Instant
    ) throws {
        book = try CosignatureBook(path: folder.cosignatures)
        self.witness = witness
        self.log = log
        self.key = key
        self.policy = policy
        self.metrics = metrics
        self.logger = logger
        givenUp = try book.givenUp()
        metrics.set("sharing_log_read_only", to: 0)
        for evidence in try witness.evidence() where evidence.kind == .rolledBack && evidence.origin == key.name {
            _ = try weigh(evidence.newer, from: "the evidence kept here", now: now)
        }
        // Verified when they were kept. A log that was set back to before a change of its key would not know the signature.
        for checkpoint in try book.checkpoints().reversed() {
            guard try weigh(checkpoint, from: "the cosignatures kept here", now: now) == nil else { continue }
            publish(checkpoint)
        }
    }

    // MARK: - The checkpoint that is shown

    /// The checkpoint to serve, with its cosignatures: under a policy the newest that it trusts, if there is one; else the newest.
    package var published: SignedCheckpoint {
        let head = log.head.checkpoint
        return state.withLock { state in
            if let trusted = state.trusted, isPolicySet { return trusted }
            guard let cosigned = state.cosigned, cosigned.checkpoint == head.checkpoint else { return head }
            return cosigned
        }
    }

    /// Whether a checkpoint is shown only once witnesses have cosigned it.
    var isPolicySet: Bool { policy?.isQuorum([]) == false }

    /// Keeps a witness's cosignature and shows it from now on.
    /// - Parameter name: of the witness, from the configuration.
    /// - Throws: `StorageError`
    package func keep(
        _ answer: CosignatureAnswer, to checkpoint: SignedCheckpoint, by witness: VerifierKey, named name: String
    ) throws {
        let trusted = state.withLock { $0.trusted?.checkpoint.size }
        try book.add(answer, to: checkpoint, by: witness, keeping: trusted)
        publish(try book.cosigned(checkpoint))
        metrics.set("sharing_witness_cosigned_size", "witness", name, to: checkpoint.checkpoint.size)
        metrics.set("sharing_witness_cosigned_timestamp_seconds", "witness", name, to: Int64(clamping: answer.time))
    }

    private func publish(_ checkpoint: SignedCheckpoint) {
        let isTrusted = policy.map { (try? $0.check(checkpoint, log: key)) != nil } ?? false
        let size = checkpoint.checkpoint.size
        state.withLock { state in
            if size >= state.cosigned?.checkpoint.size ?? 0 { state.cosigned = checkpoint }
            if isTrusted, size >= state.trusted?.checkpoint.size ?? 0 { state.trusted = checkpoint }
        }
        if isTrusted { metrics.set("sharing_checkpoint_trusted_size", to: size) }
    }

    /// A witness's newest cosignature as it was kept; nil if it gave none.
    package func newest(by witness: VerifierKey) throws(StorageError) -> CosignatureBook.Newest? {
        try book.newest()[witness.description]
    }

    // MARK: - What speaks against the log

    /// Why the site takes no events: its log is shorter than one that it signed, and nobody has said that the rest is given up.
    package var setBack: ForkEvidence? { state.withLock { $0.setBack } }

    /// Holds a checkpoint that somebody else has seen against the log. What speaks against the log is kept as evidence.
    /// - Parameters:
    ///   - other: signed for this log; that is verified here.
    ///   - source: who showed it, for the operator.
    /// - Returns: the evidence; nil if the log goes on from there, or if what is missing has been given up.
    /// - Throws: `NoteError` if no key of the log signed it; `StorageError`, `LogError`.
    package func judge(_ other: SignedCheckpoint, from source: String, now: Instant) throws -> ForkEvidence? {
        // The key may have changed since it was signed; the newest that fits is as good as any.
        let signer = log.keys.all.last { (try? other.verified(by: $0)) != nil } ?? key
        try other.verified(by: signer)
        return try weigh(other, from: source, now: now)
    }

    /// The same of a checkpoint that is known to have been signed for this log.
    private func weigh(_ other: SignedCheckpoint, from source: String, now: Instant) throws -> ForkEvidence? {
        let signer = log.keys.all.last { other.isSigned(by: $0) } ?? key
        let other = other.isSigned(by: signer) ? other.signed(only: signer) : other
        guard let evidence = try log.contradiction(with: other) else { return nil }
        let judgement = Judgement(kind: evidence.kind, checkpoint: other.checkpoint)
        let isNew = state.withLock { $0.judged.insert(judgement).inserted }
        if isNew { try witness.keep(evidence, shown: other, now: now) }
        if evidence.kind == .rolledBack {
            guard decision(on: other.checkpoint.size) == nil else { return nil }
            let isFirst = state.withLock { state in
                defer { state.setBack = evidence }
                return state.setBack == nil
            }
            metrics.set("sharing_log_read_only", to: 1)
            guard isFirst else { return evidence }
            logger.error(
                "the log is shorter than what it signed before; events are refused until that is decided",
                metadata: details(other, source))
        } else if isNew {
            logger.error("the log has another history than one that it signed before", metadata: details(other, source))
        }
        return evidence
    }

    private func details(_ other: SignedCheckpoint, _ source: String) -> Logger.Metadata {
        ["size": "\(log.head.size)", "seen": "\(other.checkpoint.size)", "source": "\(source)"]
    }

    /// What was decided about entries that the log once had, up to a size.
    func decision(on size: Int64) -> CosignatureBook.GivenUp? {
        givenUp.last { $0.from < size && size <= $0.to }
    }

    /// What is to be recorded in the log: forks, and what was given up. What others showed again proves nothing and is not.
    func reportable() throws -> [(evidence: ForkEvidence, decision: CosignatureBook.GivenUp?)] {
        guard setBack == nil else { return [] }
        return try witness.evidence().compactMap { evidence in
            switch evidence.kind {
            case .fork: (evidence, nil)
            // Of another log it is what this site saw; of its own only what somebody has decided about.
            case .rolledBack where evidence.origin != key.name: (evidence, nil)
            case .rolledBack: decision(on: evidence.newer.checkpoint.size).map { (evidence, $0) }
            case .replayed: nil
            }
        }
    }
}

extension Rejection {
    /// While the site is set back.
    package static let logSetBack = Rejection(
        .readOnly, "log-set-back",
        "the site's log is shorter than what its witnesses have seen, as after restoring an old backup; nothing is recorded until its operator has decided, so send the event again later"
    )
}
