import Encodings
import EventStore
import Foundation
import SharingModel
import SharingService

/// Two sites with a daemon each, of which one follows the other.
final class SyncPair {
    private let origin: SyncSite
    private let receiver: SyncSite

    /// How often the receiver is asked how far it is, in microseconds.
    private static let lookMicroseconds: useconds_t = 20_000
    private static let lagLookMicroseconds: useconds_t = 2_000

    /// How long an event may take to the other site, in seconds, before the measurement gives up.
    private static let patienceSeconds = 60.0

    /// Starts both daemons. The origin knows the receiver as its peer, and the receiver knows the agency that signs the events, so that they
    /// count there.
    init(origin: DataFolder, receiver: DataFolder, folder: String, workload: BenchWorkload) throws {
        self.origin = try SyncSite(origin, BenchSite.origin, folder)
        do {
            self.receiver = try SyncSite(receiver, "bench-peer.example", folder)
        } catch {
            self.origin.end()
            throw error
        }
        do {
            try self.origin.add(self.receiver, url: "file:")
            try self.receiver.register(workload.agency.text, "nhs", workload.key, at: BenchSite.origin)
            try self.receiver.register(workload.recipient, "council", .generate(), at: nil)
        } catch {
            end()
            throw error
        }
    }

    func end() {
        origin.end()
        receiver.end()
    }

    /// The most memory that each ever had.
    var memory: (origin: Int64?, receiver: Int64?) {
        (origin.daemon.memory?.peakBytes, receiver.daemon.memory?.peakBytes)
    }

    private var processorSeconds: (origin: Double, receiver: Double) {
        (origin.daemon.processorSeconds ?? 0, receiver.daemon.processorSeconds ?? 0)
    }

    /// Has the receiver add the origin, and waits until everything is there.
    /// - Returns: the events that came, the seconds until all were verified and committed, and until all were projected, and the processor
    ///   time of each daemon until all were verified and committed.
    func catchUp() throws -> (
        events: Int64, verifiedSeconds: Double, projectedSeconds: Double,
        processorSeconds: (origin: Double, receiver: Double)
    ) {
        let before = processorSeconds
        let stopwatch = Stopwatch()
        try receiver.add(origin, url: "http://127.0.0.1:\(origin.daemon.address.port)")
        var verified: (seconds: Double, processor: (origin: Double, receiver: Double))?
        while true {
            let peer = try receiver.peer(origin)
            guard peer["failure"] == nil else { throw BenchError.notFollowed }
            if peer["state"] == "caught-up" {
                if verified == nil {
                    let now = processorSeconds
                    verified = (stopwatch.seconds, (now.origin - before.origin, now.receiver - before.receiver))
                }
                if peer["recorded"] == peer["size"], let verified, let events = peer["events"]?.integer {
                    return (events, verified.seconds, stopwatch.seconds, verified.processor)
                }
            }
            usleep(Self.lookMicroseconds)
        }
    }

    /// Posts events at the origin, one at a time, and waits for each at the receiver.
    /// - Returns: from the receipt at the one to the projection at the other, in milliseconds.
    func lags(of workload: BenchWorkload, count: Int) async throws -> [Double] {
        var lags: [Double] = []
        for event in try await workload.events(count) {
            usleep(useconds_t.random(in: 150_000...450_000))
            let size = try origin.post(event)
            let stopwatch = Stopwatch()
            while try receiver.peer(origin)["recorded"]?.integer ?? 0 < size {
                guard stopwatch.seconds < Self.patienceSeconds else { throw BenchError.notFollowed }
                usleep(Self.lagLookMicroseconds)
            }
            lags.append(stopwatch.seconds * 1_000)
        }
        return lags
    }
}

/// One of the two.
final class SyncSite {
    let daemon: BenchDaemon
    private let origin: String
    private let keys: SiteKeys
    private let operatorKey: SigningKey
    private let connection: BenchConnection

    init(_ data: DataFolder, _ origin: String, _ folder: String) throws {
        self.origin = origin
        keys = try SiteKeys.load(from: data)
        guard let operatorKey = keys.operator else { throw SiteError.operatorKeyMissing }
        self.operatorKey = operatorKey
        daemon = try BenchDaemon(data: data, log: folder + "/\(origin).log", folder: folder)
        connection = try BenchConnection(to: daemon.address)
    }

    func end() { daemon.end() }

    /// Records that an agency takes part.
    /// - Parameter site: that hosts it; nil for this one.
    func register(_ agency: String, _ kind: String, _ key: SigningKey, at site: String?) throws {
        try BenchSite.post(
            .agencyRegistered,
            .object([
                "agency": .string(agency), "name": "Measurement", "kind": .string(kind), "publicAuthority": true,
                "site": site.map { .string($0) },
                "keys": [.object(["jwk": key.publicKey.jwk, "roles": ["agency"]])],
            ]), of: origin, operatorKey, to: daemon.address, over: connection)
    }

    /// Records that another site is a peer.
    func add(_ peer: SyncSite, url: String) throws {
        let key = try VerifierKey(name: peer.origin, publicKey: peer.keys.checkpoint.publicKey)
        try BenchSite.post(
            .peerAdded,
            .object([
                "origin": .string(peer.origin), "url": .string(url), "vkey": .text(key),
                "siteKey": peer.keys.site.publicKey.jwk, "hpke": peer.keys.hpke.publicJWK,
            ]), of: origin, operatorKey, to: daemon.address, over: connection)
    }

    /// What this site says of a peer.
    func peer(_ peer: SyncSite) throws -> JSON {
        let token = try BearerToken.sign(
            issuer: "site:" + origin, audience: origin, tokenID: UniqueID.random().description,
            issued: SystemClock().now, key: operatorKey)
        let answer = try connection.exchange(daemon.address.request("GET", "/v1/peers", token: token))
        let peers = (try? JSON.parse(answer.body))?["peers"]?.array
        return peers?.first { $0["origin"]?.string == peer.origin } ?? .null
    }

    /// Posts an agency's event.
    /// - Returns: the size of the log behind it.
    func post(_ event: [UInt8]) throws -> Int64 {
        let answer = try connection.exchange(
            daemon.address.request("POST", "/v1/events", type: "application/jose", body: event))
        guard answer.status == 201, let index = (try? JSON.parse(answer.body))?["index"]?.integer else {
            throw BenchError.unreadableAnswer
        }
        return index + 1
    }
}
