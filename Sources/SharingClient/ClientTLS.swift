import EventStore
import Foundation
package import NIOSSL

/// How a visitor makes sure of a site, and shows who it is itself: PEM files.
package struct ClientTLS: Sendable, Hashable {
    /// Roots that the site's certificate has to lead to; nil for those of the system.
    package var authorities: String?
    /// The certificate that is shown to a site that asks for one, and its key.
    package var certificate: String?
    package var key: String?

    package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }

    /// Reads the files.
    /// - Returns: nil where none is named.
    /// - Throws: `ClientError.badTLS`
    package func configuration() throws(ClientError) -> TLSConfiguration? {
        guard (certificate == nil) == (key == nil) else {
            throw .badTLS(reason: "a certificate and its key belong together; give both or neither")
        }
        guard self != ClientTLS() else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authorities { configuration.trustRoots = .certificates(try Self.certificates(authorities)) }
        if let certificate, let key {
            configuration.certificateChain = try Self.certificates(certificate).map { .certificate($0) }
            configuration.privateKey = .privateKey(try Self.privateKey(key))
            guard (try? NIOSSLContext(configuration: configuration)) != nil else {
                throw .badTLS(reason: "the key \(key) does not belong to the first certificate in \(certificate)")
            }
        }
        return configuration
    }

    private static func certificates(_ path: String) throws(ClientError) -> [NIOSSLCertificate] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .badTLS(reason: "cannot read \(path); check that it is there and yours")
        }
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(Array(data)), !certificates.isEmpty else {
            throw .badTLS(reason: "\(path) holds no certificates; expected PEM")
        }
        return certificates
    }

    private static func privateKey(_ path: String) throws(ClientError) -> NIOSSLPrivateKey {
        let text: String
        do throws(KeyFileError) {
            text = try KeyFile.read(path)
        } catch {
            throw .badTLS(reason: error.description)
        }
        do {
            // Without a passphrase of its own the library would ask for one on the terminal.
            return try NIOSSLPrivateKey(bytes: Array(text.utf8), format: .pem) { $0([UInt8]()) }
        } catch {
            throw .badTLS(reason: "\(path) holds no private key; expected PEM, not encrypted")
        }
    }
}
