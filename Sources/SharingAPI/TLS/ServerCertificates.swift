import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// The server's side of TLS: which certificate it shows, and which it asks its clients for.
package final class ServerCertificates: Sendable {
    let source: MadeOfFiles<NIOSSLContext>

    /// - Throws: `TLSFileError`
    package init(_ settings: DaemonConfiguration.TLS) throws(TLSFileError) {
        let isRequired = settings.clients?.isRequired ?? false
        source = try MadeOfFiles(
            TLSFiles(
                certificate: settings.certificate, key: settings.key, authorities: settings.clients?.authorities)
        ) { (files, content) throws(TLSFileError) in
            try Self.context(files, content, isRequired: isRequired)
        }
    }

    /// TLS 1.3 and nothing older. A client's certificate is not held against a host name: it says who, not where.
    private static func context(
        _ files: TLSFiles, _ content: TLSFiles.Content, isRequired: Bool
    ) throws(TLSFileError) -> NIOSSLContext {
        guard let key = try files.privateKey(content) else { throw .notKey(path: files.key ?? "") }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try files.chain(content).map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv13
        configuration.shutdownTimeout = .milliseconds(APILimits.tlsFarewellMilliseconds)
        if let roots = try files.roots(content) {
            configuration.trustRoots = .certificates(roots)
            configuration.certificateVerification = isRequired ? .noHostnameVerification : .optionalVerification
        }
        return try files.context(configuration)
    }
}

/// Puts TLS below a connection, with the certificates as they are when it begins.
struct TLSChildChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let certificates: ServerCertificates

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: certificates.source.current))
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}

extension DaemonConfiguration {
    /// Whether there are certificates that can change.
    package var hasCertificates: Bool { tls != nil || peers.authorities != nil || peers.certificate != nil }

    /// Nil where nothing is said of TLS.
    /// - Throws: `TLSFileError`
    package func serverCertificates() throws(TLSFileError) -> ServerCertificates? {
        guard let tls else { return nil }
        return try ServerCertificates(tls)
    }
}
