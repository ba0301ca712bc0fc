import NIOCore
import NIOSSL

/// Tells when a client has closed its side of a connection, for answers that take long.
///
/// Hummingbird has `consumeWithInboundCloseHandler` for that, which takes the request's body away and ends the process where the answer ends
/// before the body does; a client could bring that about. This looks at the connection alone.
final class ClientWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private let onGone: @Sendable () -> Void

    private init(_ onGone: @escaping @Sendable () -> Void) { self.onGone = onGone }

    /// Runs an operation, and says meanwhile if the client goes; it is for the operation to end then.
    static func during<Value: Sendable>(
        _ channel: any Channel, onGone: @escaping @Sendable () -> Void, _ operation: () async throws -> Value
    ) async throws -> Value {
        let watch = ClientWatch(onGone)
        do {
            try await watch.join(channel).get()
        } catch {
            // The connection is closed already.
            onGone()
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await operation())
        } catch {
            result = .failure(error)
        }
        try? await channel.pipeline.removeHandler(watch).get()
        return try result.get()
    }

    /// Above TLS, where there is any: that tells of a client's farewell when it comes, and the connection below may stay open for seconds more.
    private func join(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            let tls = try? pipeline.handler(type: NIOSSLServerHandler.self)
            try pipeline.addHandler(self, position: tls.map { .after($0) } ?? .first)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { onGone() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        onGone()
        context.fireChannelInactive()
    }
}
