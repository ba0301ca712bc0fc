import Encodings
import SharingClient
import Support
import Testing

/// Server-sent events as a client reads them.
@Suite struct EventStreamTests {
    private static let text =
        "retry: 2000\nid: 7\n\n:\n\nid: 8\ndata: {\"a\":1}\n\nid: 9\r\ndata: one\r\ndata:two\r\n\r\nevent: end\ndata: {\"code\":\"x\"}\n\n"
        + "id\rdata:é\r\rdata: never dispatched"

    private static let messages = [
        StreamMessage(id: "8", type: "message", data: "{\"a\":1}"),
        StreamMessage(id: "9", type: "message", data: "one\ntwo"),
        StreamMessage(id: "9", type: "end", data: "{\"code\":\"x\"}"),
        StreamMessage(id: "", type: "message", data: "é"),
    ]

    @Test(arguments: 0..<200)
    func `messages are the same however the bytes are cut`(_ seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var parser = EventStreamParser()
        var messages: [StreamMessage] = []
        var rest = Array(Self.text.utf8)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...12, using: &generator))
            rest = rest.dropFirst(piece.count)
            messages += try parser.take(piece)
        }
        #expect(messages == Self.messages)
        #expect(parser.retryMilliseconds == 2000)
    }

    @Test func `an id without data counts, so that whoever is cut off before the first event loses nothing`() throws {
        var parser = EventStreamParser()
        #expect(try parser.take(Array("id: 41\n\n".utf8)).isEmpty)
        #expect(parser.lastID == "41")
        _ = try parser.take(Array("id: 4\02\n\n".utf8))
        #expect(parser.lastID == "41")
        // One that is cut off before its message is complete does not.
        _ = try parser.take(Array("id: 42\ndata: half".utf8))
        #expect(parser.lastID == "41")
    }

    @Test func `what is larger than the limit, or no text, is no stream to follow`() throws {
        var parser = EventStreamParser(limitBytes: 16)
        #expect(throws: ClientError.self) { try parser.take(Array("data: 1\ndata: 0123456789abcdef\n".utf8)) }
        var other = EventStreamParser()
        #expect(throws: ClientError.self) { try other.take([0xFF, 0x0A]) }
    }

    @Test func `waits grow, stay within bounds, and begin anew after success`() {
        var generator = SeededGenerator(seed: 5)
        var backoff = Backoff(shortestSeconds: 1, longestSeconds: 30)
        for number in 0..<100 {
            let span = min(30, Double(1 << min(number, 16)))
            #expect((span / 2...span).contains(backoff.next(using: &generator)))
        }
        #expect(backoff.next(atLeast: 60, using: &generator) == 60)
        backoff.reset()
        #expect((0.5...1).contains(backoff.next(using: &generator)))
    }
}
