import Foundation
import Locking

/// A time-stamping authority run with the `openssl ts` command, with a root and certificates of its own in a temporary folder.
public final class TestAuthority: Sendable {
    public enum Certificate: String, Sendable, CaseIterable {
        case good, expired
        /// For servers, not for time-stamping; `openssl ts` refuses to sign with it, so its tokens are put together by hand.
        case otherPurpose
    }

    public let folder: TemporaryFolder
    /// Changed by tests while it is asked.
    private let options = Locked(Options())

    private struct Options {
        var certificate = Certificate.good
        var grants = true
    }

    public var certificate: Certificate {
        get { options.withLock { $0.certificate } }
        set { options.withLock { $0.certificate = newValue } }
    }

    /// Whether it takes SHA-256; if not, it rejects our requests.
    public var grants: Bool {
        get { options.withLock { $0.grants } }
        set { options.withLock { $0.grants = newValue } }
    }

    /// The root's certificate, a PEM file.
    public var root: String { folder.path("ca.pem") }

    public init() async throws {
        folder = try TemporaryFolder()
        for (name, hash) in [("grants.cnf", "sha256"), ("rejects.cnf", "sha512")] {
            try Self.configuration(folder, hash).write(toFile: folder.path(name), atomically: true, encoding: .utf8)
        }
        try Data().write(to: folder.url.appending(path: "index"))
        for name in ["serial", "ca.serial"] {
            try Data("1000\n".utf8).write(to: folder.url.appending(path: name))
        }
        try await openssl(
            "req -x509 -config grants.cnf -extensions root -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key "
                + "-out ca.pem -days 3650 -subj", "/CN=Test root")
        for certificate in Certificate.allCases {
            let name = certificate.rawValue
            try await openssl(
                "req -new -config grants.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key -out \(name).csr "
                    + "-subj", "/CN=Test authority, \(name)")
            let end = certificate == .expired ? "20210101000000Z" : "20490101000000Z"
            try await openssl(
                "ca -batch -notext -config grants.cnf -cert ca.pem -keyfile ca.key -in \(name).csr -out \(name).pem "
                    + "-startdate 20200101000000Z -enddate \(end) -extensions "
                    + (certificate == .otherPurpose ? "server" : "tsa"))
        }
    }

    /// What it answers to a request.
    public func reply(to query: [UInt8]) async throws -> [UInt8] {
        let (certificate, grants) = (certificate, grants)
        let name = UUID().uuidString
        defer {
            for suffix in ["tsq", "tsr", "token", "content", "forged"] {
                try? FileManager.default.removeItem(atPath: folder.path("\(name).\(suffix)"))
            }
        }
        try Data(query).write(to: folder.url.appending(path: name + ".tsq"))
        let signer = certificate == .otherPurpose ? Certificate.good : certificate
        try await openssl(
            "ts -reply -config \(grants ? "grants" : "rejects").cnf -section authority -queryfile \(name).tsq "
                + "-signer \(signer.rawValue).pem -inkey \(signer.rawValue).key -out \(name).tsr")
        guard certificate == .otherPurpose else { return try bytes(name + ".tsr") }
        try await openssl("ts -reply -in \(name).tsr -token_out -out \(name).token")
        try await openssl("cms -verify -inform DER -in \(name).token -noverify -out \(name).content")
        try await openssl(
            "cms -sign -binary -nodetach -in \(name).content -econtent_type 1.2.840.113549.1.9.16.1.4 -signer otherPurpose.pem "
                + "-inkey otherPurpose.key -cades -md sha256 -outform DER -out \(name).forged")
        let token = try bytes(name + ".forged")
        return Self.sequence([0x30, 0x03, 0x02, 0x01, 0x00] + token)
    }

    /// A SEQUENCE of DER.
    private static func sequence(_ content: [UInt8]) -> [UInt8] {
        [0x30, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xFF)] + content
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.url.appending(path: name)))
    }

    /// Runs the command in the folder.
    /// - Parameter last: one more argument, which may hold spaces.
    private func openssl(_ words: String, _ last: String...) async throws {
        let result = try await Self.openssl(words.split(separator: " ").map(String.init) + last, in: folder.url.path)
        guard result.code == 0 else { throw Failed(text: result.text) }
    }

    public struct Failed: Error { public let text: String }

    /// Runs `openssl` in a folder.
    public static func openssl(_ arguments: [String], in folder: String) async throws -> (code: Int32, text: String) {
        let process = try ChildProcess(
            "/bin/sh", ["-c", "cd \"$0\" && exec openssl \"$@\"", folder] + arguments,
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder])
        await process.ended()
        return (process.exitCode ?? -1, process.output.text + process.errors.text)
    }

    private static func configuration(_ folder: TemporaryFolder, _ hash: String) -> String {
        """
        [req]
        distinguished_name = name
        prompt = no
        [name]
        CN = Test root
        [root]
        basicConstraints = critical, CA:TRUE
        keyUsage = critical, keyCertSign
        [tsa]
        keyUsage = critical, digitalSignature
        extendedKeyUsage = critical, timeStamping
        [server]
        keyUsage = critical, digitalSignature
        extendedKeyUsage = critical, serverAuth
        [ca]
        default_ca = roots
        [roots]
        database = \(folder.path("index"))
        serial = \(folder.path("ca.serial"))
        new_certs_dir = \(folder.url.path)
        default_md = sha256
        policy = any
        [any]
        commonName = supplied
        [authority]
        serial = \(folder.path("serial"))
        default_policy = 1.2.3.4.1
        digests = \(hash)
        accuracy = secs:1, millisecs:500
        ordering = yes
        tsa_name = yes
        ess_cert_id_chain = no
        signer_digest = sha256
        """ + "\n"
    }
}
