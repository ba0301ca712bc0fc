import AsyncHTTPClient
import Encodings
import EventStore
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Support
import Testing

/// TLS as the daemon really speaks it: who gets in, and what happens when certificates change.
@Suite struct TransportSecurityTests {
    private let house: TestHouse
    private let made: TestCertificates
    private let server: TestCertificates.Pair

    init() async throws {
        house = try await TestHouse()
        made = try TestCertificates()
        for name in ["ca", "stranger"] { _ = try await made.authority(name) }
        server = try await made.pair("server", by: "ca")
    }

    private func start(_ more: String = "") async throws -> Daemon {
        let path = made.path("sharingd.yaml")
        try "tls: {certificate: '\(server.certificate)', key: '\(server.key)'\(more)}\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        return try await Daemon.start(house.data, ["--config", path], scheme: "https")
    }

    /// One connection, one question, from a client that trusts an authority and maybe shows a certificate.
    private func ask(
        _ daemon: Daemon, _ path: String = "/healthz", trusting authority: String = "ca",
        showing pair: TestCertificates.Pair? = nil, change: (inout TLSConfiguration) -> Void = { _ in }
    ) async throws -> UInt {
        try await visit(trusting: authority, showing: pair, change: change) { client in
            let response = try await client.execute(HTTPClientRequest(url: daemon.server + path), timeout: .seconds(20))
            _ = try await response.body.collect(upTo: 1 << 20)
            return response.status.code
        }
    }

