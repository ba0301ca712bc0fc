import AsyncHTTPClient
package import Logging
import ServiceLifecycle
package import SharingService

/// Asks the site's witnesses for cosignatures on new checkpoints, in the background. Appends never wait for it.
package struct WitnessAsking: Service {
    private let rounds: [WitnessRound]
    private let http: HTTPClient

    /// - Parameter tls: the partnership's authority is believed beside those of the system, and its certificate is shown to who asks.
    package init(site: Site, witnesses: [AskedWitness], tls: PeerTLS, logger: Logger) {
        let http = WitnessVisit.client()
        self.http = http
        rounds = witnesses.map { witness in
            WitnessRound(site: site, visit: WitnessVisit(http: http, tls: tls, witness: witness), logger: logger)
        }
    }

    /// Asks every witness at once what it has seen of the log, for at most `APILimits.witnessLookBackSeconds`. Whoever does not answer
    /// holds nothing up.
    package func lookBack() async {
        await withDiscardingTaskGroup { group in
            for round in rounds { group.addTask { await round.lookBack() } }
        }
    }

    /// Runs until the service group is told to end.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for round in rounds { group.addTask { await round.run() } }
                // Where there is no witness to ask this still waits, because a service that ends ends the others.
                group.addTask { while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) } }
            }
        }
        try? await http.shutdown()
    }
}
