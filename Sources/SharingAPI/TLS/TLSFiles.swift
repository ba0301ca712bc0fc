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
        return try Self.certificates(content.certificate, path: certificate)
    }

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
