import Encodings
import EventStore
import Foundation
import Locking
import NIOHTTP1
import Support

/// A founded site with an origin of its own, one agency that it hosts, and a daemon that comes and goes on one port.
final class PeeredSite: Sendable {
    let origin: String
    let folder: TemporaryFolder
    let data: String
    let operatorKey: SigningKey
    let agency: (id: String, key: SigningKey)
    let port: Int
    /// The daemon that was started last, to say what it said where it does not answer.
    private let latest = Locked<Daemon?>(nil)

    init(_ origin: String, agency: String) async throws {
        self.origin = origin
        folder = try TemporaryFolder()
        data = folder.path("site")
        let founded = try await Executable.sharectl.run(["init", data, "--origin", origin])
        guard founded.code == 0 else { throw DaemonError(log: founded.errors) }
        operatorKey = try KeyFile.signingKey(data + "/keys/operator.jwk")
        self.agency = (agency, .generate())
        port = try LoopbackPort.reserve()
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var author: String { "site:" + origin }

    func start(_ arguments: [String] = []) async throws -> Daemon {
        let daemon = try await Daemon.start(data, arguments, listen: "127.0.0.1:\(port)")
        latest.withLock { $0 = daemon }
        return daemon
    }

    /// What a peer is told of this site.
    func card(url: String? = nil) throws -> JSON {
        let checkpoint = try KeyFile.signingKey(data + "/keys/checkpoint.jwk").publicKey
        return .object([
            "origin": .string(origin), "url": .string(url ?? self.url),
            "vkey": .text(try VerifierKey(name: origin, publicKey: checkpoint)),
            "siteKey": try siteKey().publicKey.jwk,
            "hpke": try AgreementKey(privateJWK: try JSON.parse(KeyFile.read(data + "/keys/hpke.jwk"))).publicJWK,
        ])
    }

    func siteKey() throws -> SigningKey { try KeyFile.signingKey(data + "/keys/site.jwk") }

    // MARK: - Events

    func compose(
        _ type: String, _ data: JSON, by author: (id: String, key: SigningKey)? = nil, about subject: String? = nil,
        id: UniqueID = .random(), content: [(String, JSON)] = []
    ) throws -> [UInt8] {
        var maker = DisclosureMaker()
        var members = data.object ?? JSONObject()
        if !content.isEmpty {
            members["content"] = .object([
                "_sd": Disclosure.digests(of: content.map { maker.conceal(name: $0.0, value: $0.1) })
            ])
        }
        let payload = JSON.object([
            "specversion": "1.0", "id": .text(id), "source": .string(author?.id ?? self.author),
            "site": .string(origin),
            "type": .string("sharing.\(type).v1"), "time": .text(Instant.current), "subject": subject.map(JSON.string),
            "datacontenttype": "application/json", "data": .object(members),
        ])
        return try EventSigner.sign(payload: payload, key: author?.key ?? operatorKey, disclosures: maker.made)
    }

    /// Records something that the operator says.
    func administer(_ type: String, _ data: JSON) async throws {
        let answer = try await post(try compose(type, data))
        guard answer.status == 201 else { throw DaemonError(log: answer.json.text) }
    }

    func post(_ body: [UInt8], as type: String = "application/jose") async throws -> TestHouse.Answer {
        try await send(.POST, "/v1/events", type: type, body)
    }

    func register(_ agency: (id: String, key: SigningKey), at site: String? = nil) async throws {
        try await administer(
            "agency.registered",
            .object([
                "agency": .string(agency.id), "name": .string(agency.id), "kind": "nhs", "publicAuthority": true,
                "site": site.map { .string($0) },
                "keys": [.object(["jwk": agency.key.publicKey.jwk, "roles": ["agency", "ig-lead"]])],
            ]))
    }

    /// Makes two sites, with their daemons at work, peers of each other, each with both agencies enrolled.
    static func join(_ one: PeeredSite, _ other: PeeredSite) async throws {
        for (site, peer) in [(one, other), (other, one)] {
            try await site.register(site.agency)
            try await site.register(peer.agency, at: peer.origin)
            try await site.administer("peer.added", try peer.card())
        }
    }

    /// Events for everybody: an agency enrolled for each, which costs little and reaches every peer.
    func enrolments(_ count: Int) throws -> [[UInt8]] {
        try (0..<count).map { _ in
            try compose(
                "key.enrolled",
                .object([
                    "agency": .string(agency.id), "jwk": SigningKey.generate().publicKey.jwk, "roles": ["agency"],
                ]))
        }
    }

    // MARK: - Asking

    func send(
        _ method: HTTPMethod = .GET, _ path: String, type: String = "application/json", _ body: [UInt8]? = nil,
        token: String? = nil
    ) async throws -> TestHouse.Answer {
        var headers: [String: String] = [:]
        if body != nil { headers["content-type"] = type }
        if let token { headers["authorization"] = "Bearer " + token }
        do {
            return try await TestHouse.send(url, method: method, path, headers: headers, body: body)
        } catch {
            let daemon = latest.withLock { $0 }
            let lines = daemon?.lines.filter { !$0.contains(#""level":"info""#) }.prefix(20) ?? []
            let end = daemon.map { $0.process.isRunning ? "it runs" : "it ended with \($0.process.exitCode ?? -1)" }
            throw DaemonError(
                log: "\(method) \(path): \(error); \(end ?? "not started"): \(lines.joined(separator: "\n"))")
        }
    }

    /// A token of this site's operator.
    func operatorToken() throws -> String { try token(author, operatorKey, for: origin) }

    /// What this site shows a peer.
    func peerToken(for peer: String) throws -> String { try token(author, try siteKey(), for: peer) }

    func token(_ issuer: String, _ key: SigningKey, for audience: String) throws -> String {
        try BearerToken.sign(
            issuer: issuer, audience: audience, tokenID: UniqueID.random().description, issued: .current, key: key)
    }

    /// What the site says of a peer.
    func peer(_ origin: String) async throws -> JSON {
        let answer = try await send(.GET, "/v1/peers", token: operatorToken())
        guard answer.status == 200 else { throw DaemonError(log: answer.text) }
        return answer.json["peers"]?.array?.first { $0["origin"]?.string == origin } ?? .null
    }

    func state(of origin: String) async throws -> String? { try await peer(origin)["state"]?.string }

    func evidence(against origin: String) async throws -> [String] {
        (try await peer(origin)["evidence"]?.array ?? []).compactMap { $0["kind"]?.string }
    }

    /// The size of the log.
    func size() async throws -> Int64 {
        try SignedCheckpoint(parsing: try await send(.GET, "/log/checkpoint").text).checkpoint.size
    }

    /// Waits until the site has all of a peer's log up to a size.
    func hasCaughtUp(with origin: String, to size: Int64) async throws -> Bool {
        try await WitnessedHouse.isReached {
            let peer = try await self.peer(origin)
            let reached = peer["size"]?.integer ?? 0
            return (peer["state"] == "caught-up" && reached >= size, reached)
        }
    }
}
