import Encodings
import NIOCore
import SharingService

/// The text of server-sent events (HTML Living Standard, section 9.2). Data are JSON, which has no line breaks of its own.
enum ServerSentEvents {
    /// How long a client should wait before it connects again, in milliseconds.
    private static let retryMilliseconds = 2_000

    /// The beginning of a stream: how to come back, and where it stands, so that whoever is cut off before the first event loses nothing.
    static func opening(at position: StreamPosition) -> ByteBuffer {
        var text = "retry: \(retryMilliseconds)\n"
        if position.hasPredecessor { text += "id: \(position)\n" }
        return ByteBuffer(string: text + "\n")
    }

    /// One event; its `id` is what the client shows when it comes back.
    static func add(_ event: [UInt8], at position: StreamPosition, to buffer: inout ByteBuffer) {
        buffer.writeString("id: \(position)\ndata: ")
        buffer.writeBytes(event)
        buffer.writeString("\n\n")
    }

    /// A comment, the same every time.
    static let heartbeat = ByteBuffer(string: ":\n\n")

    /// Why nothing more comes, as an event of its own type. A client that may come back does, after `retry`.
    static func end(_ rejection: Rejection) -> ByteBuffer {
        let data = JSON.object(["code": .string(rejection.code), "detail": .string(rejection.detail)])
        return ByteBuffer(string: "event: end\ndata: \(data.text)\n\n")
    }
}
