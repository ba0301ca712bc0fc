import Foundation
import Locking

/// Listens on a port of this machine that nobody else has, for servers that a test plays itself.
public final class LoopbackListener: Sendable {
    public let port: UInt16
    private let socket: Int32

    /// - Parameter port: 0 for one that the system chooses.
    /// - Throws: if somebody else has it.
    public init(port: UInt16 = 0) throws {
        let socket = Foundation.socket(AF_INET, LoopbackSocket.stream, 0)
        // Programs that the tests start do not inherit it.
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 8) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else {
            close(socket)
            throw CocoaError(.fileNoSuchFile)
        }
        self.socket = socket
        self.port = UInt16(bigEndian: address.sin_port)
    }

    /// Takes connections on a thread of its own until `stop()`. Whoever is given one closes it.
    public func start(_ serve: @escaping @Sendable (_ connection: Int32) -> Void) {
        Thread.detachNewThread { [socket] in
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0 else {
                    // Closed by the one who accepts: closed elsewhere, its number could be another's by now.
                    close(socket)
                    return
                }
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                serve(connection)
            }
        }
    }

    /// Ends the thread.
    public func stop() { shutdown(socket, Int32(SHUT_RDWR)) }

    /// Lets the port go again, where nothing was started.
    fileprivate func letGo() { close(socket) }
}

/// A connection to a program that a test started, for what no HTTP client would send.
public enum LoopbackSocket {
    #if os(Linux)
        static let stream = Int32(SOCK_STREAM.rawValue)
    #else
        static let stream = SOCK_STREAM
    #endif

    /// A connection, to be closed by the caller.
    /// - Parameter bufferBytes: of the receiving side; small for a client that is not to take much.
    public static func connected(port: Int, bufferBytes: Int32? = nil) throws -> Int32 {
        let socket = Foundation.socket(AF_INET, stream, 0)
        if var bufferBytes {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bufferBytes, socklen_t(MemoryLayout<Int32>.size))
        }
        // A test that waits in vain fails after this, instead of hanging. Long, because other tests may keep every thread busy.
        var patience = timeval(tv_sec: 600, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        do {
            try connect(socket, port: port)
        } catch {
            close(socket)
            throw error
        }
        return socket
    }

    private static func connect(_ socket: Int32, port: Int) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .ECONNREFUSED) }
    }
}

/// Ports for programs that a test starts, known before they are.
public enum LoopbackPort {
    /// Below those that systems give to whoever connects (from 32,768 on Linux, 49,152 elsewhere): nobody gets one of these by chance between two
    /// starts of a program.
    private static let ports: ClosedRange<UInt16> = 20_000...32_000
    private static let last = Locked<UInt16>(UInt16.random(in: ports))

    /// A port that nobody listens on, and that nobody else in this process is given.
    public static func reserve() throws -> Int {
        for _ in ports {
            let port = last.withLock { last in
                last = last < ports.upperBound ? last + 1 : ports.lowerBound
                return last
            }
            if let listener = try? LoopbackListener(port: port) {
                listener.letGo()
                return Int(port)
            }
        }
        throw CocoaError(.fileNoSuchFile)
    }
}
