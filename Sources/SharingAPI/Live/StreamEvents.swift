import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import SharingService

/// `GET /v1/stream`: what the reader may see, as it is recorded.
///
/// History and what comes are read in the same way, from the projections and from the client's own position on, so there is no switch
/// between the two at which something could be lost or doubled.
enum StreamEvents {
    static let lastEventID = RequestHeader(
        name: "Last-Event-ID", meaning: "the `id` of the last event that arrived: go on behind it")

    static func handle(_ call: Call) async throws -> Response {
        let reader = try call.authenticated()
        // What waits for the client to go takes the body with it, and ends the process where the body has not ended before.
        guard call.request.headers[.contentLength].map({ $0 == "0" }) ?? true,
            call.request.headers[.transferEncoding] == nil
        else { throw Rejection(.malformed, "body-not-wanted", "this call has no body") }
        let start = try start(call)
        let channel = call.context.channel
        let subscription = try call.site.subscribers.subscribe(reader) { channel.close(promise: nil) }
        let stream = EventStream(site: call.site, reader: reader, subscription: subscription, start: start)
        let body = call.request.body
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
                .xContentTypeOptions: "nosniff",
            ],
            body: ResponseBody { writer in
                try await body.consumeWithInboundCloseHandler { _ in
                    try await stream.run(&writer)
                } onInboundClosed: {
                    subscription.clientIsGone()
                }
                try await writer.finish(nil)
            })
    }

    /// Where to begin: behind `Last-Event-ID`, which a reconnecting client sends beside the query it first had; else at `from`; else with what
    /// is recorded from now on.
    private static func start(_ call: Call) throws -> StreamPosition {
        let desk = call.site.desk
        let from = try call.query.value("from", "a log index") { text in Int64(text).flatMap { $0 >= 0 ? $0 : nil } }
        if let name = HTTPField.Name("Last-Event-ID"), let last = call.request.headers[name], !last.isEmpty {
            guard let position = StreamPosition(last) else {
                throw Rejection(
                    .malformed, "header-malformed", "`Last-Event-ID` must be the `id` of an event of this stream")
            }
            try desk.check(position)
            return position
        }
        guard let from else { return try desk.streamEnd() }
        let position = StreamPosition(before: from)
        try desk.check(position)
        return position
    }
}

/// One client's stream, from its opening to its end.
private struct EventStream: Sendable {
    let site: Site
    let reader: Reader
    let subscription: Subscription
    let start: StreamPosition

    /// Writes until the client goes, may not stay, or the site ends; how it ends is said.
    func run(_ writer: inout any ResponseBodyWriter) async throws {
        var position = start
        try await write(ServerSentEvents.opening(at: position), &writer)
        while !subscription.isOver {
            // A key that was revoked ends the stream before anything more is sent.
            if let dismissal = site.dismissal(of: reader) {
                return try await write(ServerSentEvents.end(dismissal), &writer)
            }
            let page: ReadingDesk.StreamPage
            do {
                let desk = await offLoop { site.desk }
                page = try await offLoop { [reader, position] in try desk.stream(for: reader, after: position) }
                // What the page shows of content is on record before it is sent.
                try await site.record(desk.openings.take())
            } catch {
                return try await write(ServerSentEvents.end(error as? Rejection ?? .fault), &writer)
            }
            if !page.rows.isEmpty {
                var buffer = ByteBuffer()
                for row in page.rows { ServerSentEvents.add(row.event, at: row.position, to: &buffer) }
                try await write(buffer, &writer)
            }
            position = page.reached
            if page.isFull { continue }
            let calls = await subscription.next()
            if calls.isBeat, !subscription.isOver { try await write(ServerSentEvents.heartbeat, &writer) }
        }
        try await write(ServerSentEvents.end(.streamsEnding), &writer)
    }

    /// Piece by piece, so that a client that takes little at a time is not taken for one that takes nothing.
    private func write(_ buffer: ByteBuffer, _ writer: inout any ResponseBodyWriter) async throws {
        var rest = buffer
        while let piece = rest.readSlice(length: min(APILimits.streamPieceBytes, rest.readableBytes)),
            piece.readableBytes > 0
        {
            subscription.beginWriting()
            defer { subscription.endWriting() }
            try await writer.write(piece)
        }
    }
}
