import Foundation
import NIOSSL
import Support
import Testing

@testable import SharingAPI

/// Which files are taken for TLS, and what becomes of those that change.
@Suite struct CertificateFileTests {
    private let made: TestCertificates
    private let good: TestCertificates.Pair

    init() async throws {
        made = try TestCertificates()
        _ = try await made.authority("ca")
        good = try await made.pair("good", by: "ca")
    }

    private func settings(clients: Bool = false) -> DaemonConfiguration.TLS {
        DaemonConfiguration.TLS(
            certificate: good.certificate, key: good.key,
            clients: clients ? .init(authorities: made.path("ca.pem")) : nil)
    }

    private func refusal(_ settings: DaemonConfiguration.TLS) -> TLSFileError? {
        do throws(TLSFileError) {
            _ = try ServerCertificates(settings)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a pair that belongs together is taken, with the authority of clients`() throws {
        #expect(refusal(settings()) == nil)
        #expect(refusal(settings(clients: true)) == nil)
    }

    @Test func `a key that the other end does not take is refused, and others are not`() async throws {
        for (kind, isTaken) in [("rsa:2048", true), ("ec -pkeyopt ec_paramgen_curve:P-384", true), ("ed25519", false)] {
            let pair = try await made.pair("other", by: "ca", key: kind)
            let refusal = refusal(DaemonConfiguration.TLS(certificate: pair.certificate, key: pair.key, clients: nil))
            #expect(refusal == (isTaken ? nil : .otherKind(path: pair.certificate)), "\(kind)")
        }
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o666])
    func `a key that others may read is refused, and says what to do`(mode: Int) throws {
        try TestCertificates.restrict(good.key, to: mode)
        let found = try #require(refusal(settings()))
        #expect(found.code == "tls-key-too-open")
        #expect(found.description.contains("chmod 600"))
    }

    /// As tools that renew certificates leave them: the link's own mode says nothing.
    @Test func `a link to a key is as good as the key`() throws {
        let link = made.path("live.key")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: good.key)
        #expect(refusal(.init(certificate: good.certificate, key: link)) == nil)
        try TestCertificates.restrict(good.key, to: 0o644)
        #expect(refusal(.init(certificate: good.certificate, key: link)) == .tooOpen(path: link))
    }

    @Test func `what is no such file is named`() async throws {
        let other = try await made.pair("other", by: "ca")
        let none = made.path("none.pem")
        #expect(refusal(.init(certificate: none, key: good.key)) == .notReadable(path: none))
        #expect(refusal(.init(certificate: good.certificate, key: none)) == .notReadable(path: none))
        #expect(refusal(.init(certificate: good.key, key: good.key)) == .notCertificates(path: good.key))
        #expect(
            refusal(.init(certificate: good.certificate, key: other.key))
                == .notAPair(certificate: good.certificate, key: other.key))
        let text = made.path("text.key")
        try "not a key\n".write(toFile: text, atomically: true, encoding: .utf8)
        try TestCertificates.restrict(text)
        #expect(refusal(.init(certificate: good.certificate, key: text)) == .notKey(path: text))
        let large = made.path("large.pem")
        try Data(repeating: 0x41, count: 2 << 20).write(to: URL(filePath: large))
        #expect(refusal(.init(certificate: large, key: good.key)) == .tooLarge(path: large))
    }

    @Test func `a key under a passphrase is refused, and nobody is asked for it`() async throws {
        let locked = made.path("locked.key")
        let result = try await TestAuthority.openssl(
            ["ec", "-aes256", "-passout", "pass:secret", "-in", good.key, "-out", locked], in: made.folder.url.path)
        #expect(result.code == 0)
        try TestCertificates.restrict(locked)
        #expect(refusal(.init(certificate: good.certificate, key: locked)) == .notKey(path: locked))
    }

    @Test func `files that changed are used, and a broken one leaves the one before in place`() async throws {
        let certificates = try ServerCertificates(settings())
        let source = certificates.source
        func outcome() -> String {
            switch source.refresh() {
            case .unchanged: "unchanged"
            case .renewed: "renewed"
            case .refused(let error): error.code
            }
        }
        let first = source.current
        #expect(outcome() == "unchanged")
        let renewed = try await made.pair("renewed", by: "ca", days: 20)
        let kept = try Data(contentsOf: URL(filePath: good.key))
        // Half of a renewal: the new certificate with the old key.
        try Data(contentsOf: URL(filePath: renewed.certificate)).write(to: URL(filePath: good.certificate))
        #expect(outcome() == "tls-pair-mismatch")
        #expect(source.current === first)
        let before = try #require(source.expires)
        try made.put(renewed, inPlaceOf: good)
        #expect(outcome() == "renewed")
        #expect(source.current !== first)
        #expect(try #require(source.expires) > before)
        #expect(outcome() == "unchanged")
        try FileManager.default.removeItem(atPath: good.key)
        #expect(outcome() == "tls-file-not-readable")
        try kept.write(to: URL(filePath: good.key))
        try TestCertificates.restrict(good.key)
        #expect(outcome() == "tls-pair-mismatch")
    }

    @Test func `a peer's side may have no files, roots alone, or a pair`() async throws {
        #expect(try PeerTLS(PeerSettings()).configuration.minimumTLSVersion == .tlsv13)
        _ = try PeerTLS(PeerSettings(authorities: made.path("ca.pem")))
        let both = try PeerTLS(PeerSettings(certificate: good.certificate, key: good.key))
        #expect(both.configuration.certificateChain.count == 1)
        let other = try await made.pair("other", by: "ca")
        #expect(throws: TLSFileError.notAPair(certificate: good.certificate, key: other.key)) {
            try PeerTLS(PeerSettings(certificate: good.certificate, key: other.key))
        }
    }
}
