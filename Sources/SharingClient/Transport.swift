import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends one request and reads the whole answer, within limits of time and size.
struct Transport: Sendable {
    /// What came back.
    struct Answer: Sendable {
        let status: Int
        let contentType: String
        let retryAfterSeconds: Int?
        let bytes: [UInt8]
    }

    struct Request: Sendable {
        var method: Method = .get
        var url: String
        var token: String?
        var contentType: String?
        var body: [UInt8]?
        /// The largest answer that is read, in bytes.
        var answerBytes = ClientLimits.answerBytes
        var accept = "application/json, application/problem+json, text/plain"
        /// For a stream that goes on behind an event.
        var lastEventID: String?

        enum Method: Sendable { case get, post }
    }

    private let http: HTTPClient
    private let server: ServerAddress

    /// - Parameters:
    ///   - connections: open at once to the site.
    ///   - tls: nil for the system's roots and no certificate of its own.
    ///   - silenceSeconds: after which an answer counts as broken off; nil where the whole call has its time.
    init(server: ServerAddress, connections: Int, tls: TLSConfiguration? = nil, silenceSeconds: Int64? = nil) {
        self.server = server
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            // A redirect would carry the bearer token to another place.
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: .seconds(ClientLimits.connectSeconds), read: silenceSeconds.map { .seconds($0) }))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        // Without waiting for a network to come up: a refused connection is an answer.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Must be called once, after the last request.
    func shutdown() async { try? await http.shutdown() }

    func send(_ request: Request) async throws(ClientError) -> Answer {
        try await open(request).whole()
    }

    /// Sends a request, and leaves the answer's body to be read as it comes.
    func open(_ request: Request) async throws(ClientError) -> OpenAnswer {
        var message = HTTPClientRequest(url: request.url)
        message.method = request.method == .post ? .POST : .GET
        message.headers.add(name: "user-agent", value: "sharectl")
        message.headers.add(name: "accept", value: request.accept)
        if let token = request.token { message.headers.add(name: "authorization", value: "Bearer " + token) }
        if let type = request.contentType { message.headers.add(name: "content-type", value: type) }
        if let last = request.lastEventID { message.headers.add(name: "last-event-id", value: last) }
        if let body = request.body { message.body = .bytes(body, length: .known(Int64(body.count))) }
        do {
            // The time is that until the answer begins.
            let response = try await http.execute(message, timeout: .seconds(ClientLimits.callSeconds))
            return OpenAnswer(response, limitBytes: request.answerBytes) { explain($0, request) }
        } catch {
            throw explain(error, request)
        }
    }

    /// An answer whose body is read by one caller, piece by piece or as a whole.
    final class OpenAnswer {
        let status: Int
        private let headers: HTTPHeaders
        private var body: HTTPClientResponse.Body.AsyncIterator
        private let limitBytes: Int
        private let explain: @Sendable (any Error) -> ClientError

        init(
            _ response: HTTPClientResponse, limitBytes: Int,
            explain: @escaping @Sendable (any Error) -> ClientError
        ) {
            self.limitBytes = limitBytes
            status = Int(response.status.code)
            headers = response.headers
            body = response.body.makeAsyncIterator()
            self.explain = explain
        }

        /// The next piece; nil at the end.
        func next() async throws(ClientError) -> ByteBufferView? {
            do {
                return try await body.next()?.readableBytesView
            } catch {
                throw explain(error)
            }
        }

        func whole() async throws(ClientError) -> Answer {
            var bytes: [UInt8] = []
            while let piece = try await next() {
                guard bytes.count + piece.count <= limitBytes else {
                    throw .answerTooLarge(limitBytes: limitBytes)
                }
                bytes += piece
            }
            return Answer(
                status: status, contentType: headers.first(name: "content-type") ?? "",
                retryAfterSeconds: headers.first(name: "retry-after").flatMap { Int($0) }, bytes: bytes)
        }
    }

    private func explain(_ error: any Error, _ request: Request) -> ClientError {
        let server = self.server.description
        switch error {
        case let error as HTTPClientError where error == .connectTimeout:
            return .timedOut(server: server, seconds: ClientLimits.connectSeconds)
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            return .timedOut(server: server, seconds: ClientLimits.callSeconds)
        case let error as HTTPClientError:
            return .unreachable(server: server, reason: error.shortDescription)
        case is NIOTooManyBytesError: return .answerTooLarge(limitBytes: request.answerBytes)
        case is NIOConnectionError: return .unreachable(server: server, reason: "no connection")
        case let error as IOError:
            return .unreachable(server: server, reason: String(cString: strerror(error.errnoCode)).lowercased())
        case let error as NIOSSLExtraError:
            return .unreachable(server: server, reason: "TLS: \(error)")
        case is NIOSSLError, is BoringSSLError:
            return .unreachable(
                server: server,
                reason:
                    "TLS: one side did not accept the other's certificate or version; see `--ca` and `--certificate`")
        default: return .unreachable(server: server, reason: "\(error)")
        }
    }
}