    /// Gives a client, and shuts it down whatever happens: one that is not ends the process.
    private func visit<Result: Sendable>(
        trusting authority: String = "ca", showing pair: TestCertificates.Pair? = nil,
        change: (inout TLSConfiguration) -> Void = { _ in }, _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        let client = try client(trusting: authority, showing: pair, change: change)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private func client(
        trusting authority: String = "ca", showing pair: TestCertificates.Pair? = nil,
        change: (inout TLSConfiguration) -> Void = { _ in }
    ) throws -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(made.path(authority + ".pem")))
        if let pair {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(pair.certificate).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: pair.key, format: .pem))
        }
        change(&tls)
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, timeout: .init(connect: .seconds(5)))
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
    }

    @Test func `TLS 1_3 is spoken, and nothing older; who trusts another authority does not talk to it`() async throws {
        let daemon = try await start()
        #expect(try await ask(daemon) == 200)
        await #expect(throws: (any Error).self) { try await ask(daemon) { $0.maximumTLSVersion = .tlsv12 } }
        await #expect(throws: (any Error).self) { try await ask(daemon, trusting: "stranger") }
        #expect(try await ask(daemon) { $0.minimumTLSVersion = .tlsv13 } == 200)
        await daemon.stop()
    }

    @Test func `where clients may show a certificate, a good one or none gets in, and a stranger's does not`()
        async throws
    {
        let daemon = try await start(", clients: '\(made.path("ca.pem"))'")
        let good = try await made.pair("good", by: "ca")
        let bad = try await made.pair("bad", by: "stranger")
        #expect(try await ask(daemon) == 200)
        #expect(try await ask(daemon, showing: good) == 200)
        await #expect(throws: (any Error).self) { try await ask(daemon, showing: bad) }
        await daemon.stop()
    }

    @Test func `where clients have to show one, none is not enough`() async throws {
        let daemon = try await start(", clients: '\(made.path("ca.pem"))', required: true")
        let good = try await made.pair("good", by: "ca")
        let bad = try await made.pair("bad", by: "stranger")
        #expect(try await ask(daemon, showing: good) == 200)
        await #expect(throws: (any Error).self) { try await ask(daemon) }
        await #expect(throws: (any Error).self) { try await ask(daemon, showing: bad) }
        await daemon.stop()
    }

    @Test func `sharectl takes the site's authority and shows a certificate, and says what is wrong without`()
        async throws
    {
        let daemon = try await start(", clients: '\(made.path("ca.pem"))', required: true")
        let good = try await made.pair("good", by: "ca")
        let config = ["XDG_CONFIG_HOME": made.path("config")]
        func sharectl(_ arguments: String...) async throws -> Executable.Result {
            try await Executable.sharectl.run(arguments, environment: config)
        }
        let checkpoint = ["log", "checkpoint", "--server", daemon.server, "--ca", made.path("ca.pem")]
        let shown = ["--certificate", good.certificate, "--certificate-key", good.key]
        let whole = try await Executable.sharectl.run(checkpoint + shown)
        #expect(whole.code == 0, "\(whole.errors)")
        for part in [checkpoint, Array(checkpoint.dropLast(2)) + shown] {
            let result = try await Executable.sharectl.run(part)
            #expect(result.code == 3)
            #expect(result.errors.contains("cannot reach"))
        }
        let half = try await Executable.sharectl.run(checkpoint + shown.prefix(2))
        #expect(half.code == 2)
        #expect(half.errors.contains("belong together"))
        let set = try await sharectl(
            "context", "set", "x", "--server", daemon.server, "--ca", made.path("ca.pem"), "--certificate",
            good.certificate, "--certificate-key", good.key)
        #expect(set.code == 0)
        #expect(try await sharectl("log", "checkpoint").code == 0)
        try TestCertificates.restrict(good.key, to: 0o644)
        let open = try await sharectl("log", "checkpoint")
        #expect(open.code == 2)
        #expect(open.errors.contains("chmod 600"))
        await daemon.stop()
    }

    @Test func `a new certificate is for new connections, and an open one goes on`() async throws {
        let daemon = try await start()
        try await visit { try await follow(through: daemon, $0) }
        await daemon.stop()
    }

    private func follow(through daemon: Daemon, _ open: HTTPClient) async throws {
        var stream = HTTPClientRequest(url: daemon.server + "/v1/stream?from=0")
        let token = try house.token((id: "site:" + TestHouse.origin, key: house.operatorKey))
        for (name, value) in token { stream.headers.add(name: name, value: value) }
        let following = try await open.execute(stream, timeout: .seconds(120))
        #expect(following.status == .ok)
        var pieces = following.body.makeAsyncIterator()
        var seen = ""
        func until(_ text: String) async throws {
            while !seen.contains(text), let piece = try await pieces.next() {
                seen += String(buffer: piece)
            }
            #expect(seen.contains(text))
        }
        try await until("sharing.site.founded.v1")
        await #expect(throws: (any Error).self) { try await ask(daemon, trusting: "stranger") }
        let renewed = try await made.pair("renewed", by: "stranger")
        try made.put(renewed, inPlaceOf: server)
        daemon.process.hangUp()
        try await logged("certificates reloaded", daemon)
        #expect(try await ask(daemon, trusting: "stranger") == 200)
        await #expect(throws: (any Error).self) { try await ask(daemon) }
        // The stream was opened under the old one, and brings what is recorded now.
        let event = try house.compose(
            "agency.registered", "site:" + TestHouse.origin, house.operatorKey, nil,
            .object([
                "agency": "urn:104714", "name": "A school", "kind": "education", "publicAuthority": true,
                "keys": [.object(["jwk": SigningKey.generate().publicKey.jwk, "roles": ["agency"]])],
            ]))
        let status = try await visit(trusting: "stranger") { poster in
            var post = HTTPClientRequest(url: daemon.server + "/v1/events")
            post.method = .POST
            post.headers.add(name: "content-type", value: "application/jose")
            post.body = .bytes(ByteBuffer(bytes: event))
            return try await poster.execute(post, timeout: .seconds(20)).status
        }
        #expect(status == .created)
        try await until("sharing.agency.registered.v1")
    }

    /// Without a signal, by looking.
    @Test func `a renewal is noticed, and a broken file is told and changes nothing`() async throws {
        let daemon = try await start()
        let renewed = try await made.pair("renewed", by: "stranger")
        try "no certificate\n".write(toFile: server.certificate, atomically: true, encoding: .utf8)
        daemon.process.hangUp()
        try await logged("tls-certificate-malformed", daemon)
        #expect(try await ask(daemon) == 200)
        try made.put(renewed, inPlaceOf: server)
        try await logged("certificates reloaded", daemon)
        #expect(try await ask(daemon, trusting: "stranger") == 200)
        await daemon.stop()
    }

    /// A partner that is a witness, under the partnership's own authority, and turns away who shows no certificate.
    @Test func `a witness under the partners' authority is asked with the site's certificate`() async throws {
        let (asking, witness) = (
            try await PeeredSite("sharing.test/a", agency: "ods:RBS25"),
            try await PeeredSite("sharing.test/w", agency: "gss:E08000012")
        )
        let key = try Cosignature(
            name: witness.origin + "/witness", key: KeyFile.signingKey(witness.data + "/keys/witness.jwk")
        ).verifierKey
        let vkey = try #require(try asking.card()["vkey"]?.string)
        let (first, second) = (made.path("witness.yaml"), made.path("asking.yaml"))
        try """
        tls: {certificate: '\(server.certificate)', key: '\(server.key)', clients: '\(made.path("ca.pem"))', required: true}
        witness: {logs: ['\(vkey)']}
        """.write(toFile: first, atomically: true, encoding: .utf8)
        let daemon = try await Daemon.start(witness.data, ["--config", first], scheme: "https")
        let shown = try await made.pair("shown", by: "ca")
        try """
        peers: {ca: '\(made.path("ca.pem"))', certificate: '\(shown.certificate)', key: '\(shown.key)'}
        witnesses: [{name: w, url: '\(daemon.server)/witness', key: '\(key)'}]
        """.write(toFile: second, atomically: true, encoding: .utf8)
        let asked = try await Daemon.start(asking.data, ["--config", second])
        #expect(try await WitnessedHouse.isCosigned(asked, 1, by: key))
        await asked.stop()
        await daemon.stop()
    }

    @Test func `a key that others may read stops the start, with the way out`() async throws {
        try TestCertificates.restrict(server.key, to: 0o644)
        let path = made.path("sharingd.yaml")
        try "tls: {certificate: '\(server.certificate)', key: '\(server.key)'}\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        let result = try await Executable.sharingd.run([
            "--data", house.data, "--listen", "127.0.0.1:0", "--config", path,
        ])
        #expect(result.code == 1)
        #expect(result.errors.contains("chmod 600"))
    }

    /// Waits for a line of the daemon's; a daemon that ends, or a minute, is long enough.
    private func logged(_ text: String, _ daemon: Daemon) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while !daemon.lines.contains(where: { $0.contains(text) }) {
            guard daemon.process.isRunning, ContinuousClock.now < end else {
                throw DaemonError(log: "waited in vain for `\(text)`:\n" + daemon.process.errors.text)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
