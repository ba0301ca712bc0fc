import ServiceLifecycle
package import SharingService

/// Gives everybody who follows the log a heartbeat, and sees them out when the daemon is told to end, so that no open stream holds it up.
package struct StreamKeeper: Service {
    private let site: Site
    private let beatSeconds: Int64

    /// - Parameter beatSeconds: between heartbeats.
    package init(site: Site, beatSeconds: Int64) {
        self.site = site
        self.beatSeconds = beatSeconds
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(beatSeconds))) != nil { site.subscribers.beat() }
        }
        site.subscribers.end()
    }
}
