import AsyncHTTPClient
import ServiceLifecycle
package import SharingService

/// Follows the logs of the peers: a task for each, so that a slow one delays no other. Peers that are added or removed while the daemon runs
/// are taken up and left.
package struct PeerFollowing: Service {
    private let site: Site
    private let tls: PeerTLS
    private let answerSeconds: Int64

    /// A peer as it was added: one that is added anew, elsewhere or with other keys, is followed anew.
    private struct Line: Hashable {
        let origin: String
        let index: Int64
    }

    /// - Parameter tls: whom the lines believe, and what they show.
    package init(site: Site, tls: PeerTLS, settings: PeerSettings) {
        self.site = site
        answerSeconds = settings.answerSeconds
        self.tls = tls
    }

    package func run() async throws {
        let http = HTTPPeerLine.client()
        await cancelWhenGracefulShutdown {
            var tasks: [Line: Task<Void, Never>] = [:]
            let changes = site.subscribers.watchPeers()
            // Where they could not be read they are looked for again.
            let timer = Task {
                while (try? await Task.sleep(for: .milliseconds(APILimits.peerLookMilliseconds))) != nil {
                    changes.nudge()
                }
            }
            while !Task.isCancelled {
                if let peers = try? site.postRoom.peers() { follow(peers, over: http, &tasks) }
                guard await changes.next().isEnding else { continue }
                // Nobody is added any more.
                try? await Task.sleep(for: .milliseconds(APILimits.peerLookMilliseconds))
            }
            timer.cancel()
            for task in tasks.values { task.cancel() }
            for task in tasks.values { await task.value }
        }
        try? await http.shutdown()
    }

    private func follow(_ peers: [KnownPeer], over http: HTTPClient, _ tasks: inout [Line: Task<Void, Never>]) {
        let lines = peers.filter(\.hasLine).map { (Line(origin: $0.origin, index: $0.index), $0) }
        let present = Set(lines.map(\.0))
        for (line, task) in tasks where !present.contains(line) {
            task.cancel()
            tasks[line] = nil
        }
        for (line, peer) in lines where tasks[line] == nil {
            let follower = PeerFollower(
                room: site.postRoom, peer: peer,
                line: HTTPPeerLine(url: peer.url, http: http, tls: tls, answerSeconds: answerSeconds),
                answerSeconds: answerSeconds)
            tasks[line] = Task { await follower.run() }
        }
    }
}
