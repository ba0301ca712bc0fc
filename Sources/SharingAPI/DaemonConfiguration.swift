package import EventStore
import Foundation
package import SharingService
import Yams

/// What the daemon is told by its command line or its configuration file.
package struct DaemonConfiguration: Sendable, Equatable {
    package struct Address: Sendable, Equatable {
        package let host: String
        package let port: Int

        package static let standard = Address(host: "127.0.0.1", port: 8420)

        /// Parses `HOST:PORT`; an IPv6 host stands in brackets. Nil for anything else.
        package init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
                (0...65_535).contains(port)
            else { return nil }
            var host = String(text[..<colon])
            if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
            guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { return nil }
            self.init(host: host, port: port)
        }

        init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Whether only this machine can reach it.
        var isLoopback: Bool {
            if host == "localhost" || host == "::1" { return true }
            let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
            return parts.count == 4 && parts[0] == 127 && parts.allSatisfy { $0 != nil }
        }
    }

    package let data: String
    package let listen: Address
    package let tls: TLS?
    /// The verifier keys of the logs for which this site is a witness.
    package let watching: [VerifierKey]
    /// How checkpoints are stamped by an outside authority; nil for not at all.
    package let stamping: Stamping?
    /// The witnesses that are asked for cosignatures on this site's own checkpoints.
    package private(set) var witnesses: [AskedWitness] = []
    /// Path of the tlog-policy file that says when a checkpoint of this site is trusted.
    package private(set) var policy: String?
    /// How peers are reached.
    package private(set) var peers = PeerSettings()
    /// Between two heartbeats of a stream.
    package let heartbeatSeconds: Int64

    /// - Throws: `ConfigurationError.plaintext` for an address that others can reach without TLS.
    package init(
        data: String, listen: Address, tls: TLS?, watching: [VerifierKey] = [], stamping: Stamping? = nil,
        heartbeatSeconds: Int64 = APILimits.heartbeatSeconds
    ) throws(ConfigurationError) {
        guard tls != nil || listen.isLoopback else { throw .plaintext(host: listen.host) }
        self.data = data
        self.listen = listen
        self.tls = tls
        self.watching = watching
        self.stamping = stamping
        self.heartbeatSeconds = heartbeatSeconds
    }

    /// Reads a YAML file with `data`, `listen`, `tls: {certificate, key, clients, required}`, `peers: {ca, certificate, key}`,
    /// `witness: {logs: [verifier keys]}`, `timestamps: {url, ca, …}`, `witnesses: [{name, url, key}]`, `policy` and
    /// `stream: {heartbeat: seconds}`; what the command line says goes before what the file says.
    package init(file path: String?, data: String?, listen: Address?) throws(ConfigurationError) {
        var values: [String: Any] = [:]
        if let path {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw .unreadable(path: path) }
            guard let loaded = (try? Yams.load(yaml: text)) as? [String: Any] else { throw .notAMapping(path: path) }
            values = loaded
        }
        for name in values.keys where !Self.keys.contains(name) { throw .unknownKey(name) }
        guard let folder = data ?? values["data"] as? String else { throw .dataMissing }
        var address = listen ?? .standard
        if listen == nil, let value = values["listen"] {
            guard let parsed = (value as? String).flatMap({ Address($0) }) else { throw .badAddress }
            address = parsed
        }
        try self.init(
            data: folder, listen: address, tls: try Self.tls(values["tls"]), watching: try Self.logs(values["witness"]),
            stamping: try Self.stamping(values["timestamps"]),
            heartbeatSeconds: try Self.heartbeat(values["stream"]))
        witnesses = try Self.witnesses(values["witnesses"])
        peers = try Self.peers(values["peers"])
        if let value = values["policy"] {
            guard let path = value as? String else { throw .badPolicy("`policy` is the path of a tlog-policy file") }
            policy = path
        }
    }

    private static func heartbeat(_ value: Any?) throws(ConfigurationError) -> Int64 {
        guard let value else { return APILimits.heartbeatSeconds }
        guard let members = value as? [String: Int], Set(members.keys) == ["heartbeat"],
            let seconds = members["heartbeat"], (1...60).contains(seconds)
        else { throw .badStream }
        return Int64(seconds)
    }

    private static let keys: Set<String> = [
        "data", "listen", "tls", "peers", "witness", "timestamps", "witnesses", "policy", "stream",
    ]

    private static func logs(_ value: Any?) throws(ConfigurationError) -> [VerifierKey] {
        guard let value else { return [] }
        guard let members = value as? [String: [String]], Set(members.keys) == ["logs"], let texts = members["logs"]
        else {
            throw .badWitness("`witness` has one key, `logs`, a list of verifier keys")
        }
        var keys: [VerifierKey] = []
        for text in texts {
            do throws(NoteError) {
                keys.append(try VerifierKey(parsing: text))
            } catch {
                throw .badWitness("`witness.logs`: \(error)")
            }
        }
        return keys
    }
}

/// Why the daemon cannot be started as it was told to.
package enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    case unreadable(path: String)
    case notAMapping(path: String)
    case unknownKey(String)
    case dataMissing
    case badAddress
    case badTLS
    case badWitness(String)
    case badTimestamps(String)
    case badPolicy(String)
    case badPeers(String)
    case badStream
    case plaintext(host: String)

    package var description: String {
        switch self {
        case .unreadable(let path): "cannot read the configuration file \(path)"
        case .notAMapping(let path): "\(path) is not a YAML mapping; see `sharingd --help` for its keys"
        case .unknownKey(let name):
            "the configuration has no key `\(name)`; it has `data`, `listen`, `tls`, `peers`, `witness`, `timestamps`, `witnesses`, `policy` and `stream`"
        case .dataMissing: "say where the site's data are, with `--data DIR` or `data:` in the configuration file"
        case .badAddress: "`listen` is HOST:PORT, for example 127.0.0.1:8420"
        case .badTLS:
            "`tls` has the keys `certificate` and `key`, each the path of a PEM file, maybe `clients`, a PEM file with the authorities of "
                + "clients' certificates, and with it maybe `required`, true or false"
        case .badWitness(let reason), .badTimestamps(let reason), .badPolicy(let reason), .badPeers(let reason): reason
        case .badStream: "`stream` has one key, `heartbeat`, the seconds between two heartbeats, 1 to 60"
        case .plaintext(let host):
            "\(host) can be reached from elsewhere, and nothing is served in plaintext there; give `tls:` in a configuration file, "
                + "or listen on 127.0.0.1 behind a proxy that ends TLS"
        }
    }
}
