import HummingbirdCore
import Logging
import NIOCore

/// Runs a connection's tasks on the event loop that owns the connection.
///
/// A request then needs no other thread to be read, verified and answered: each change of thread costs two wake-ups and a turn of the
/// scheduler, which for a small event is as much as parsing it. The price is that whatever blocks, or takes long, holds up every connection of
/// that loop. So it leaves the loop with ``offLoop(_:)``; `Server` does that for every call but the posting of single events.
final class EventLoopTasks: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Runs what may block, or take long, on the threads that are there for all tasks.
func offLoop<Value>(
    isolation: isolated (any Actor)? = #isolation, _ work: () async throws -> Value
) async rethrows -> Value {
    try await withTaskExecutorPreference(globalConcurrentExecutor, isolation: isolation, operation: work)
}

/// Has a connection served on its event loop.
struct OnEventLoop<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        base.setup(channel: channel, logger: logger)
    }

    func handle(value: Base.Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopTasks(value.channel.eventLoop)) {
            await base.handle(value: value, logger: logger)
        }
    }
}
