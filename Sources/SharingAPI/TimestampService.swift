import ServiceLifecycle
package import SharingService
import Timestamping

/// Has the log stamped by an outside authority, in the background, until the daemon ends. Nobody waits for it.
package struct TimestampService: Service {
    private let site: Site

    /// How often the log is looked at, in seconds; between two looks nothing happens, and a look costs no more than reading the head.
    private static let lookEverySeconds: Int64 = 1

    package init(site: Site) { self.site = site }

    package func run() async throws {
        guard let stamping = site.timestamps.stamping else {
            // A service that ends would end the daemon.
            try await gracefulShutdown()
            return
        }
        let authority = TimestampAuthority(url: stamping.url)
        await cancelWhenGracefulShutdown { [site] in
            while !Task.isCancelled {
                await site.timestamps.attend(authority, now: { site.now }, jitter: .random(in: 0...1))
                try? await Task.sleep(for: .seconds(Self.lookEverySeconds))
            }
        }
        await authority.shutdown()
    }
}
