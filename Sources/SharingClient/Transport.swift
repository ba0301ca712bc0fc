import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

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

        enum Method: Sendable { case get, post }
    }

    private let http: HTTPClient
    private let server: ServerAddress

    /// - Parameter connections: open at once to the site.
    init(server: ServerAddress, connections: Int) {
        self.server = server
        var configuration = HTTPClient.Configuration(
            // A redirect would carry the bearer token to another place.
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(ClientLimits.connectSeconds)))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        // Without waiting for a network to come up: a refused connection is an answer.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Must be called once, after the last request.
    func shutdown() async { try? await http.shutdown() }

    func send(_ request: Request) async throws(ClientError) -> Answer {
        var message = HTTPClientRequest(url: request.url)
        message.method = request.method == .post ? .POST : .GET
        message.headers.add(name: "user-agent", value: "sharectl")
        message.headers.add(name: "accept", value: "application/json, application/problem+json, text/plain")
        if let token = request.token { message.headers.add(name: "authorization", value: "Bearer " + token) }
        if let type = request.contentType { message.headers.add(name: "content-type", value: type) }
        if let body = request.body { message.body = .bytes(body, length: .known(Int64(body.count))) }
        do {
            let response = try await http.execute(message, timeout: .seconds(ClientLimits.callSeconds))
            let body = try await response.body.collect(upTo: request.answerBytes)
            return Answer(
                status: Int(response.status.code), contentType: response.headers.first(name: "content-type") ?? "",
                retryAfterSeconds: response.headers.first(name: "retry-after").flatMap { Int($0) },
                bytes: Array(body.readableBytesView))
        } catch {
            throw explain(error, request)
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
        default: return .unreachable(server: server, reason: "\(error)")
        }
    }
}
