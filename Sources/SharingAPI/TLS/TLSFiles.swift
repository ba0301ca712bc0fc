import EventStore
import Foundation
import NIOSSL

/// The PEM files that a side of TLS is configured with.
struct TLSFiles: Sendable, Equatable {
    /// Own certificate, with those that lead from it to a root.
    var certificate: String?
    /// Of the first certificate.
    var key: String?
    /// Roots that the other side's certificate has to lead to.
    var authorities: String?

    /// What is in them, as bytes, so that what is compared is what is used.
    struct Content: Sendable, Equatable {
        var certificate: [UInt8] = []
        var key: [UInt8] = []
        var authorities: [UInt8] = []
    }

    /// Reads all of them.
    func read() throws(TLSFileError) -> Content {
        var content = Content()
        if let certificate { content.certificate = try Self.bytes(certificate) }
        if let key { content.key = try Self.secret(key) }
        if let authorities { content.authorities = try Self.bytes(authorities) }
        return content
    }

    private static func bytes(_ path: String) throws(TLSFileError) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: APILimits.tlsFileBytes + 1)
        else { throw .notReadable(path: path) }
        guard data.count <= APILimits.tlsFileBytes else { throw .tooLarge(path: path) }
        return Array(data)
    }

    private static func secret(_ path: String) throws(TLSFileError) -> [UInt8] {
        do throws(KeyFileError) {
            return Array(try KeyFile.read(path).utf8)
        } catch .tooOpen {
            throw .tooOpen(path: path)
        } catch .malformed {
            throw .notKey(path: path)
        } catch {
            throw .notReadable(path: path)
        }
    }

    // MARK: What the bytes mean

    /// The own chain; empty where none is configured.
    func chain(_ content: Content) throws(TLSFileError) -> [NIOSSLCertificate] {
        guard let certificate else { return [] }
        let chain = try Self.certificates(content.certificate, path: certificate)
        guard chain.first.map(Self.isTakenElsewhere) == true else { throw .otherKind(path: certificate) }
        return chain
    }

    /// Whether the other end of a line can verify what the certificate's key signs: BoringSSL offers no Ed25519 unless it is told to, and a
    /// site that answers nobody is better not started.
    private static func isTakenElsewhere(_ certificate: NIOSSLCertificate) -> Bool {
        guard let key = try? certificate.extractPublicKey().toSPKIBytes() else { return false }
        return !key.starts(with: ed25519)
    }

    /// How the public key of a certificate begins, RFC 8410 §4: a sequence with the algorithm 1.3.101.112.
    private static let ed25519: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70]

    /// The roots; nil where none are configured.
    func roots(_ content: Content) throws(TLSFileError) -> [NIOSSLCertificate]? {
        guard let authorities else { return nil }
        return try Self.certificates(content.authorities, path: authorities)
    }

    func privateKey(_ content: Content) throws(TLSFileError) -> NIOSSLPrivateKey? {
        guard let key else { return nil }
        do {
            // Without a passphrase of its own the library would ask for one on the terminal.
            return try NIOSSLPrivateKey(bytes: content.key, format: .pem) { $0([UInt8]()) }
        } catch {
            throw .notKey(path: key)
        }
    }

    private static func certificates(_ bytes: [UInt8], path: String) throws(TLSFileError) -> [NIOSSLCertificate] {
        guard let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty else {
            throw .notCertificates(path: path)
        }
        return certificates
    }

    /// Makes the context of a configuration, which is where it shows whether certificate and key belong together.
    func context(_ configuration: TLSConfiguration) throws(TLSFileError) -> NIOSSLContext {
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw .notAPair(certificate: certificate ?? "", key: key ?? "")
        }
    }
}
