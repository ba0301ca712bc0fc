package import NIOSSL

/// The client's side of TLS on lines to peers: whom it believes, and the certificate that it shows.
package final class PeerTLS: Sendable {
    /// For the two kinds of sites that this one asks.
    struct Configurations: Sendable {
        let peers: TLSConfiguration
        let witnesses: TLSConfiguration
    }

    let source: MadeOfFiles<Configurations>

    /// - Throws: `TLSFileError`
    package init(_ settings: PeerSettings) throws(TLSFileError) {
        source = try MadeOfFiles(
            TLSFiles(
                certificate: settings.certificate, key: settings.key, authorities: settings.authorities)
        ) { (files, content) throws(TLSFileError) in
            try Self.configurations(files, content)
        }
    }

    /// For connections that are opened from now on. Give it to each request: the client's pool then keeps no connection of an older one for
    /// it.
    package var configuration: TLSConfiguration { source.current.peers }

    /// The same for witnesses, which may be partners under the partnership's authority or anybody under one that the system knows.
    var witnesses: TLSConfiguration { source.current.witnesses }

    private static func configurations(
        _ files: TLSFiles, _ content: TLSFiles.Content
    ) throws(TLSFileError) -> Configurations {
        var witnesses = try showing(files, content)
        var peers = witnesses
        peers.minimumTLSVersion = .tlsv13
        if let roots = try files.roots(content) {
            peers.trustRoots = .certificates(roots)
            witnesses.additionalTrustRoots = [.certificates(roots)]
        }
        return Configurations(peers: peers, witnesses: witnesses)
    }

    /// With the certificate that is shown to whoever asks for one.
    private static func showing(
        _ files: TLSFiles, _ content: TLSFiles.Content
    ) throws(TLSFileError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let key = try files.privateKey(content) {
            configuration.certificateChain = try files.chain(content).map { .certificate($0) }
            configuration.privateKey = .privateKey(key)
            // Made once here, because a client would only find out when it connects.
            _ = try files.context(configuration)
        }
        return configuration
    }
}
