package import NIOSSL

/// The client's side of TLS on lines to peers: whom it believes, and the certificate that it shows.
package final class PeerTLS: Sendable {
    let source: MadeOfFiles<TLSConfiguration>

    /// - Throws: `TLSFileError`
    package init(_ settings: PeerSettings) throws(TLSFileError) {
        source = try MadeOfFiles(
            TLSFiles(
                certificate: settings.certificate, key: settings.key, authorities: settings.authorities)
        ) { (files, content) throws(TLSFileError) in
            try Self.configuration(files, content)
        }
    }

    /// For connections that are opened from now on. Give it to each request: the client's pool then keeps no connection of an older one for
    /// it.
    package var configuration: TLSConfiguration { source.current }

    private static func configuration(
        _ files: TLSFiles, _ content: TLSFiles.Content
    ) throws(TLSFileError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        if let roots = try files.roots(content) { configuration.trustRoots = .certificates(roots) }
        if let key = try files.privateKey(content) {
            configuration.certificateChain = try files.chain(content).map { .certificate($0) }
            configuration.privateKey = .privateKey(key)
            // Made once here, because a client would only find out when it connects.
            _ = try files.context(configuration)
        }
        return configuration
    }
}
