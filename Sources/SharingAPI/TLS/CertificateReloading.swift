package import Logging
import ServiceLifecycle
package import SharingService

/// Looks at the files of certificates and keys, every few seconds and when the daemon is told to, and has what changed used by new
/// connections. Open ones go on.
package struct CertificateReloading: Service {
    private struct Side: Sendable {
        let name: String
        let refresh: @Sendable () -> Refreshed
        let expires: @Sendable () -> Int64?
    }

    private enum Refreshed {
        case unchanged, renewed
        case refused(TLSFileError)
    }

    private let sides: [Side]
    private let hangups: AsyncStream<Void>
    private let metrics: Metrics
    private let logger: Logger

    /// - Parameter hangups: has an element for each time that the daemon is told to look (SIGHUP).
    package init(
        server: ServerCertificates?, peers: PeerTLS, hangups: AsyncStream<Void>, site: Site, logger: Logger
    ) {
        sides = [server.map { Self.side("server", $0.source) }, Self.side("peers", peers.source)].compactMap(\.self)
        self.hangups = hangups
        metrics = site.metrics
        self.logger = logger
    }

    private static func side<Value>(_ name: String, _ source: MadeOfFiles<Value>) -> Side {
        Side(
            name: name,
            refresh: {
                switch source.refresh() {
                case .unchanged: .unchanged
                case .renewed: .renewed
                case .refused(let error): .refused(error)
                }
            }, expires: { source.expires })
    }

    package func run() async throws {
        for side in sides { tell(side) }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                let reports = RefusalReports()
                group.addTask {
                    while (try? await Task.sleep(for: .seconds(APILimits.certificateLookSeconds))) != nil {
                        await look(reports, wasTold: false)
                    }
                }
                group.addTask { for await _ in hangups { await look(reports, wasTold: true) } }
            }
        }
    }

    /// - Parameter wasTold: then whoever told the daemon wants to read what came of it, whatever it was.
    private func look(_ reports: RefusalReports, wasTold: Bool) async {
        for side in sides {
            switch side.refresh() {
            case .unchanged:
                await reports.clear(side.name)
                if wasTold { logger.info("certificates are as they were", metadata: ["side": "\(side.name)"]) }
            case .renewed:
                await reports.clear(side.name)
                logger.notice("certificates reloaded; new connections use them", metadata: ["side": "\(side.name)"])
                tell(side)
            case .refused(let error):
                guard await reports.isNew(error, of: side.name) || wasTold else { continue }
                metrics.count("sharing_certificate_failures_total", "code", error.code)
                logger.error(
                    "new certificates cannot be used; those before go on",
                    metadata: ["side": "\(side.name)", "code": "\(error.code)", "error": "\(error)"])
            }
        }
    }

    private func tell(_ side: Side) {
        guard let expires = side.expires() else { return }
        metrics.set("sharing_certificate_expires_timestamp_seconds", "side", side.name, to: expires)
    }
}

/// Which refusals have been reported: one that stays is told once, not every few seconds.
private actor RefusalReports {
    private var told: [String: TLSFileError] = [:]

    func isNew(_ error: TLSFileError, of side: String) -> Bool { told.updateValue(error, forKey: side) != error }

    func clear(_ side: String) { told[side] = nil }
}
