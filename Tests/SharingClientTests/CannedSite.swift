import Foundation
import Locking
import Support

/// A site that gives the same answers every time: one request a connection, on a port of its own.
final class CannedSite: Sendable {
    private let listener: LoopbackListener
    /// Heads and bodies of the requests that came; locked because a thread of its own takes them.
    private let taken = Locked<[String]>([])

    /// - Parameter answers: status line, headers and body for each path; 404 for others.
    init(_ answers: [String: String]) throws {
        listener = try LoopbackListener()
        listener.start { [self] connection in
            answer(connection, answers)
            close(connection)
        }
    }

    /// Ends the thread.
    func stop() { listener.stop() }

    var url: String { "http://127.0.0.1:\(listener.port)" }
    var requests: [String] { taken.withLock { $0 } }

    private func answer(_ connection: Int32, _ answers: [String: String]) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var request = ""
        repeat {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            request += String(decoding: buffer[..<count], as: UTF8.self)
        } while !isWhole(request)
        taken.withLock { $0.append(request) }
        let path = request.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        let text = answers[path] ?? "404 Not Found\r\n\r\n"
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let body = parts.count > 1 ? parts[1] : ""
        let answer = "HTTP/1.1 \(parts[0])\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        _ = write(connection, answer, answer.utf8.count)
    }

    private func isWhole(_ request: String) -> Bool {
        guard let end = request.range(of: "\r\n\r\n") else { return false }
        let length = request[..<end.lowerBound].lowercased().split(separator: "\r\n")
            .first { $0.hasPrefix("content-length:") }.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
        return request[end.upperBound...].utf8.count >= length ?? 0
    }
}
