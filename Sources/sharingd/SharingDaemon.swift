import ArgumentParser
import EventStore
import Foundation
import Logging
import ServiceLifecycle
import SharingAPI
import SharingService
import UnixSignals

@main
struct SharingDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sharingd",
        abstract: "Stands between agencies that share information about people, and records every decision.",
        discussion: """
            Serves the site in a data folder that `sharectl init` has founded. It listens in plaintext on loopback only; for other \
            addresses give a certificate and key in a configuration file. SIGTERM ends it within 20 seconds, after answering what it has \
            accepted; a kill needs no cleaning up. Certificates are read again when their files change, and on SIGHUP.

            EXAMPLES
              sharectl init ./site --origin sharing.example.org/liverpool
              sharingd --data ./site
              sharingd --data ./site --listen 127.0.0.1:0
              sharingd --config /etc/sharingd.yaml

            CONFIGURATION FILE
              data: /var/lib/sharing
              listen: 0.0.0.0:8420
              tls: {certificate: /etc/sharing/tls.pem, key: /etc/sharing/tls.key, clients: /etc/sharing/ca.pem}
              peers: {ca: /etc/sharing/ca.pem, certificate: /etc/sharing/tls.pem, key: /etc/sharing/tls.key}
              witness: {logs: ['sharing.example.net+1a2b3c4d+AQ…']}
              timestamps: {url: 'http://timestamp.example/tsa', ca: /etc/sharing/tsa-root.pem, required: true}
              witnesses: [{name: partner, url: https://partner.example/witness, key: 'partner.example/witness+5e6f7a8b+BA…'}]
              policy: /etc/sharing/trust.policy
              stream: {heartbeat: 15}

            EXIT CODES
              0 ended as told   1 cannot start   2 wrong usage   74 the store failed; see the log, then start again
            """)

    @Option(help: ArgumentHelp("The site's data folder.", valueName: "DIR"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "Where to listen; port 0 lets the system choose. Default 127.0.0.1:8420.", valueName: "HOST:PORT"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "A YAML file with `data`, `listen`, `tls`, `peers`, `witness`, `timestamps`, `witnesses`, `policy` and `stream`.",
            valueName: "FILE"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "How much to log: trace, debug, info, notice, warning, error or critical.", valueName: "LEVEL"))
    var logLevel: String = "info"

    func run() async throws {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw DaemonExit.usage("unknown log level `\(logLevel)`")
        }
        let logger = Logger(label: "sharingd") { _ in JSONLogHandler(level: level) }
        let configuration = try daemonConfiguration()
        let policy = try trustPolicy(configuration)
        let certificates: ServerCertificates?
        let peerTLS: PeerTLS
        do throws(TLSFileError) {
            certificates = try configuration.serverCertificates()
            peerTLS = try PeerTLS(configuration.peers)
        } catch {
            throw DaemonExit.cannotStart(error.description)
        }
        let site: Site
        do {
            site = try Site(
                folder: DataFolder(path: configuration.data), watching: configuration.watching, policy: policy,
                stamping: configuration.stamping, logger: logger
            ) { error in
                // What was accepted and not answered may or may not be in the log; recovery at the next start finds out.
                logger.critical(
                    "the store failed; the process ends, and recovers at its next start",
                    metadata: ["error": "\(error)"])
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(500)) { Foundation.exit(74) }
            }
        } catch {
            throw DaemonExit.cannotStart("\(error)")
        }
        let asking = WitnessAsking(site: site, witnesses: configuration.witnesses, tls: peerTLS, logger: logger)
        // Before events are taken: has somebody seen more of this log than there is?
        await asking.lookBack()
        await site.reportForks()
        site.postRoom.setReadiness(afterSeconds: configuration.peers.notReadyAfterSeconds)
        site.postRoom.accept(configuration.witnesses.map { ($0.name, $0.key) })
        let server = Server(site: site, configuration: configuration, certificates: certificates, logger: logger)
        let application = try server.application { port in
            logger.info(
                "listening",
                metadata: [
                    "address": "\(configuration.listen.host):\(port)", "origin": "\(site.origin)",
                    "size": "\(site.head.size)",
                ])
        }
        var group = ServiceGroupConfiguration(
            services: [
                application, asking, TimestampService(site: site),
                StreamKeeper(site: site, beatSeconds: configuration.heartbeatSeconds),
                CertificateReloading(
                    server: certificates, peers: peerTLS,
                    hangups: await Hangups.stream(trapping: configuration.hasCertificates), site: site, logger: logger),
                PeerFollowing(site: site, tls: peerTLS, settings: configuration.peers),
            ], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "services") { _ in
                JSONLogHandler(level: .warning)
            })
        group.maximumGracefulShutdownDuration = .seconds(APILimits.shutdownSeconds)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            throw DaemonExit.cannotStart(Self.explain(error, configuration))
        }
        await site.end()
        logger.info("ended", metadata: ["size": "\(site.head.size)"])
    }

    private func trustPolicy(_ configuration: DaemonConfiguration) throws -> TlogPolicy? {
        do throws(ConfigurationError) {
            return try configuration.loadPolicy()
        } catch {
            throw DaemonExit.usage(error.description)
        }
    }

    /// Lets the process have as many files open as the system allows it: every connection is one, and many systems begin with 1,024.
    private static func raiseFileLimit() {
        var limit = rlimit()
        #if os(Linux)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
    }

    private func daemonConfiguration() throws -> DaemonConfiguration {
        let address: DaemonConfiguration.Address?
        if let listen {
            guard let parsed = DaemonConfiguration.Address(listen) else {
                throw DaemonExit.usage(ConfigurationError.badAddress.description)
            }
            address = parsed
        } else {
            address = nil
        }
        do throws(ConfigurationError) {
            return try DaemonConfiguration(file: config, data: data, listen: address)
        } catch {
            throw DaemonExit.usage(error.description)
        }
    }

    private static func explain(_ error: any Error, _ configuration: DaemonConfiguration) -> String {
        let text = "\(error)"
        let address = "\(configuration.listen.host):\(configuration.listen.port)"
        if text.contains("errno: \(EADDRINUSE)") {
            return "\(address) is in use by another process; stop it, or choose another with `--listen`"
        }
        if text.contains("errno: \(EACCES)") { return "may not listen on \(address); choose a port from 1024 on" }
        return text
    }

    static func main() async {
        // Whatever is written is for the owner alone.
        umask(0o077)
        raiseFileLimit()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let exit as DaemonExit {
            FileHandle.standardError.write(Data("sharingd: \(exit.text)\n".utf8))
            Foundation.exit(exit.code)
        } catch {
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            let isHelp = code == .success
            (isHelp ? FileHandle.standardOutput : FileHandle.standardError).write(Data((text + "\n").utf8))
            Foundation.exit(isHelp ? 0 : 2)
        }
    }
}

/// SIGHUP, which tells the daemon to look at its certificates.
enum Hangups {
    /// An element for each.
    /// - Parameter isTrapping: from here on the signal does not end the process; if false, it does, and nothing comes.
    static func stream(trapping isTrapping: Bool) async -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        guard isTrapping else { return stream }
        let signals = await UnixSignalsSequence(trapping: .sighup)
        let listening = Task {
            for await _ in signals { continuation.yield() }
        }
        continuation.onTermination = { _ in listening.cancel() }
        return stream
    }
}

/// Why the daemon ends before it serves.
enum DaemonExit: Error {
    case usage(String)
    case cannotStart(String)

    var text: String {
        switch self {
        case .usage(let text): text + "; see `sharingd --help`"
        case .cannotStart(let text): text
        }
    }

    var code: Int32 {
        switch self {
        case .usage: 2
        case .cannotStart: 1
        }
    }
}
