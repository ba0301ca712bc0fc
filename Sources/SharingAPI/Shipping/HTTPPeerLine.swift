import AsyncHTTPClient
import Encodings
import EventStore
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import SharingModel
import SharingService

/// The line to one peer over HTTP: TLS, or this very machine; each answer within limits of size and time.
struct HTTPPeerLine: PeerLine {
    /// Of the peer's daemon, without a slash at its end.
    let url: String
    let http: HTTPClient
    let tls: PeerTLS
    /// From the first byte of a question to the last of its answer. Whoever asks gives up by then too.
    let answerSeconds: Int64

    /// A client for all peers of a site: no redirect, no decompression, no second attempt behind anybody's back. Its `shutdown` must be called.
    static func client() -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(APILimits.peerConnectSeconds)),
            decompression: .disabled)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func ask(_ question: PeerQuestion, token: String) async throws(LineFault) -> LineAnswer {
        let request = try message("/shipping/next", question.json, token)
        let (status, body) = try await send(
            request, seconds: answerSeconds, limit: ServiceLimits.peerPieceBytes)
        if status == 200 { return .piece(body) }
        if status == 409, let note = Self.problem(body)?["checkpoint"]?.string { return .behind(checkpoint: note) }
        throw .refused(status: status, code: Self.known(Self.problem(body)))
    }

    func acknowledge(_ size: Int64, cosignature: String?, token: String) async throws(LineFault) {
        let request = try message(
            "/shipping/acknowledgements",
            .object(["size": .integer(size), "cosignature": cosignature.map { .string($0) }]), token)
        let (status, body) = try await send(
            request, seconds: APILimits.peerAcknowledgeSeconds, limit: APILimits.peerProblemBytes)
        guard status == 204 else { throw .refused(status: status, code: Self.known(Self.problem(body))) }
    }

    private func message(_ path: String, _ body: JSON, _ token: String) throws(LineFault) -> HTTPClientRequest {
        guard Self.isProtected(url) else { throw .plaintext }
        var request = HTTPClientRequest(url: url + path)
        // Certificates may change while the daemon runs; connections of older ones are not used again.
        request.tlsConfiguration = tls.configuration
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "authorization", value: "Bearer " + token)
        request.body = .bytes(ByteBuffer(bytes: body.bytes))
        return request
    }

    /// TLS, or a host that is this machine.
    static func isProtected(_ url: String) -> Bool {
        guard let parts = URLComponents(string: url), let host = parts.host else { return false }
        if parts.scheme?.lowercased() == "https" { return true }
        return DaemonConfiguration.Address(host: host.trimmingCharacters(in: ["[", "]"]), port: 0).isLoopback
    }

    private func send(
        _ request: HTTPClientRequest, seconds: Int64, limit: Int
    ) async throws(LineFault) -> (status: Int, body: [UInt8]) {
        do {
            let response = try await http.execute(request, timeout: .seconds(seconds))
            let status = Int(response.status.code)
            var reading = AnswerReading(limit: status == 200 ? limit : APILimits.peerProblemBytes)
            for try await buffer in response.body where !reading.take(buffer) { break }
            return (status, reading.bytes)
        } catch let error as HTTPClientError where Self.isTimeout(error) {
            throw .timedOut
        } catch is NIOSSLError, is NIOSSLExtraError, is BoringSSLError {
            throw .notTrusted
        } catch {
            throw .unreachable
        }
    }

    private static func isTimeout(_ error: HTTPClientError) -> Bool {
        [.readTimeout, .deadlineExceeded, .writeTimeout].contains(error)
    }

    private static func problem(_ body: [UInt8]) -> JSON? { try? JSON.parse(body) }

    /// Codes that say something to an operator here. Others are the peer's own words, which stand in no log and no metric.
    private static func known(_ problem: JSON?) -> String? {
        let codes: Set = [
            "question-open", "peer-removed", "unknown-peer", "key-revoked", "token-expired", "token-audience",
            "token-issued-in-the-future", "token-issuer", "recipient-key-unknown", "shipping-receiver-ahead",
            "shipping-key-not-ours", "shipping-cursor-unknown", "shipping-body-lost", "site-ending", "log-set-back",
        ]
        return problem?["code"]?.string.flatMap { codes.contains($0) ? $0 : nil }
    }
}

/// Reads an answer up to a limit, and no further than a shipment's own prefix lets it be.
private struct AnswerReading {
    let limit: Int
    private(set) var bytes: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    /// - Returns: whether to go on. What is cut off is no piece, and is kept as evidence of that.
    mutating func take(_ buffer: ByteBuffer) -> Bool {
        let isBeginning = bytes.count < PostRoom.prefixBytes
        buffer.withUnsafeReadableBytes { bytes.append(contentsOf: $0) }
        if isBeginning, bytes.count >= PostRoom.prefixBytes {
            guard let length = PostRoom.pieceBytes(prefix: bytes), length <= limit else { return false }
            bytes.reserveCapacity(length)
        }
        return bytes.count <= limit
    }
}
