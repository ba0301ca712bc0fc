import Foundation

/// Where a plain HTTP server listens.
struct BenchAddress: Sendable, Hashable {
    let host: String
    let port: Int
    /// What stands before `/v1` in paths; empty at most sites.
    let prefix: String

    init(host: String, port: Int, prefix: String = "") {
        self.host = host
        self.port = port
        self.prefix = prefix
    }

    /// - Throws: `BenchError.notPlaintext` for anything but an `http` URL.
    init(url text: String) throws(BenchError) {
        guard let parts = URLComponents(string: text), parts.scheme == "http", let host = parts.host, !host.isEmpty
        else {
            throw .notPlaintext
        }
        let path = parts.path
        self.init(host: host, port: parts.port ?? 80, prefix: path.hasSuffix("/") ? String(path.dropLast()) : path)
    }

    /// A request as it goes over the wire.
    /// - Parameter token: what shows who reads, where the call asks for it.
    func request(
        _ method: String, _ path: String, type: String? = nil, token: String? = nil, body: [UInt8] = []
    ) -> [UInt8] {
        var head = "\(method) \(prefix)\(path) HTTP/1.1\r\nhost: \(host):\(port)\r\n"
        if let token { head += "authorization: Bearer \(token)\r\n" }
        if let type { head += "content-type: \(type)\r\n" }
        if method != "GET" { head += "content-length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + body
    }
}

/// What came back.
struct BenchAnswer: Sendable {
    let status: Int
    let body: [UInt8]
    /// Whether it says when to come back.
    var hasRetryAfter = false
}

/// One HTTP/1.1 connection that is kept open: it writes a request and waits for the answer.
///
/// It blocks the thread that it is used on. One thread for each connection costs the machine less than any client that does more, and the daemon
/// that is measured runs on the same cores. Not shared between threads.
final class BenchConnection {
    private let descriptor: Int32
    /// What was read and not yet consumed.
    private var buffer: [UInt8] = []
    private var chunk = [UInt8](repeating: 0, count: 65_536)

    /// The longest time to wait for the daemon to write or take something, in seconds.
    private static let timeoutSeconds = 60

    init(to address: BenchAddress) throws(BenchError) {
        guard let descriptor = Self.connect(to: address) else {
            throw .unreachable(host: address.host, port: address.port)
        }
        self.descriptor = descriptor
        var flag: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &flag, socklen_t(MemoryLayout<Int32>.size))
        var timeout = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    deinit { close(descriptor) }

    /// Writes a request and reads its answer.
    func exchange(_ request: [UInt8]) throws(BenchError) -> BenchAnswer {
        try write(request)
        let headEnd = try readHead()
        guard let head = AnswerHead(buffer[..<headEnd]) else { throw .unreadableAnswer }
        while buffer.count < headEnd + head.length { try readMore() }
        let body = Array(buffer[headEnd..<(headEnd + head.length)])
        buffer.removeFirst(headEnd + head.length)
        return BenchAnswer(status: head.status, body: body, hasRetryAfter: head.hasRetryAfter)
    }

    private func write(_ bytes: [UInt8]) throws(BenchError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                send(descriptor, buffer.baseAddress.map { $0 + sent }, buffer.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else {
                // A process that was stopped and goes on is told so where a timeout is set (signal(7)).
                if count < 0, errno == EINTR { continue }
                throw .connectionLost
            }
            sent += count
        }
    }

    /// Reads up to the empty line. Returns where the body begins.
    private func readHead() throws(BenchError) -> Int {
        var searched = 0
        while true {
            if let end = Self.emptyLine(in: buffer, from: searched) { return end }
            searched = max(0, buffer.count - 3)
            try readMore()
        }
    }

    private func readMore() throws(BenchError) {
        var count = recv(descriptor, &chunk, chunk.count, 0)
        while count < 0, errno == EINTR { count = recv(descriptor, &chunk, chunk.count, 0) }
        guard count > 0 else { throw .connectionLost }
        buffer.append(contentsOf: chunk[..<count])
    }

    private static func emptyLine(in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for place in start..<max(start, bytes.count - 3)
        where bytes[place] == 0x0D && bytes[place + 1] == 0x0A && bytes[place + 2] == 0x0D && bytes[place + 3] == 0x0A {
            return place + 4
        }
        return nil
    }

    private static func connect(to address: BenchAddress) -> Int32? {
        var hints = addrinfo()
        #if os(Linux)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, String(address.port), &hints, &found) == 0 else { return nil }
        defer { freeaddrinfo(found) }
        var next = found
        while let candidate = next?.pointee {
            let descriptor = socket(candidate.ai_family, candidate.ai_socktype, candidate.ai_protocol)
            if descriptor >= 0 {
                if Foundation.connect(descriptor, candidate.ai_addr, candidate.ai_addrlen) == 0 { return descriptor }
                close(descriptor)
            }
            next = candidate.ai_next
        }
        return nil
    }
}

/// The status line and the length of an answer.
private struct AnswerHead {
    let status: Int
    let length: Int
    let hasRetryAfter: Bool

    private static let version = Array("HTTP/1.1 ".utf8)
    private static let lengthName = Array("content-length:".utf8)
    private static let retryAfterName = Array("retry-after:".utf8)

    /// Nil unless it is HTTP/1.1 and gives the length of its body.
    ///
    /// Works on bytes: making a text of every head took more than a third of all the time that the client needs.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.starts(with: Self.version), let status = Self.number(bytes.dropFirst(Self.version.count).prefix(3)),
            let line = bytes.split(separator: 0x0A).first(where: { Self.isNamed(Self.lengthName, $0) }),
            let length = Self.number(line.dropFirst(Self.lengthName.count))
        else { return nil }
        self.status = status
        self.length = length
        // What was taken needs no second look.
        hasRetryAfter =
            status >= 400
            && bytes.split(separator: 0x0A).contains(where: { Self.isNamed(Self.retryAfterName, $0) })
    }

    /// Names of headers are the same in either case.
    private static func isNamed(_ name: [UInt8], _ line: ArraySlice<UInt8>) -> Bool {
        line.count > name.count && zip(line, name).allSatisfy { $0 | 0x20 == $1 }
    }

    /// A number in decimal between white space; nil for anything else, and for what no answer is as long as.
    private static func number(_ text: ArraySlice<UInt8>) -> Int? {
        let digits = text.filter { $0 > 0x20 }
        guard (1...12).contains(digits.count) else { return nil }
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return number
    }
}
