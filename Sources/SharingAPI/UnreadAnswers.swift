import HummingbirdCore
import Logging
import NIOCore

/// Closes a connection whose client takes nothing of what it is sent.
///
/// The HTTP server closes one whose client falls silent before its request is whole, or between requests. While it answers it waits for as long
/// as that takes, so a client that asks and never reads would keep its place for good.
private final class UnreadAnswers: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let patience: TimeAmount
    /// Bytes that were handed to the connection so far.
    private var written = 0
    /// How many of them had left when it was last looked at with some waiting.
    private var taken = 0
    private var nextLook: Scheduled<Void>?

    init(patience: TimeAmount) { self.patience = patience }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        written += unwrapOutboundIn(data).readableBytes
        if nextLook == nil { lookLater(context) }
        context.write(data, promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        nextLook?.cancel()
        nextLook = nil
    }

    private func lookLater(_ context: ChannelHandlerContext) {
        nextLook = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { self.look(context) }
    }

    private func look(_ context: ChannelHandlerContext) {
        nextLook = nil
        guard let waiting = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes), waiting > 0 else {
            return
        }
        guard written - waiting > taken else { return context.close(promise: nil) }
        taken = written - waiting
        lookLater(context)
    }
}

/// Has a connection closed when nothing of what is sent on it was taken for so long, or for twice that: it is looked at no more often.
struct ClosingUnread<Base: ServerChildChannel>: ServerChildChannel {
    private let base: Base
    private let patience: TimeAmount

    init(base: Base, after patience: TimeAmount) {
        self.base = base
        self.patience = patience
    }

    /// Below everything else, TLS too, where what is written is what leaves.
    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(UnreadAnswers(patience: patience), position: .first)
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
