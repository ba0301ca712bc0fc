import Encodings
import EventStore
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Witnesses that lie, one path each, on a port of loopback.
final class FakeWitness: Sendable {
    enum Lie: String, CaseIterable, Sendable {
        case otherKey, otherText, oldTime, futureTime, garbage, oversized, largerSize, foreignCheckpoint, silent,
            failing

        /// What the site's log must say of it; nil where the test does not wait for it.
        var code: String? {
            switch self {
            case .otherKey: "witness-answer-other-key"
            case .otherText: "witness-answer-signature-invalid"
            case .oldTime, .futureTime: "witness-answer-time"
            case .garbage: "witness-answer-malformed"
            case .oversized: "witness-answer-too-large"
            case .largerSize: "witness-size-unproven"
            case .foreignCheckpoint: "witness-answer-malformed"
            case .failing: "witness-refused"
            case .silent: nil
            }
        }
    }

    private let channel: any Channel
    private let origin: String
    private let keys: [Lie: SigningKey]

    init(origin: String, logKey: NoteSigner) throws {
        self.origin = origin
        let keys = Dictionary(uniqueKeysWithValues: Lie.allCases.map { ($0, SigningKey.generate()) })
        self.keys = keys
        channel = try ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(Handler(origin: origin, keys: keys))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
    }

    func url(_ lie: Lie) -> String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/\(lie.rawValue)" }

    func cosigner(_ lie: Lie) throws -> Cosignature {
        try Cosignature(name: "liar.example/" + lie.rawValue, key: keys[lie] ?? .generate())
    }

    func stop() async throws { try await channel.close() }

    /// What a liar answers; nil to answer never.
    private static func answer(
        _ lie: Lie, _ body: [UInt8], isPost: Bool, origin: String, key: SigningKey
    ) throws -> (status: HTTPResponseStatus, type: String, body: String)? {
        let cosigner = try Cosignature(name: "liar.example/" + lie.rawValue, key: key)
        let now = UInt64(Instant.current.seconds)
        if lie == .silent { return nil }
        guard isPost else {
            guard lie == .foreignCheckpoint else { return (.notFound, "text/plain", "nothing\n") }
            // A larger checkpoint that somebody else signed.
            let text = "\(origin)\n9999\n\(MerkleHash.emptyRoot.base64)\n"
            return (.ok, "text/plain", try NoteSigner(name: origin, key: key).sign(text).note)
        }
        let text = try AddCheckpointRequest(parsing: body).checkpoint.signedNote.text
        func line(_ text: String, _ cosigner: Cosignature, _ time: UInt64) throws -> String {
            try cosigner.sign(text, time: time).line
        }
        switch lie {
        case .otherKey:
            let stranger = try Cosignature(name: "liar.example/" + lie.rawValue, key: .generate())
            return (.ok, "text/plain", try line(text, stranger, now))
        case .otherText:
            return (.ok, "text/plain", try line("\(origin)\n9\n\(MerkleHash.emptyRoot.base64)\n", cosigner, now))
        case .oldTime: return (.ok, "text/plain", try line(text, cosigner, now - 4000))
        case .futureTime: return (.ok, "text/plain", try line(text, cosigner, now + 4000))
        case .garbage: return (.ok, "text/plain", "no signature at all\n")
        case .oversized: return (.ok, "text/plain", String(repeating: "x", count: 100_000))
        case .largerSize, .foreignCheckpoint: return (.conflict, "text/x.tlog.size", "9999\n")
        case .failing: return (.internalServerError, "text/plain", "out of order\n")
        case .silent: return nil
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let origin: String
        private let keys: [Lie: SigningKey]
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(origin: String, keys: [Lie: SigningKey]) {
            self.origin = origin
            self.keys = keys
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = []
            case .body(let part): body += Array(part.readableBytesView)
            case .end: respond(context)
            }
        }

        private func respond(_ context: ChannelHandlerContext) {
            guard let head, let lie = head.uri.split(separator: "/").first.flatMap({ Lie(rawValue: String($0)) }),
                let key = keys[lie],
                let answer = try? FakeWitness.answer(
                    lie, body, isPost: head.method == .POST, origin: origin, key: key)
            else { return }
            var headers = HTTPHeaders()
            headers.add(name: "content-type", value: answer.type)
            headers.add(name: "content-length", value: String(answer.body.utf8.count))
            context.write(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers))),
                promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
