import Foundation

/// Authorities and certificates for TLS on 127.0.0.1, made with `openssl` in a folder of their own.
public final class TestCertificates: Sendable {
    /// PEM files of a certificate and its key, of mode 0600.
    public struct Pair: Sendable {
        public let certificate: String
        public let key: String
    }

    public let folder: TemporaryFolder

    public init() throws { folder = try TemporaryFolder() }

    public func path(_ name: String) -> String { folder.path(name) }

    /// Makes an authority.
    /// - Returns: path of its root.
    public func authority(_ name: String) async throws -> String {
        try await openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key -out \(name).pem -days 30",
            "-subj", "/CN=Test authority \(name)")
        return folder.path(name + ".pem")
    }

    /// Has an authority sign a certificate, for servers on this machine and for clients.
    /// - Parameter key: how `openssl req -newkey` is told to make the key.
    public func pair(
        _ name: String, by authority: String, days: Int = 7, key: String = "ec -pkeyopt ec_paramgen_curve:P-256"
    ) async throws -> Pair {
        let extensions = folder.path(name + ".cnf")
        try "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n"
            .write(toFile: extensions, atomically: true, encoding: .utf8)
        try await openssl(
            "req -new -newkey \(key) -nodes -keyout \(name).key -out \(name).csr",
            "-subj", "/CN=\(name)")
        try await openssl(
            "x509 -req -in \(name).csr -CA \(authority).pem -CAkey \(authority).key -CAcreateserial -days \(days)",
            "-extfile", extensions, "-out", name + ".pem")
        let pair = Pair(certificate: folder.path(name + ".pem"), key: folder.path(name + ".key"))
        try Self.restrict(pair.key)
        return pair
    }

    /// Puts one pair in the place of another, whole file by whole file.
    public func put(_ new: Pair, inPlaceOf old: Pair) throws {
        for (from, to) in [(new.key, old.key), (new.certificate, old.certificate)] {
            let fresh = to + ".fresh"
            try FileManager.default.copyItem(atPath: from, toPath: fresh)
            try Self.restrict(fresh)
            guard rename(fresh, to) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        }
    }

    public static func restrict(_ path: String, to mode: Int = 0o600) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func openssl(_ words: String, _ last: String...) async throws {
        let result = try await TestAuthority.openssl(
            words.split(separator: " ").map(String.init) + last, in: folder.url.path)
        guard result.code == 0 else { throw TestAuthority.Failed(text: result.text) }
    }
}
