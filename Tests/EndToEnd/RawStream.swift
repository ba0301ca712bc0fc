import Encodings
import Foundation
import Locking
import Support

/// One connection that follows the log, with nothing between it and the bytes: it is read only when the test reads.
final class RawStream: Sendable {
    /// One message of the stream.
    struct Message: Sendable, Hashable {
        let id: String?
        let type: String
        let data: String

        var json: JSON { (try? JSON.parse(data)) ?? .null }
        var index: Int64? { json["index"]?.integer }
    }

    private struct State {
        var head: String?
        /// What is not yet read as head or chunks.
        var raw: [UInt8] = []
        var body: [UInt8] = []
        var counter = MessageCounter()
        var isWhole = false
        var isEnded = false
    }

    /// Counts messages as they come: looking at all of a large stream again and again would make a quick client a slow one.
    private struct MessageCounter {
        private(set) var count = 0
        private var lineBytes = 0
        private var isDataLine = false
        private var hasData = false

        mutating func take(_ bytes: some Sequence<UInt8>) {
            for byte in bytes {
                guard byte == UInt8(ascii: "\n") else {
                    if lineBytes == 0 { isDataLine = byte == UInt8(ascii: "d") }
                    lineBytes += 1
                    continue
                }
                if lineBytes > 0 {
                    hasData = hasData || isDataLine
                } else {
                    if hasData { count += 1 }
                    hasData = false
                }
                lineBytes = 0
            }
        }
    }

    private let socket: Int32
    private let state = Locked(State())

    /// Connects and asks; the answer is read later.
    /// - Parameter bufferBytes: of the receiving side; small for a client that is to be slow.
    init(
        _ daemon: Daemon, _ query: String = "", headers: [String: String], bufferBytes: Int32? = nil
    ) throws {
        socket = try LoopbackSocket.connected(port: daemon.port, bufferBytes: bufferBytes)
        let fields = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        let request = Array("GET /v1/stream\(query) HTTP/1.1\r\nhost: 127.0.0.1\r\n\(fields)\r\n".utf8)
        _ = request.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    deinit { close(socket) }

    /// Reads until enough has come, or all; on a thread of its own, because it blocks.
    func read(until isEnough: @escaping @Sendable (RawStream) -> Bool) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [self] in
                while !isEnough(self), readOnce() {}
                continuation.resume()
            }
        }
    }

    func readHead() async { await read { $0.status != nil } }
    func read(messages count: Int) async { await read { $0.state.withLock { $0.counter.count } >= count } }
    func readToEnd() async { await read { _ in false } }

    private func readOnce() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &buffer, buffer.count, 0)
        return state.withLock { state in
            if count > 0 { Self.take(buffer[..<count], &state) } else { state.isEnded = true }
            return count > 0
        }
    }

    private static func take(_ bytes: ArraySlice<UInt8>, _ state: inout State) {
        state.raw += bytes
        if state.head == nil, let end = state.raw.firstRange(of: Array("\r\n\r\n".utf8)) {
            state.head = String(decoding: state.raw[..<end.lowerBound], as: UTF8.self)
            state.raw.removeSubrange(..<end.upperBound)
        }
        guard state.head != nil else { return }
        while let end = state.raw.prefix(16).firstRange(of: [0x0D, 0x0A]),
            let size = Int(String(decoding: state.raw[..<end.lowerBound], as: UTF8.self), radix: 16)
        {
            if size == 0 { state.isWhole = true }
            guard size > 0, state.raw.count >= end.upperBound + size + 2 else { return }
            let chunk = state.raw[end.upperBound..<(end.upperBound + size)]
            state.body += chunk
            state.counter.take(chunk)
            state.raw.removeSubrange(..<(end.upperBound + size + 2))
        }
    }

    var head: String { state.withLock { $0.head }?.lowercased() ?? "" }
    var status: Int? { state.withLock { $0.head }.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } }
    var isEnded: Bool { state.withLock { $0.isEnded } }

    /// Whether the answer came to its end, rather than being cut off.
    var isWhole: Bool { state.withLock { $0.isWhole } }
    var text: String { String(decoding: state.withLock { $0.body }, as: UTF8.self) }

    /// What has come whole so far.
    var messages: [Message] {
        text.components(separatedBy: "\n\n").dropLast().compactMap { block in
            var (id, type, data): (String?, String, String?) = (nil, "message", nil)
            for line in block.split(separator: "\n") {
                if line.hasPrefix("id: ") { id = String(line.dropFirst(4)) }
                if line.hasPrefix("event: ") { type = String(line.dropFirst(7)) }
                if line.hasPrefix("data: ") { data = String(line.dropFirst(6)) }
            }
            return data.map { Message(id: id, type: type, data: $0) }
        }
    }

    /// The events that have come, without what is said about the stream itself.
    var events: [Message] { messages.filter { $0.type == "message" } }
}
