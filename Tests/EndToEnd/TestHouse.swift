import AsyncHTTPClient
import Encodings
import EventStore
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Support

/// A founded site with a running daemon, a trust and a council, driven only through the executables and HTTP.
final class TestHouse: Sendable {
    static let origin = "sharing.test/e2e"

    let folder: TemporaryFolder
    let data: String
    let operatorKey: SigningKey
    let trust = (id: "ods:RBS25", key: SigningKey.generate())
    let council = (id: "gss:E08000012", key: SigningKey.generate(.es256))

    static let person = "nhs:9476719931"

    init(in parent: TemporaryFolder? = nil, at path: String? = nil) async throws {
        folder = try parent ?? TemporaryFolder()
        data = path ?? folder.path("site")
        let founded = try await Executable.sharectl.run(["init", data, "--origin", Self.origin])
        guard founded.code == 0 else { throw DaemonError(log: founded.errors) }
        operatorKey = try KeyFile.signingKey(data + "/keys/operator.jwk")
    }

    /// Registers both agencies and adopts the shipped baseline.
    func settle(_ daemon: Daemon) async throws {
        let baseline = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "../../config/baseline.yaml"),
            encoding: .utf8)
        var events = [
            try compose(
                "baseline.adopted", "site:" + Self.origin, operatorKey, nil, .object(["document": .string(baseline)]))
        ]
        for (agency, kind) in [(trust, "nhs"), (council, "council")] {
            events.append(
                try compose(
                    "agency.registered", "site:" + Self.origin, operatorKey, nil,
                    .object([
                        "agency": .string(agency.id), "name": .string(agency.id), "kind": .string(kind),
                        "publicAuthority": true,
                        "keys": [.object(["jwk": agency.key.publicKey.jwk, "roles": ["agency", "ig-lead"]])],
                    ])))
        }
        for event in events {
            let answer = try await Self.post(daemon, event)
            guard answer.status == 201 else { throw DaemonError(log: answer.json.text) }
        }
    }

    func compose(
        _ type: String, _ source: String, _ key: SigningKey, _ subject: String?, _ data: JSON, id: UniqueID = .random(),
        content: [(String, JSON)] = [], cause: UniqueID? = nil
    ) throws -> [UInt8] {
        var maker = DisclosureMaker()
        var members = data.object ?? JSONObject()
        if !content.isEmpty {
            members["content"] = .object([
                "_sd": Disclosure.digests(of: content.map { maker.conceal(name: $0.0, value: $0.1) })
            ])
        }
        let payload = JSON.object([
            "specversion": "1.0", "id": .text(id), "source": .string(source), "site": .string(Self.origin),
            "type": .string("sharing.\(type).v1"), "time": .text(Instant.current), "subject": subject.map(JSON.string),
            "cause": cause.map { .text($0) }, "datacontenttype": "application/json", "data": .object(members),
        ])
        return try EventSigner.sign(payload: payload, key: key, disclosures: maker.made)
    }

    func described(_ id: UniqueID = .random(), person: String = TestHouse.person) throws -> [UInt8] {
        try compose(
            "subject.described", trust.id, trust.key, person, .object(["birthDate": "2011-02-03", "source": "letter"]),
            id: id)
    }

    /// Lives as long as the tests do. A connection that cannot be made is an answer, not something to try again.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(5)))
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
    }()

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders

        let bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
        func header(_ name: String) -> String? { headers.first(name: name) }
        var json: JSON { (try? JSON.parse(bytes)) ?? .null }
        var code: String? { json["code"]?.string }
    }

    static func post(_ daemon: Daemon, _ body: [UInt8], as type: String = "application/jose") async throws -> Answer {
        try await send(daemon, method: .POST, "/v1/events", headers: ["content-type": type], body: body)
    }

    static func send(
        _ daemon: Daemon, method: HTTPMethod = .GET, _ path: String, headers: [String: String] = [:],
        body: [UInt8]? = nil
    ) async throws -> Answer {
        try await send(daemon.server, method: method, path, headers: headers, body: body)
    }

    static func send(
        _ server: String, method: HTTPMethod = .GET, _ path: String, headers: [String: String] = [:],
        body: [UInt8]? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: server + path)
        request.method = method
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await http.execute(request, timeout: .seconds(30))
        let buffer = try await response.body.collect(upTo: 32 << 20)
        return Answer(
            status: Int(response.status.code), headers: response.headers, bytes: Array(buffer.readableBytesView))
    }

    /// What a reader sends along.
    func token(_ agency: (id: String, key: SigningKey)) throws -> [String: String] {
        [
            "authorization": "Bearer "
                + (try BearerToken.sign(
                    issuer: agency.id, audience: Self.origin, tokenID: UniqueID.random().description, issued: .current,
                    key: agency.key))
        ]
    }
}

extension Instant {
    /// The machine's clock.
    static var current: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
