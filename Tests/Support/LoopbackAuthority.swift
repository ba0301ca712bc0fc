import Foundation
import Locking

/// Puts a `TestAuthority` on a port of this machine: one request a connection, on threads of its own.
public final class LoopbackAuthority: Sendable {
    /// What it does with a request.
    public enum Manner: Sendable {
        case answer
        /// Takes the request and says nothing.
        case silence
        case status(String)
        /// These bytes, whatever was asked.
        case bytes([UInt8])
    }

    public let authority: TestAuthority
    private let listener: LoopbackListener
    private let state = Locked(State())

    private struct State {
        var manner = Manner.answer
        var requests = 0
        /// Connections that are left without an answer, kept open.
        var silent: [Int32] = []
    }

    public init(_ authority: TestAuthority) throws {
        self.authority = authority
        listener = try LoopbackListener()
        listener.start { [self] connection in Task { await serve(connection) } }
    }

    public var port: UInt16 { listener.port }
    public var url: String { "http://127.0.0.1:\(port)/tsa" }
    public var requests: Int { state.withLock { $0.requests } }

    public var manner: Manner {
        get { state.withLock { $0.manner } }
        set { state.withLock { $0.manner = newValue } }
    }

    /// Ends it, and every connection that waits.
    public func stop() {
        listener.stop()
        let silent = state.withLock { state in
            defer { state.silent = [] }
            return state.silent
        }
        for connection in silent { close(connection) }
    }

    private func serve(_ connection: Int32) async {
        guard let query = Self.body(of: connection) else {
            close(connection)
            return
        }
        let manner = state.withLock { state in
            state.requests += 1
            if case .silence = state.manner { state.silent.append(connection) }
            return state.manner
        }
        switch manner {
        case .silence: return
        case .status(let line): Self.send("HTTP/1.1 \(line)", [], connection)
        case .bytes(let bytes): Self.send("HTTP/1.1 200 OK", bytes, connection)
        case .answer:
            if let reply = try? await authority.reply(to: query) {
                Self.send("HTTP/1.1 200 OK", reply, connection)
            } else {
                Self.send("HTTP/1.1 500 Broken", [], connection)
            }
        }
        close(connection)
    }

    private static func send(_ status: String, _ body: [UInt8], _ connection: Int32) {
        signal(SIGPIPE, SIG_IGN)
        let head =
            "\(status)\r\nContent-Type: application/timestamp-reply\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        var rest = (Array(head.utf8) + body)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The body of a request with a length; nil if it does not come whole.
    private static func body(of connection: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var request = Data()
        while true {
            if let end = request.range(of: Data("\r\n\r\n".utf8)) {
                let head = String(decoding: request[..<end.lowerBound], as: UTF8.self).lowercased()
                let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
                let body = request[end.upperBound...]
                if body.count >= length ?? 0 { return [UInt8](body) }
            }
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return nil }
            request.append(contentsOf: buffer[..<count])
        }
    }
}
