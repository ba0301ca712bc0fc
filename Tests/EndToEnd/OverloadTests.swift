import Encodings
import Foundation
import Support
import Testing

/// What the daemon keeps in mind for those who send much at once has an end, and others are served meanwhile.
@Suite struct OverloadTests {
    @Test func `who sends more than there is room for is told to come back, and everybody else is served`() async throws
    {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        // Six bodies of 15 MiB that never end: more than is kept of all bodies together, whatever the sockets hold on their way.
        let senders = try (0..<6).map { _ in try HalfRequest(daemon, announcing: 16 << 20) }
        for sender in senders { sender.send(15 << 20) }
        let head = try #require(HalfRequest.firstAnswer(of: senders))
        #expect(head.hasPrefix("HTTP/1.1 503 "))
        #expect(head.lowercased().contains("\r\nretry-after: 1\r\n"))
        #expect(head.contains(#""code":"queue-full""#))
        let answer = try await TestHouse.post(daemon, try house.described())
        #expect(answer.status == 201, "\(answer.text)")
        await daemon.stop()
    }

    @Test func `a measurement of overload keeps every promise, or says which one it broke`() async throws {
        let result = try await Executable.sharectl.run([
            "bench", "overload", "--seconds", "1", "--times", "2", "--batch", "10", "--connections", "8",
            "--calm-seconds", "1", "--format", "json",
        ])
        let json = try JSON.parse(result.output)
        // How fast a machine that runs all these tests at once is again after a second is not what this is about.
        #expect(json["receiptsBroken"]?.integer == 0)
        #expect(json["requestsStrange"]?.integer == 0)
        #expect(json["connectionsBroken"]?.integer == 0)
        #expect((json["receipts"]?.integer ?? 0) > 0)
    }
}

/// A request whose body is announced, and never comes whole.
private final class HalfRequest {
    private let socket: Int32

    init(_ daemon: Daemon, announcing bytes: Int) throws {
        socket = try LoopbackSocket.connected(port: daemon.port)
        write(
            Array(
                "POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-ndjson\r\ncontent-length: \(bytes)\r\n\r\n"
                    .utf8))
    }

    deinit { close(socket) }

    /// Sends so many bytes of the body.
    func send(_ count: Int) {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<(count / line.count) { write(line) }
    }

    private func write(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Foundation.send(
                    socket, buffer.baseAddress.map { $0 + sent }, buffer.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// The first answer that any of them gets, with what came of its body; nil if a minute brings none.
    static func firstAnswer(of requests: [HalfRequest]) -> String? {
        var waiting = requests.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
        guard poll(&waiting, nfds_t(waiting.count), 60_000) > 0,
            let ready = waiting.first(where: { $0.revents != 0 })
        else { return nil }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !text.contains(UInt8(ascii: "}")) {
            let count = recv(ready.fd, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
