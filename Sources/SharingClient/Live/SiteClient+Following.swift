package import Encodings

/// What somebody who follows the log is told.
package enum Followed: Sendable {
    /// A row of the list of events, and what to show to go on behind it.
    case event(JSON, id: String)
    /// The line is open.
    case connected
    /// The line broke, and is tried again after a while.
    case interrupted(reason: String, waitSeconds: Double)
}

extension SiteClient {
    /// Follows the log: what the reader may see, as it is recorded. A line that breaks is opened again behind the last event that arrived, until
    /// the task is cancelled, so that nothing is missed and nothing comes twice.
    /// - Parameters:
    ///   - from: the log index to begin at; what is recorded from now on where neither this nor `lastID` is given.
    ///   - lastID: of the last event of an earlier visit.
    ///   - visit: is told each thing in turn, and returns whether to go on.
    /// - Returns: the last event's id, or an empty text where none came.
    /// - Throws: `ClientError` where the first connection fails, and later where trying again would not help.
    @discardableResult
    package func follow(
        from: Int64? = nil, after lastID: String? = nil, _ visit: (Followed) async throws -> Bool
    ) async throws -> String {
        let transport = Transport(
            server: settings.server, connections: 1, tls: settings.tls, silenceSeconds: ClientLimits.silenceSeconds)
        var following = Following(client: self, transport: transport, from: from, lastID: lastID ?? "")
        do {
            try await following.run(visit)
            await transport.shutdown()
        } catch {
            await transport.shutdown()
            // Whoever was told to stop has stopped; that is no failure.
            if !Task.isCancelled { throw error }
        }
        return following.lastID
    }
}

/// One follower's state from connection to connection.
private struct Following {
    let client: SiteClient
    let transport: Transport
    let from: Int64?
    private(set) var lastID: String
    private var backoff = Backoff()
    private var retryMilliseconds: Int64?
    private var wasConnected = false
    private var generator = SystemRandomNumberGenerator()

    init(client: SiteClient, transport: Transport, from: Int64?, lastID: String) {
        self.client = client
        self.transport = transport
        self.from = from
        self.lastID = lastID
    }

    mutating func run(_ visit: (Followed) async throws -> Bool) async throws {
        while !Task.isCancelled {
            let reason: String
            var atLeast = Double(retryMilliseconds ?? 0) / 1000
            do {
                guard try await connection(visit) else { return }
                reason = "the site closed the stream"
            } catch let error as ClientError where wasConnected && error.mayPass {
                reason = error.description
                if case .problem(let problem) = error { atLeast = max(atLeast, Double(problem.retryAfterSeconds ?? 0)) }
            }
            // Whoever was told to stop is not told of a line that broke: it is the one that they let go.
            guard !Task.isCancelled else { return }
            let seconds = backoff.next(atLeast: atLeast, using: &generator)
            guard try await visit(.interrupted(reason: reason, waitSeconds: seconds)) else { return }
            try await Task.sleep(for: .seconds(seconds))
        }
    }

    /// - Returns: whether to connect again.
    private mutating func connection(_ visit: (Followed) async throws -> Bool) async throws -> Bool {
        let query = lastID.isEmpty ? from.map { [(name: "from", value: String($0))] } ?? [] : []
        var request = Transport.Request(url: client.url("/v1/stream", query), token: try await client.token())
        request.accept = "text/event-stream, application/problem+json"
        if !lastID.isEmpty { request.lastEventID = lastID }
        let answer = try await transport.open(request)
        guard answer.status == 200 else { throw client.failure(try await answer.whole()) }
        wasConnected = true
        guard try await visit(.connected) else { return false }
        var parser = EventStreamParser(lastID: lastID)
        while let bytes = try await answer.next() {
            backoff.reset()
            for message in try parser.take(bytes) {
                switch message.type {
                case "message":
                    guard let event = try? JSON.parse(message.data) else {
                        throw ClientError.unexpectedAnswer(status: 200, reason: "an event of the stream is not JSON")
                    }
                    // What was handed over is not asked for again, even if what follows it in the same bytes fails.
                    lastID = message.id
                    guard try await visit(.event(event, id: message.id)) else { return false }
                case "end":
                    if let refusal = Self.refusal(message.data) { throw refusal }
                    return true
                default: break
                }
            }
            lastID = parser.lastID
            retryMilliseconds = parser.retryMilliseconds ?? retryMilliseconds
        }
        return true
    }

    /// An end after which coming back would not help: the reader may no longer read.
    private static func refusal(_ data: String) -> ClientError? {
        guard let json = try? JSON.parse(data), let code = json["code"]?.string,
            ["key-revoked", "agency-ended", "unknown-key"].contains(code)
        else { return nil }
        return Problem(json: json, status: 403).map { .problem($0) }
    }
}

extension ClientError {
    /// Whether another try may go better.
    fileprivate var mayPass: Bool {
        switch self {
        case .problem(let problem): problem.status >= 500
        case .unreachable, .timedOut: true
        case .answerTooLarge, .unexpectedAnswer, .notProven, .badServer, .badTLS, .badVerifierKey, .keyMissing: false
        }
    }
}
