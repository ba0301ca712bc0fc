import Locking
import Projections
import SharingModel

/// Everybody who follows the log, and how they are told that there may be something for them.
///
/// Nothing is queued for anybody: who is woken reads the projections from its own position on, at its own pace. So a slow client costs what
/// it is being sent, and nothing is lost or doubled between history and what comes. Only those are woken whom the audience of a new
/// entry names; what others do does not show in what anybody is sent, nor in when.
///
/// The lock is held for a few moves of memory only: the registrar passes through here after each batch.
package final class Subscribers: Sendable {
    private struct State {
        var open: [Int64: (whose: ProjectionReader.EventScope, mailbox: Mailbox)] = [:]
        /// Peers whose question is held back; one for each at most.
        var listening: [Int64: Mailbox] = [:]
        /// Who follows the peers themselves.
        var watching: [Int64: Mailbox] = [:]
        var next: Int64 = 0
        var isEnding = false
    }

    private let limit: Int
    private let state = Locked(State())

    package init(limit: Int) { self.limit = limit }

    /// How many follow.
    package var count: Int { state.withLock { $0.open.count } }

    /// Lets a reader follow, for as long as the subscription is kept.
    /// - Parameter onStalled: is called when the client takes nothing for too long; it must close the connection.
    /// - Throws: `too-many-streams`; `site-ending`.
    package func subscribe(
        _ reader: Reader, onStalled: @escaping @Sendable () -> Void
    ) throws(Rejection) -> Subscription {
        let mailbox = Mailbox(onStalled: onStalled)
        let number = try state.withLock { state throws(Rejection) in
            guard !state.isEnding else { throw .streamsEnding }
            guard state.open.count < limit else { throw .tooManyStreams }
            state.next += 1
            state.open[state.next] = (reader.scope, mailbox)
            return state.next
        }
        return Subscription(mailbox: mailbox) { [weak self] in
            self?.state.withLock { _ = $0.open.removeValue(forKey: number) }
        }
    }

    /// Lets a peer wait until the log has grown: of everything that is recorded, whomever it is for, because a peer learns that anyway.
    package func listen() -> Subscription { enter { $0.listening[$1] = $2 } }

    /// Lets somebody wait until peers are added or removed.
    package func watchPeers() -> Subscription { enter { $0.watching[$1] = $2 } }

    /// - Parameter put: puts a mailbox under a number, or takes away what is there.
    private func enter(_ put: @escaping @Sendable (inout State, Int64, Mailbox?) -> Void) -> Subscription {
        let mailbox = Mailbox(onStalled: {})
        let number = state.withLock { state in
            state.next += 1
            put(&state, state.next, mailbox)
            return state.next
        }
        if state.withLock({ $0.isEnding }) { mailbox.put { $0.isEnding = true } }
        return Subscription(mailbox: mailbox) { [weak self] in self?.state.withLock { put(&$0, number, nil) } }
    }

    /// Wakes those for whom something was recorded.
    /// - Parameter names: the audiences of what was recorded; nil where keys changed, which concerns everybody.
    func wake(_ names: Set<String>?) {
        guard names?.isEmpty != true else { return }
        for (whose, mailbox) in followers where names.map(whose.isAmong) ?? true { mailbox.put { $0.isWoken = true } }
        for mailbox in listeners { mailbox.put { $0.isWoken = true } }
    }

    /// Peers were added or removed, and projections show it.
    func wakePeersWatchers() {
        for mailbox in watchers { mailbox.put { $0.isWoken = true } }
    }

    /// Gives everybody a heartbeat, and drops who has taken nothing for too long. The beats come at their own pace, whatever is recorded.
    package func beat() {
        for (_, mailbox) in followers { mailbox.beat() }
    }

    /// Ends every stream, and lets nobody in again.
    package func end() {
        state.withLock { $0.isEnding = true }
        for mailbox in followers.map(\.mailbox) + listeners + watchers { mailbox.put { $0.isEnding = true } }
    }

    private var followers: [(whose: ProjectionReader.EventScope, mailbox: Mailbox)] {
        state.withLock { Array($0.open.values) }
    }

    private var listeners: [Mailbox] { state.withLock { Array($0.listening.values) } }

    private var watchers: [Mailbox] { state.withLock { Array($0.watching.values) } }
}

extension ProjectionReader.EventScope {
    /// Whether an entry with these names in its audience may concern the reader.
    fileprivate func isAmong(_ names: Set<String>) -> Bool {
        switch self {
        case .all: true
        case .everybody: names.contains("*")
        case .agency(let agency, _): names.contains("*") || names.contains(agency.text)
        }
    }
}

extension Rejection {
    static let tooManyStreams = Rejection(
        .overloaded, "too-many-streams",
        "\(ServiceLimits.streamClients) clients follow the log already, which is the limit; try again after `Retry-After`"
    )
    package static let streamsEnding = Rejection(
        .overloaded, "site-ending", "the site is ending; open the stream again when it is back, with `Last-Event-ID`")
}
