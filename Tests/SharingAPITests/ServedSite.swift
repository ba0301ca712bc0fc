import EventStore
import Foundation
import Logging
import ServiceLifecycle
import SharingService
import SiteSupport
import Support

@testable import SharingAPI

/// A site whose front desk serves in this process, so that a test has both sides of a connection in hand.
final class ServedSite: Sendable {
    let test: TestSite
    let port: Int
    private let serving: Task<Void, any Error>

    private init(_ test: TestSite, port: Int, serving: Task<Void, any Error>) {
        self.test = test
        self.port = port
        self.serving = serving
    }

    /// - Parameter change: to fewer connections, or shorter ones, than a daemon has.
    static func start(_ change: (inout Server) -> Void = { _ in }) async throws -> ServedSite {
        let test = try TestSite()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let configuration = try DaemonConfiguration(
            data: test.folder.path("site"), listen: .init(host: "127.0.0.1", port: 0), tls: nil)
        var server = Server(site: test.site, configuration: configuration, logger: logger)
        change(&server)
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let application = try server.application { listening.yield($0) }
        let serving = Task {
            defer { listening.finish() }
            try await ServiceGroup(services: [application], logger: logger).run()
        }
        for await port in ports { return ServedSite(test, port: port, serving: serving) }
        try await serving.value
        throw CancellationError()
    }

    func stop() async {
        serving.cancel()
        _ = await serving.result
        await test.site.end()
    }
}

/// A connection on which every byte is the test's own.
final class PlainConnection: Sendable {
    private let socket: Int32

    /// - Parameter bufferBytes: of the receiving side; small for a client that is not to take much.
    init(_ site: ServedSite, bufferBytes: Int32? = nil) throws {
        socket = try LoopbackSocket.connected(port: site.port, bufferBytes: bufferBytes)
    }

    deinit { close(socket) }

    /// - Returns: whether all of it was taken at once; a part may have been.
    @discardableResult
    func send(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes {
            Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) == $0.count
        }
    }

    @discardableResult
    func ask(_ path: String) -> Bool { send("GET \(path) HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n") }

    func post(_ body: [UInt8], as type: String = "application/jose") {
        send("POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: \(type)\r\n")
        send("content-length: \(body.count)\r\n\r\n" + String(decoding: body, as: UTF8.self))
    }

    /// Whether something can be read by now.
    var hasAnswer: Bool {
        var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    /// An answer with a length, or what there is of it when the other side closes or ten minutes bring nothing.
    func answer() async -> String {
        await read { text in
            guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
            let length = text[..<end.lowerBound].lowercased().split(separator: "\r\n")
                .first { $0.hasPrefix("content-length:") }?.split(separator: " ").last.flatMap { Int($0) }
            return text[end.upperBound...].utf8.count >= length ?? .max
        }.text
    }

    /// Whether the other side closes the connection, whatever it says before.
    func isClosed() async -> Bool { await read { _ in false }.isEnded }

    /// Reads on a thread of its own, because it blocks.
    private func read(until isEnough: @escaping @Sendable (String) -> Bool) async -> (text: String, isEnded: Bool) {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [socket] in
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = recv(socket, &buffer, buffer.count, 0)
                    // Silence is no end; a reset is one.
                    let isEnded = count == 0 || count < 0 && errno == ECONNRESET
                    if count > 0 { bytes += buffer[..<count] }
                    let text = String(decoding: bytes, as: UTF8.self)
                    if count <= 0 || isEnough(text) { return continuation.resume(returning: (text, isEnded)) }
                }
            }
        }
    }
}
