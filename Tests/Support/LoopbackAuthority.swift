import Foundation
import Synchronization

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
    public let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var manner = Manner.answer
        var requests = 0
        /// Connections that are left without an answer, kept open.
        var silent: [Int32] = []
    }

    #if os(Linux)
        private static let stream = Int32(SOCK_STREAM.rawValue)
    #else
        private static let stream = SOCK_STREAM
    #endif

    public init(_ authority: TestAuthority) throws {
        self.authority = authority
        listener = socket(AF_INET, Self.stream, 0)
        _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw CocoaError(.fileNoSuchFile) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else {
                    // Closed by the one who accepts: closed elsewhere, its number could be another's by now.
                    close(listener)
                    return
                }
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                Task { await serve(connection) }
            }
        }
    }

    public var url: String { "http://127.0.0.1:\(port)/tsa" }
    public var requests: Int { state.withLock { $0.requests } }

    public var manner: Manner {
        get { state.withLock { $0.manner } }
        set { state.withLock { $0.manner = newValue } }
    }

    /// Ends it, and every connection that waits.
    public func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
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
