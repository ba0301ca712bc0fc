package import Encodings
import Locking

/// How it goes with a peer since the daemon started: what is known in memory only, beside what the replica says.
package struct PeerStanding: Sendable {
    package struct Failure: Sendable {
        package let code: String
        package let time: Instant
    }

    /// Questions that came to nothing, one after another.
    package var failures = 0
    /// The last one, also where it has been well since.
    package var failure: Failure?
    /// When something of the peer was verified last.
    package var verified: Instant?
    /// How much of this site's log the peer says that it has.
    package var theirs: (size: Int64, time: Instant)?
    /// Whether that was more than there is, when it asked last: an older backup was restored here, or the peer errs.
    package var isAhead = false
    /// Counts whatever the one who asks the peer should look at before its time: an operator's decision, or that the peer was heard of.
    package var nudges: Int64 = 0
}

/// Of all peers, by origin. The lock is held for a few moves of memory only.
package final class PeerStandings: Sendable {
    private let all = Locked<[String: PeerStanding]>([:])

    init() {}

    package subscript(origin: String) -> PeerStanding { all.withLock { $0[origin] ?? PeerStanding() } }

    func change(_ origin: String, _ change: (inout PeerStanding) -> Void) {
        all.withLock { change(&$0[origin, default: PeerStanding()]) }
    }
}
