/// One message of server-sent events (HTML Living Standard, section 9.2.6).
package struct StreamMessage: Sendable, Hashable {
    /// Of the last message that had one.
    package let id: String
    /// `message` where none is named.
    package let type: String
    package let data: String

    package init(id: String, type: String, data: String) {
        self.id = id
        self.type = type
        self.data = data
    }
}

/// Reads server-sent events from bytes as they come. A value; it keeps what is not complete yet.
package struct EventStreamParser: Sendable {
    /// What to show when coming back; empty before the first.
    package private(set) var lastID: String
    /// How long the site asks to wait before coming back.
    package private(set) var retryMilliseconds: Int64?
    private let limitBytes: Int
    private var line: [UInt8] = []
    private var endedWithReturn = false
    private var isFirstLine = true
    /// Of the message that is being read; it counts when that is complete, or a message cut off half-way would be lost.
    private var id: String
    private var type = ""
    private var data: [String] = []
    private var dataBytes = 0

    /// - Parameters:
    ///   - lastID: from before the connection broke.
    ///   - limitBytes: of one message; a site that sends more is no site to follow.
    package init(lastID: String = "", limitBytes: Int = ClientLimits.answerBytes) {
        self.lastID = lastID
        id = lastID
        self.limitBytes = limitBytes
    }

    /// The messages that these bytes complete.
    /// - Throws: `ClientError.answerTooLarge`; `.unexpectedAnswer` for what is not UTF-8.
    package mutating func take(_ bytes: some Sequence<UInt8>) throws(ClientError) -> [StreamMessage] {
        var messages: [StreamMessage] = []
        for byte in bytes {
            let wasReturn = endedWithReturn
            endedWithReturn = byte == UInt8(ascii: "\r")
            if byte == UInt8(ascii: "\n"), wasReturn { continue }
            guard byte == UInt8(ascii: "\n") || endedWithReturn else {
                guard line.count + dataBytes < limitBytes else { throw .answerTooLarge(limitBytes: limitBytes) }
                line.append(byte)
                continue
            }
            if let message = try endLine() { messages.append(message) }
        }
        return messages
    }

    private mutating func endLine() throws(ClientError) -> StreamMessage? {
        guard var text = String(validating: line, as: UTF8.self) else {
            throw .unexpectedAnswer(status: 200, reason: "the stream is not text")
        }
        line.removeAll(keepingCapacity: true)
        if isFirstLine, text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        isFirstLine = false
        if text.isEmpty { return dispatch() }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1] : ""
        switch parts[0] {
        case "data":
            data.append(String(value))
            dataBytes += value.utf8.count
        case "event": type = String(value)
        case "id": if !value.unicodeScalars.contains("\0") { id = String(value) }
        case "retry": if let milliseconds = Int64(value), milliseconds >= 0 { retryMilliseconds = milliseconds }
        default: break
        }
        return nil
    }

    private mutating func dispatch() -> StreamMessage? {
        defer {
            type = ""
            data = []
            dataBytes = 0
        }
        lastID = id
        guard !data.isEmpty else { return nil }
        return StreamMessage(id: lastID, type: type.isEmpty ? "message" : type, data: data.joined(separator: "\n"))
    }
}
