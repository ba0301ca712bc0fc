package import Encodings
import EventStore
import Projections
import Shipping

/// How it stands with every peer: for operators, IG leads and auditors.
extension PostRoom {
    /// - Throws: `StorageError` where the projections cannot be read.
    package func list() throws -> JSON {
        let rows = try store.projections.read { try $0.peers() }
        return .object(["peers": .array(rows.map { PeerReport($0, self).json })])
    }

    /// Sets the gauges of every peer, for a reader of metrics.
    package func updateMetrics() {
        guard let peers = try? peers() else { return }
        for peer in peers {
            let report = PeerReport(peer.row, self)
            metrics.set("sharing_peer_stopped", "peer", peer.origin, to: report.state == .stopped ? 1 : 0)
            if let lag = report.lagSeconds { metrics.set("sharing_peer_lag_seconds", "peer", peer.origin, to: lag) }
            if let lag = report.lagEvents { metrics.set("sharing_peer_lag_events", "peer", peer.origin, to: lag) }
        }
    }
}

/// One peer as it is reported.
struct PeerReport {
    enum State: String {
        /// Nothing of it is here yet.
        case new
        case caughtUp = "caught-up"
        case behind
        case unreachable
        /// Nothing is taken from it until its operator has decided.
        case stopped
        case removed
    }

    /// Pieces of evidence in a report; the doctor counts the rest.
    private static let mostEvidence = 16

    let row: PeerRow
    private let now: Instant
    private let replica: PeerReplica?
    private let replicaState: ReplicaState?
    private let evidence: [EvidenceSummary]
    private let isStopped: Bool
    private let recorded: Int64?
    private let standing: PeerStanding
    /// Why the replica does not open; nil where it does.
    private let fault: String?

    init(_ row: PeerRow, _ room: PostRoom) {
        self.row = row
        now = room.now
        standing = room.standings[row.origin]
        recorded = try? room.store.projections.read { try $0.sync(of: row)?.size }
        let opened = Result { try room.store.replicas.replica(of: row) }
        let found = opened.flatMap { replica in
            Result { (try replica.findings(limit: Self.mostEvidence), try replica.stop() != nil) }
        }
        replica = try? opened.get()
        replicaState = replica?.state
        switch found {
        case .success((let evidence, let isStopped)):
            self.evidence = evidence
            self.isStopped = isStopped
            fault = nil
        case .failure(let error):
            evidence = []
            isStopped = false
            fault = (error as? any CodedError)?.code ?? "replica-not-opened"
        }
    }

    var state: State {
        if row.removed != nil { return .removed }
        if isStopped { return .stopped }
        if standing.failures > 0 || fault != nil { return .unreachable }
        guard let replicaState, replicaState.checkpoint != nil else { return .new }
        return replicaState.isComplete ? .caughtUp : .behind
    }

    /// How old what is known is: from the peer's own clock, when it said that this was all.
    var lagSeconds: Int64? { replicaState?.statement?.statement.ageSeconds(at: now) }

    /// Entries that the peer signed and that are not here yet.
    var lagEvents: Int64? {
        replicaState.flatMap { state in state.checkpoint.map { $0.checkpoint.size - state.cursor.size } }
    }

    var json: JSON {
        let verified = standing.verified ?? (try? replica?.lastProgress())
        let known = replicaState
        let counts: [(String, Int64?)] = [
            ("size", known?.cursor.size ?? 0), ("checkpoint", known?.checkpoint?.checkpoint.size ?? 0),
            ("events", known?.addressed.count ?? 0), ("lagEvents", lagEvents), ("lagSeconds", lagSeconds),
            ("recorded", recorded),
        ]
        var members = JSONObject([
            ("origin", .string(row.origin)), ("url", .string(row.url)), ("state", .string(state.rawValue)),
        ])
        for case (let name, let count?) in counts { members[name] = .integer(count) }
        members["cursor"] = .text(known?.cursor ?? .start)
        members["asOf"] = known?.statement.map { .text($0.statement.asOf) }
        members["verified"] = verified.map { .text($0) }
        members["failure"] = failure
        if !evidence.isEmpty { members["evidence"] = .array(evidence.map(Self.json)) }
        members["theyHave"] = standing.theirs.map { theirs in
            .object([
                "size": .integer(theirs.size), "time": .text(theirs.time),
                "ahead": standing.isAhead ? .bool(true) : nil,
            ])
        }
        return .object(members)
    }

    private var failure: JSON? {
        if let fault { return .object(["code": .string(fault), "time": .text(now)]) }
        return standing.failure.map { .object(["code": .string($0.code), "time": .text($0.time)]) }
    }

    private static func json(_ finding: EvidenceSummary) -> JSON {
        .object([
            "kind": .string(finding.kind.rawValue), "found": .text(finding.found), "detail": .string(finding.detail),
            "stops": .bool(finding.stops), "settled": .bool(finding.isSettled),
        ])
    }
}
