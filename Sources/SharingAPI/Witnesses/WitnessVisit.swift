import AsyncHTTPClient
import EventStore
import NIOCore
import NIOHTTP1

/// Talks to one witness: each call within limits of time and size, certificates verified, no redirect followed.
struct WitnessVisit: Sendable {
    /// What came back.
    struct Answer: Sendable {
        let status: Int
        let contentType: String
        let bytes: [UInt8]

        /// The size that a 409 tells.
        var size: Int64? {
            guard status == 409, contentType.hasPrefix("text/x.tlog.size"), bytes.count <= 20, bytes.last == 0x0A,
                let text = String(validating: bytes.dropLast(), as: UTF8.self), let size = Int64(text), size >= 0,
                String(size) == text
            else { return nil }
            return size
        }
    }

    let http: HTTPClient
    let tls: PeerTLS
    let witness: AskedWitness

    /// A client for all witnesses of a site. Its `shutdown` must be called.
    static func client() -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(APILimits.witnessConnectSeconds)))
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func add(_ request: AddCheckpointRequest) async throws(WitnessFault) -> Answer {
        var message = HTTPClientRequest(url: witness.url + "/add-checkpoint")
        message.method = .POST
        message.headers.add(name: "content-type", value: "text/plain")
        message.body = .bytes(ByteBuffer(string: request.body))
        return try await send(message, seconds: APILimits.witnessCallSeconds)
    }

    /// The checkpoint that the witness cosigned last for a log (tlog-witness, monitor retrieval).
    /// - Returns: nil where it shows none; unverified.
    func lastSeen(_ origin: String, seconds: Int64) async throws(WitnessFault) -> SignedCheckpoint? {
        let answer = try await send(
            HTTPClientRequest(url: witness.url + "/" + Witness.hash(origin: origin) + "/checkpoint"), seconds: seconds)
        guard answer.status == 200 else { return nil }
        guard let text = String(validating: answer.bytes, as: UTF8.self),
            let checkpoint = try? SignedCheckpoint(parsing: text), checkpoint.checkpoint.origin == origin
        else { throw .malformed }
        return checkpoint
    }

    private func send(_ request: HTTPClientRequest, seconds: Int64) async throws(WitnessFault) -> Answer {
        var request = request
        request.tlsConfiguration = tls.witnesses
        do {
            let response = try await http.execute(request, timeout: .seconds(seconds))
            let body = try await response.body.collect(upTo: Limits.noteBytes)
            return Answer(
                status: Int(response.status.code), contentType: response.headers.first(name: "content-type") ?? "",
                bytes: Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw .tooLarge
        } catch {
            throw .unreachable
        }
    }
}
