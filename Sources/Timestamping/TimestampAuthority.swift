import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Whoever answers requests for timestamps.
package protocol TimestampSource: Sendable {
    /// - Throws: `TimestampError`; what came back is not verified yet.
    func answer(to request: TimestampRequest) async throws(TimestampError) -> TimestampResponse
}

/// A time-stamping authority over HTTP (RFC 3161, section 3.4).
package struct TimestampAuthority: TimestampSource {
    private let url: String
    private let http: HTTPClient
    private let deadline: TimeAmount

    /// - Parameters:
    ///   - url: `http` will do: a request is a digest, and an answer is signed.
    ///   - callSeconds: how long a call may take; for tests.
    package init(url: String, callSeconds: Int64? = nil) {
        self.url = url
        deadline = .seconds(callSeconds ?? TimestampLimits.callSeconds)
        var configuration = HTTPClient.Configuration(
            // The configuration names whom to ask; nobody else gets to.
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(TimestampLimits.connectSeconds)))
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Whether a text is a URL of HTTP with a host, and neither user nor fragment.
    package static func isURL(_ text: String) -> Bool {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), parts.host?.isEmpty == false, parts.user == nil,
            parts.password == nil, parts.fragment == nil
        else { return false }
        return true
    }

    /// Must be called once, after the last request.
    package func shutdown() async { try? await http.shutdown() }

    package func answer(to request: TimestampRequest) async throws(TimestampError) -> TimestampResponse {
        var message = HTTPClientRequest(url: url)
        message.method = .POST
        message.headers.add(name: "content-type", value: "application/timestamp-query")
        message.headers.add(name: "accept", value: "application/timestamp-reply")
        message.headers.add(name: "user-agent", value: "sharingd")
        message.body = .bytes(request.bytes, length: .known(Int64(request.bytes.count)))
        let bytes: [UInt8]
        do {
            let response = try await http.execute(message, timeout: deadline)
            guard response.status == .ok else { throw TimestampError.httpStatus(Int(response.status.code)) }
            let body = try await response.body.collect(upTo: TimestampLimits.responseBytes)
            bytes = Array(body.readableBytesView)
        } catch let error as TimestampError {
            throw error
        } catch is NIOTooManyBytesError {
            throw .tooLarge
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw .timedOut
        } catch {
            throw .unreachable
        }
        return try TimestampResponse(bytes)
    }
}
