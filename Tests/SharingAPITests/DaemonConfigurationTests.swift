import EventStore
import Foundation
import SharingAPI
import Support
import Testing

@Suite struct DaemonConfigurationTests {
    private func read(_ text: String, listen: String? = nil) throws -> DaemonConfiguration {
        let folder = try TemporaryFolder()
        let path = folder.path("sharingd.yaml")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try DaemonConfiguration(
            file: path, data: nil, listen: listen.flatMap { DaemonConfiguration.Address($0) })
    }

    @Test(arguments: [
        ("127.0.0.1:8420", "127.0.0.1", 8420), ("localhost:0", "localhost", 0), ("[::1]:80", "::1", 80),
        ("sharing.example:65535", "sharing.example", 65535),
    ])
    func `an address is a host and a port`(_ text: String, _ host: String, _ port: Int) {
        let address = DaemonConfiguration.Address(text)
        #expect(address?.host == host)
        #expect(address?.port == port)
    }

    @Test(arguments: ["8420", ":8420", "host:", "host:65536", "host:-1", "ho st:1", ""])
    func `anything else is no address`(_ text: String) { #expect(DaemonConfiguration.Address(text) == nil) }

    @Test func `the command line goes before the file`() throws {
        let both = try read("{data: /a, listen: '127.0.0.1:1'}", listen: "127.0.0.1:2")
        #expect(both.listen.port == 2)
        #expect(try read("{data: /a, listen: '127.0.0.1:1'}").listen.port == 1)
        #expect(try read("data: /a").listen == .standard)
    }

    @Test(arguments: ["127.0.0.1:1", "127.255.0.9:1", "localhost:1", "[::1]:1"])
    func `plaintext is for loopback`(_ address: String) throws { _ = try read("data: /a", listen: address) }

    @Test(arguments: ["0.0.0.0:1", "10.0.0.1:1", "[::]:1", "example.org:1", "127.0.0.1.example.org:1", "127.0.0:1"])
    func `plaintext is refused where others can reach it`(_ address: String) throws {
        #expect(throws: ConfigurationError.self) { try read("data: /a", listen: address) }
        let tls = try read("{data: /a, tls: {certificate: /c.pem, key: /k.pem}}", listen: address)
        #expect(tls.tls == DaemonConfiguration.TLS(certificate: "/c.pem", key: "/k.pem"))
    }

    @Test func `clients may be asked for a certificate, or have to have one`() throws {
        func tls(_ text: String) throws -> DaemonConfiguration.TLS? {
            try read("{data: /a, tls: {certificate: /c.pem, key: /k.pem, \(text)}}").tls
        }
        #expect(try tls("clients: /ca.pem")?.clients == .init(authorities: "/ca.pem", isRequired: false))
        #expect(try tls("clients: /ca.pem, required: true")?.clients == .init(authorities: "/ca.pem", isRequired: true))
        for wrong in ["required: true", "clients: /ca.pem, required: 'yes'", "clients: [/ca.pem]", "colour: red"] {
            #expect(throws: ConfigurationError.badTLS, "\(wrong)") { try tls(wrong) }
        }
    }

    @Test func `lines to peers have roots, and a certificate with its key`() throws {
        #expect(try read("data: /a").peers == PeerSettings())
        let all = try read("{data: /a, peers: {ca: /ca.pem, certificate: /c.pem, key: /k.pem}}")
        #expect(all.peers == PeerSettings(authorities: "/ca.pem", certificate: "/c.pem", key: "/k.pem"))
        let slow = try read("{data: /a, peers: {answerWithin: 120, notReadyAfter: 900}}").peers
        #expect(slow.answerSeconds == 120 && slow.notReadyAfterSeconds == 900)
        for wrong in ["{answerWithin: 1}", "{answerWithin: long}", "{notReadyAfter: 5}", "{notReadyAfter: -1}"] {
            #expect(throws: ConfigurationError.self, "\(wrong)") { try read("{data: /a, peers: \(wrong)}") }
        }
        for wrong in ["true", "{certificate: /c.pem}", "{key: /k.pem}", "{ca: 7}", "{colour: red}"] {
            #expect(throws: ConfigurationError.self, "\(wrong)") { try read("{data: /a, peers: \(wrong)}") }
        }
    }

    @Test func `witnesses that are asked have a name, a url and a key of cosignatures`() throws {
        let good = try read(
            "{data: /a, policy: /p, witnesses: [{name: north-1, url: 'https://w.example/x/', key: '\(Self.vkey)'}]}")
        #expect(good.witnesses.map(\.url) == ["https://w.example/x"])
        #expect(good.policy == "/p")
        #expect(throws: ConfigurationError.self) { try good.loadPolicy() }
        for entry in [
            "{name: 'no spaces', url: 'https://w.example', key: '\(Self.vkey)'}",
            "{name: a, url: 'http://w.example', key: '\(Self.vkey)'}",
            "{name: a, url: 'https://w.example?x=y', key: '\(Self.vkey)'}",
            "{name: a, url: 'https://w.example', key: rubbish}",
            "{name: a, url: 'https://w.example'}",
            "{name: a, url: 'https://w.example', key: '\(Self.vkey)'}, {name: b, url: 'https://w.example', key: '\(Self.vkey)'}",
        ] {
            #expect(throws: ConfigurationError.self, "\(entry)") { try read("{data: /a, witnesses: [\(entry)]}") }
        }
        #expect(
            try read("{data: /a, witnesses: [{name: a, url: 'http://127.0.0.1:1/w', key: '\(Self.vkey)'}]}").witnesses
                .count == 1)
    }

    /// A cosigner's key of the published vectors' kind.
    private static let vkey: String = {
        let cosigner = try? Cosignature(name: "w.example", key: .generate())
        return cosigner?.verifierKey.description ?? ""
    }()

    @Test(arguments: [
        ("{}", ConfigurationError.dataMissing), ("{data: /a, colour: red}", .unknownKey("colour")),
        ("{data: /a, listen: 8420}", .badAddress), ("{data: /a, tls: {certificate: /c}}", .badTLS),
    ])
    func `a file with a mistake says which`(_ text: String, _ expected: ConfigurationError) {
        #expect(throws: expected) { try read(text) }
    }
}
