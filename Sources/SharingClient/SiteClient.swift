package import Encodings
package import EventStore
import Locking
package import NIOSSL
package import SharingModel

/// A visitor of one site: posts signed events, and reads with tokens signed by the same key (DESIGN sections 5 and 6).
package final class SiteClient: Sendable {
    /// How to reach a site, and as whom.
    package struct Settings: Sendable {
        package var server: ServerAddress
        /// Signs tokens for reading; nil for what is open to all.
        package var key: SigningKey?
        /// The agency the key belongs to.
        package var agency: AgencyID?
        /// Pins the log: receipts are held against it.
        package var verifierKey: VerifierKeyText?
        /// Who reads, as {id, role}: goes on record with what is read. Nil reads as the key.
        package var actor: JSON?
        /// How the site's certificate is verified, and what it is shown; nil for the system's roots and nothing.
        package var tls: TLSConfiguration?
        /// Connections open at once.
        package var connections: Int

        package init(
            server: ServerAddress, key: SigningKey? = nil, agency: AgencyID? = nil, verifierKey: VerifierKeyText? = nil,
            actor: JSON? = nil, tls: TLSConfiguration? = nil, connections: Int = 8
        ) {
            self.server = server
            self.key = key
            self.agency = agency
            self.verifierKey = verifierKey
            self.actor = actor
            self.tls = tls
            self.connections = connections
        }
    }

    package let settings: Settings
    private let transport: Transport
    private let now: @Sendable () -> Instant
    /// Learnt once; locked because calls run side by side.
    private let knownOrigin: Locked<String?>

    /// - Parameter now: the clock of this machine, for tokens.
    private init(_ settings: Settings, now: @escaping @Sendable () -> Instant) {
        self.settings = settings
        self.now = now
        transport = Transport(server: settings.server, connections: settings.connections, tls: settings.tls)
        knownOrigin = Locked(settings.verifierKey?.origin)
    }

    /// Runs a visit, and closes its connections at the end.
    package static func visit<Result: Sendable>(
        _ settings: Settings, now: @escaping @Sendable () -> Instant = { .now },
        _ body: (SiteClient) async throws -> Result
    ) async throws -> Result {
        let client = SiteClient(settings, now: now)
        do {
            let result = try await body(client)
            await client.transport.shutdown()
            return result
        } catch {
            await client.transport.shutdown()
            throw error
        }
    }

    /// The site's origin: of the pinned key, or as the site says.
    package func origin() async throws(ClientError) -> String {
        if let known = knownOrigin.withLock({ $0 }) { return known }
        let text = try await openText("/log/vkey").trimmingSpace
        do throws(NoteError) {
            let origin = try VerifierKey(parsing: text).name
            knownOrigin.withLock { $0 = origin }
            return origin
        } catch {
            throw .unexpectedAnswer(status: 200, reason: error.description)
        }
    }

    // MARK: - Writing

    /// Posts one signed event. Posting the same event again is safe: the answer is the same receipt.
    /// - Throws: `ClientError`; `.notProven` where a verifier key is pinned and the receipt does not fit it.
    package func post(_ event: [UInt8]) async throws(ClientError) -> PostedReceipt {
        let type = event.contains(UInt8(ascii: "~")) ? "application/sd-jwt" : "application/jose"
        let answer = try await transport.send(
            .init(method: .post, url: url("/v1/events"), contentType: type, body: event))
        return try receipt(try json(answer), status: answer.status)
    }

    /// Posts many signed events in one request: at most `ClientLimits.batchEvents`, and `.batchBytes` together.
    /// - Returns: a receipt or a problem for each, in order.
    package func post(many events: [[UInt8]]) async throws(ClientError) -> [Result<PostedReceipt, ClientError>] {
        let body = Array(events.joined(separator: [UInt8(ascii: "\n")]))
        let answer = try await transport.send(
            .init(method: .post, url: url("/v1/events"), contentType: "application/x-ndjson", body: body))
        guard answer.status == 200 else { throw failure(answer) }
        let lines = answer.bytes.split(separator: UInt8(ascii: "\n"))
        guard lines.count == events.count else {
            throw .unexpectedAnswer(status: 200, reason: "\(lines.count) lines for \(events.count) events")
        }
        return lines.map { line in
            guard let json = try? JSON.parse(Array(line)) else {
                return .failure(.unexpectedAnswer(status: 200, reason: "a line is not JSON"))
            }
            if let problem = Problem(json: json) { return .failure(.problem(problem)) }
            do throws(ClientError) {
                return .success(try receipt(json, status: 200))
            } catch {
                return .failure(error)
            }
        }
    }

    private func receipt(_ json: JSON, status: Int) throws(ClientError) -> PostedReceipt {
        guard let receipt = PostedReceipt(json: json) else {
            throw .unexpectedAnswer(status: status, reason: "it is no receipt")
        }
        if let key = settings.verifierKey { try receipt.check(against: key) }
        return receipt
    }

    // MARK: - Reading

    /// Reads JSON with a fresh token.
    /// - Parameters:
    ///   - path: from the root, its segments percent-encoded. A person's identifier never belongs into it.
    ///   - query: pairs whose value is nil are left out.
    package func get(_ path: String, _ query: KeyValuePairs<String, String?> = [:]) async throws(ClientError) -> JSON {
        let pairs = query.compactMap { name, value in value.map { (name: name, value: $0) } }
        return try json(try await transport.send(.init(url: url(path, pairs), token: try await token())))
    }

    /// Reads a text with a fresh token.
    package func text(_ path: String, _ query: KeyValuePairs<String, String?> = [:]) async throws(ClientError) -> String
    {
        let pairs = query.compactMap { name, value in value.map { (name: name, value: $0) } }
        return try text(try await transport.send(.init(url: url(path, pairs), token: try await token())))
    }

    /// Reads a text that is open to all: verifier key, checkpoint.
    package func openText(_ path: String) async throws(ClientError) -> String {
        try text(try await transport.send(.init(url: url(path))))
    }

    /// Reads bytes that are open to all: a tile.
    /// - Parameter limit: of the answer, in bytes.
    /// - Returns: nil where there is nothing.
    package func openBytes(_ path: String, limit: Int) async throws(ClientError) -> [UInt8]? {
        let answer = try await transport.send(.init(url: url(path), answerBytes: limit))
        if answer.status == 404 { return nil }
        guard (200..<300).contains(answer.status) else { throw failure(answer) }
        return answer.bytes
    }

    /// Asks a question that has to be posted, because it names a person.
    package func ask(_ path: String, _ question: JSON) async throws(ClientError) -> JSON {
        try await ask(path, question.bytes, contentType: "application/json")
    }

    func ask(_ path: String, _ body: [UInt8], contentType: String) async throws(ClientError) -> JSON {
        try json(try await post(path, body, contentType: contentType))
    }

    /// Posts what is answered without words.
    func tell(_ path: String, _ order: JSON) async throws(ClientError) {
        let answer = try await post(path, order.bytes, contentType: "application/json")
        guard (200..<300).contains(answer.status) else { throw failure(answer) }
    }

    private func post(
        _ path: String, _ body: [UInt8], contentType: String
    ) async throws(ClientError) -> Transport.Answer {
        try await transport.send(
            .init(method: .post, url: url(path), token: try await token(), contentType: contentType, body: body))
    }

    func token() async throws(ClientError) -> String {
        guard let key = settings.key, let agency = settings.agency else { throw .keyMissing }
        let origin = try await origin()
        do {
            return try BearerToken.sign(
                issuer: agency.text, audience: origin, tokenID: UniqueID.random().description, issued: now(),
                actor: settings.actor, key: key)
        } catch {
            throw .unexpectedAnswer(status: 0, reason: "the token could not be signed")
        }
    }

    func url(_ path: String, _ query: [(name: String, value: String)] = []) -> String {
        settings.server.url(path, query: query)
    }

    private func json(_ answer: Transport.Answer) throws(ClientError) -> JSON {
        guard (200..<300).contains(answer.status) else { throw failure(answer) }
        guard let json = try? JSON.parse(answer.bytes) else {
            throw .unexpectedAnswer(status: answer.status, reason: "it is not JSON")
        }
        return json
    }

    private func text(_ answer: Transport.Answer) throws(ClientError) -> String {
        guard (200..<300).contains(answer.status) else { throw failure(answer) }
        guard let text = String(validating: answer.bytes, as: UTF8.self) else {
            throw .unexpectedAnswer(status: answer.status, reason: "it is not text")
        }
        return text
    }

    func failure(_ answer: Transport.Answer) -> ClientError {
        guard let json = try? JSON.parse(answer.bytes),
            let problem = Problem(json: json, status: answer.status, retryAfterSeconds: answer.retryAfterSeconds)
        else { return .unexpectedAnswer(status: answer.status, reason: "no problem document says why") }
        return .problem(problem)
    }
}
