import Foundation
import Locking
import Support

/// Stands on the line between two sites: passes everything on, or so many pieces and no more, and notes which went by.
final class ShipmentTap: Sendable {
    struct Piece: Sendable, Hashable {
        /// Size and late records of the cursor before it, and behind it.
        let from: [Int64]
        let to: [Int64]
    }

    private struct State {
        var pieces: [Piece] = []
        var answerBytes = 0
        /// How many pieces may go by.
        var allowed = Int.max

        /// Whether the piece may go by now.
        mutating func note(_ piece: Piece) -> Bool {
            guard pieces.count < allowed else { return false }
            pieces.append(piece)
            return true
        }
    }

    private static let lookMicroseconds: useconds_t = 2_000
    private static let magic = Array("sharing shipment v1\n".utf8)

    private let listener: LoopbackListener
    private let state = Locked(State())
    private let target: Int

    /// - Parameter target: the port of the site that answers.
    init(to target: Int) throws {
        self.target = target
        listener = try LoopbackListener()
        listener.start { [weak self] connection in self?.pass(connection) }
    }

    deinit { listener.stop() }

    var url: String { "http://127.0.0.1:\(listener.port)" }
    /// Every piece of which the beginning went by.
    var pieces: [Piece] { state.withLock { $0.pieces } }
    /// What the one who asks was sent.
    var answerBytes: Int { state.withLock { $0.answerBytes } }

    /// Lets so many more pieces go by than have; those behind them wait.
    func allow(_ more: Int) { state.withLock { $0.allowed = $0.pieces.count + more } }

    func allowAll() { state.withLock { $0.allowed = .max } }

    private func pass(_ client: Int32) {
        guard let server = Self.connect(target) else {
            close(client)
            return
        }
        // Both descriptors are closed when both directions are over.
        let open = Locked(2)
        let finish: @Sendable () -> Void = {
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
            let isLast = open.withLock { open in
                open -= 1
                return open == 0
            }
            guard isLast else { return }
            close(client)
            close(server)
        }
        Thread.detachNewThread {
            Self.copy(from: client, to: server) { _ in }
            finish()
        }
        Thread.detachNewThread { [weak self] in
            var tail: [UInt8] = []
            Self.copy(from: server, to: client) { bytes in self?.note(bytes, &tail) }
            finish()
        }
    }

    /// Looks for the heads of pieces, which may come in parts.
    private func note(_ bytes: ArraySlice<UInt8>, _ tail: inout [UInt8]) {
        tail += bytes
        while let start = tail.firstRange(of: Self.magic) {
            guard let piece = Self.head(tail[start.upperBound...]) else {
                tail.removeFirst(start.lowerBound)
                break
            }
            while !state.withLock({ $0.note(piece) }) { usleep(Self.lookMicroseconds) }
            tail.removeFirst(start.upperBound)
        }
        if tail.firstRange(of: Self.magic) == nil { tail = Array(tail.suffix(Self.magic.count - 1)) }
        state.withLock { $0.answerBytes += bytes.count }
    }

    /// Origin, receiver and cursors of a piece; nil where they have not come yet.
    private static func head(_ bytes: ArraySlice<UInt8>) -> Piece? {
        var rest = bytes.dropFirst(4)
        for _ in 0..<2 {
            guard let length = rest.first else { return nil }
            rest = rest.dropFirst(1 + Int(length))
        }
        guard rest.count >= 32 else { return nil }
        let numbers = (0..<4).map { place in
            rest.dropFirst(place * 8).prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        }
        return Piece(from: Array(numbers[..<2]), to: Array(numbers[2...]))
    }

    private static func copy(from: Int32, to: Int32, _ note: (ArraySlice<UInt8>) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(from, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            note(buffer[..<count])
            var sent = 0
            while sent < count {
                let written = buffer.withUnsafeBytes { write(to, $0.baseAddress?.advanced(by: sent), count - sent) }
                guard written > 0 else { return }
                sent += written
            }
        }
    }

    private static func connect(_ port: Int) -> Int32? {
        #if os(Linux)
            let stream = Int32(SOCK_STREAM.rawValue)
        #else
            let stream = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, stream, 0)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
