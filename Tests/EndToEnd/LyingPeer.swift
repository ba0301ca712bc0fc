import Foundation
import Locking
import Support

/// Plays a site that answers what it is told to, on a port of loopback: one question a connection.
final class LyingPeer: Sendable {
    enum Manner: Sendable {
        /// Takes the question and says nothing.
        case silence
        /// 200 with these bytes.
        case bytes([UInt8])
        /// 200 with a length of so many bytes, and zeros for as long as anybody reads them.
        case endless(declared: Int64)
        /// Another status line, with further headers.
        case status(String, [String])
    }

    private struct State {
        var manner = Manner.silence
        var questions = 0
        var silent: [Int32] = []
        var isStopped = false
    }

    private let listener: LoopbackListener
    private let state = Locked(State())

    init() throws {
        signal(SIGPIPE, SIG_IGN)
        listener = try LoopbackListener()
        listener.start { [weak self] connection in
            guard let peer = self else { return }
            Thread.detachNewThread { peer.serve(connection) }
        }
    }

    deinit { stop() }

    func stop() {
        // Once: by the second time the numbers of its descriptors may be others'.
        let (isFirst, silent) = state.withLock { state in
            defer {
                state.isStopped = true
                state.silent = []
            }
            return (!state.isStopped, state.silent)
        }
        if isFirst { listener.stop() }
        for connection in silent { close(connection) }
    }

    var url: String { "http://127.0.0.1:\(listener.port)" }
    /// Questions for the next piece, so far.
    var questions: Int { state.withLock { $0.questions } }

    var manner: Manner {
        get { state.withLock { $0.manner } }
        set { state.withLock { $0.manner = newValue } }
    }

    private func serve(_ connection: Int32) {
        guard let path = Self.question(connection) else {
            close(connection)
            return
        }
        // What is acknowledged is taken.
        guard path == "/shipping/next" else {
            Self.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", [], connection)
            close(connection)
            return
        }
        let manner = state.withLock { state in
            state.questions += 1
            if case .silence = state.manner { state.silent.append(connection) }
            return state.manner
        }
        switch manner {
        case .silence: return
        case .bytes(let bytes): Self.answer("200 OK", [], length: Int64(bytes.count), bytes, connection)
        case .endless(let length):
            Self.answer("200 OK", [], length: length, [], connection)
            let zeros = [UInt8](repeating: 0, count: 65_536)
            while Self.send("", zeros, connection) {}
        case .status(let line, let headers): Self.answer(line, headers, length: 0, [], connection)
        }
        close(connection)
    }

    private static func answer(
        _ status: String, _ headers: [String], length: Int64, _ body: [UInt8], _ connection: Int32
    ) {
        let lines =
            ["HTTP/1.1 \(status)", "Content-Type: application/octet-stream", "Content-Length: \(length)"] + headers
            + ["Connection: close", "", ""]
        send(lines.joined(separator: "\r\n"), body, connection)
    }

    @discardableResult
    private static func send(_ head: String, _ body: [UInt8], _ connection: Int32) -> Bool {
        var rest = (Array(head.utf8) + body)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Reads a question, and says for which path it is; nil if it does not come whole.
    private static func question(_ connection: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var request = Data()
        while true {
            if let end = request.range(of: Data("\r\n\r\n".utf8)) {
                let head = String(decoding: request[..<end.lowerBound], as: UTF8.self)
                let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
                if request[end.upperBound...].count >= length ?? 0 {
                    return head.split(separator: " ").dropFirst().first.map(String.init)
                }
            }
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return nil }
            request.append(contentsOf: buffer[..<count])
        }
    }
}
