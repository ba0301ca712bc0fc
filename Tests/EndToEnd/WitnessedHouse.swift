import Encodings
import EventStore
import Foundation
import Support

/// A site whose log other sites witness: keys, configurations, and waiting for what happens in the background.
struct WitnessedHouse {
    let house: TestHouse
    let key: VerifierKey

    init() async throws {
        house = try await TestHouse()
        key = try VerifierKey(
            name: TestHouse.origin, publicKey: KeyFile.signingKey(house.data + "/keys/checkpoint.jwk").publicKey)
    }

    /// The log's own key, as whoever holds a copy of the folder has it.
    func signer() throws -> NoteSigner {
        try NoteSigner(name: TestHouse.origin, key: KeyFile.signingKey(house.data + "/keys/checkpoint.jwk"))
    }

    /// Another site, configured to witness this one's log.
    func witness() async throws -> OtherSite {
        let site = try await TestHouse()
        let config = site.folder.path("witness.yaml")
        try "witness: {logs: ['\(key)']}".write(toFile: config, atomically: true, encoding: .utf8)
        let cosigner = try Cosignature(
            name: TestHouse.origin + "/witness", key: KeyFile.signingKey(site.data + "/keys/witness.jwk"))
        return OtherSite(house: site, config: config, key: cosigner.verifierKey)
    }

    struct OtherSite {
        let house: TestHouse
        let config: String
        let key: VerifierKey

        func start() async throws -> Daemon { try await Daemon.start(house.data, ["--config", config]) }
    }

    /// A configuration that asks witnesses.
    func config(
        _ name: String, _ witnesses: [(name: String, url: String, key: VerifierKey)], policy: String? = nil
    ) throws -> [String] {
        let entries = witnesses.map { "  - {name: \($0.name), url: '\($0.url)', key: '\($0.key)'}\n" }.joined()
        var text = "witnesses:\n" + entries
        if let policy { text += "policy: \(policy)\n" }
        let path = house.folder.path(name + ".yaml")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return ["--config", path]
    }

    /// A policy file that asks for one witness.
    func policy(_ name: String, _ witness: VerifierKey) throws -> String {
        let path = house.folder.path(name + ".policy")
        try "log \(key)\nwitness w \(witness)\nquorum w\n".write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// A copy of the data folder as it is, of a site that does not run.
    func copy(_ name: String) throws -> String {
        let path = house.folder.path(name)
        try FileManager.default.copyItem(atPath: house.data, toPath: path)
        return path
    }

    /// The checkpoint that a site shows.
    static func checkpoint(_ daemon: Daemon) async throws -> SignedCheckpoint {
        try SignedCheckpoint(parsing: try await TestHouse.send(daemon, "/log/checkpoint").text)
    }

    /// Waits for what happens in the background; within a bound that is far beyond what it takes.
    static func until(_ condition: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<1_500 {
            if try await condition() { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// Waits for something that takes as long as it takes: gives up when nothing has moved for half a minute.
    /// - Parameter look: says whether it is there, and how far it has got.
    static func isReached(_ look: () async throws -> (isThere: Bool, at: Int64)) async throws -> Bool {
        var (last, still) = (Int64(-1), 0)
        while still < 1_500 {
            let (isThere, at) = try await look()
            if isThere { return true }
            still = at == last ? still + 1 : 0
            last = at
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// Waits until the site shows a checkpoint of this size at least that a witness cosigned.
    static func isCosigned(_ daemon: Daemon, _ size: Int64, by witness: VerifierKey) async throws -> Bool {
        try await until {
            let shown = try await checkpoint(daemon)
            return shown.checkpoint.size >= size && (try? shown.signedNote.verified(by: [witness])) != nil
        }
    }

    /// What the log says of forks: the evidence of each event, by index.
    func forks(_ data: String) throws -> [(index: Int64, peer: String?, evidence: JSON)] {
        let log = try ReadOnlyLog(folder: DataFolder(path: data), keys: CheckpointKeys(first: key), kek: nil)
        return try log.events(in: 0..<log.head.size).compactMap { event in
            guard event.entry.type == "sharing.fork.detected.v1", let body = event.body.opened else { return nil }
            let payload = try body.event().payload["data"]
            return (event.index, payload?["peer"]?.string, payload?["evidence"] ?? .null)
        }
    }
}
