/// Why bytes are not the JSON that may be signed, and where. It names a place, never the text found there, which may be
/// personal.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable, Hashable {
        case unexpectedEnd = "the text ends in the middle of a value"
        case unexpectedCharacter = "a character that JSON does not allow here"
        case trailingBytes = "bytes after the end of the value"
        case duplicateMember = "a member name occurs twice in one object"
        case tooDeep = "nested deeper than the limit of 32"
        case notUTF8 = "not valid UTF-8"
        case badEscape = "an escape sequence that does not stand for a character"
        case badNumber = "a number that JSON does not allow, or that is out of range"
    }

    public let reason: Reason
    /// Offset in bytes from the beginning.
    public let offset: Int

    public var description: String { "\(reason.rawValue), at byte \(offset)" }
}

extension JSON {
    /// How deep arrays and objects may be nested (RFC 8259 §9 lets a parser set this).
    public static let depthLimit = 32

    /// Parses one JSON value and nothing else.
    ///
    /// Stricter than most parsers, because these bytes are signed and two readers must never understand them
    /// differently: UTF-8 only, no byte order mark, no duplicate member names, no lone surrogates, nothing after the
    /// value.
    /// - Throws: `JSONError` with reason and byte offset.
    @inlinable
    public static func parse(_ bytes: some ContiguousBytesSource) throws(JSONError) -> JSON {
        try bytes.withContiguousBytes { parsed($0) }.get()
    }

    @usableFromInline
    static func parsed(_ buffer: UnsafeBufferPointer<UInt8>) -> Result<JSON, JSONError> {
        var parser = JSONParser(bytes: buffer)
        do throws(JSONError) {
            return .success(try parser.document())
        } catch {
            return .failure(error)
        }
    }

    public static func parse(_ text: String) throws(JSONError) -> JSON { try parse(Array(text.utf8)) }
}

/// Bytes that lie in one piece.
public protocol ContiguousBytesSource {
    func withContiguousBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R
}

extension Array<UInt8>: ContiguousBytesSource {
    @inlinable
    public func withContiguousBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        withUnsafeBufferPointer(body)
    }
}

extension ArraySlice<UInt8>: ContiguousBytesSource {
    @inlinable
    public func withContiguousBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        withUnsafeBufferPointer(body)
    }
}

/// Recursive descent over a buffer; depth is bounded, so the stack is too.
private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    /// Members that most objects of ours do not exceed: room for them is made once.
    private static let membersExpected = 8

    mutating func document() throws(JSONError) -> JSON {
        let value = try self.value(depth: 0)
        skipWhitespace()
        guard position == bytes.count else { throw error(.trailingBytes) }
        return value
    }

    func error(_ reason: JSONError.Reason) -> JSONError { JSONError(reason: reason, offset: position) }

    func peek() throws(JSONError) -> UInt8 {
        guard position < bytes.count else { throw error(.unexpectedEnd) }
        return bytes[position]
    }

    mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func expect(_ literal: StaticString) throws(JSONError) {
        for offset in 0..<literal.utf8CodeUnitCount {
            guard try peek() == literal.utf8Start[offset] else { throw error(.unexpectedCharacter) }
            position += 1
        }
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipWhitespace()
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try expect("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error(.unexpectedCharacter)
        }
    }

    mutating func object(depth: Int) throws(JSONError) -> JSON {
        guard depth <= JSON.depthLimit else { throw error(.tooDeep) }
        position += 1
        var members: [JSONObject.Member] = []
        members.reserveCapacity(Self.membersExpected)
        var names = MemberNames()
        skipWhitespace()
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return .object(JSONObject())
        }
        while true {
            skipWhitespace()
            guard try peek() == UInt8(ascii: "\"") else { throw error(.unexpectedCharacter) }
            let name = try string()
            guard names.insert(name, after: members) else { throw error(.duplicateMember) }
            skipWhitespace()
            try expect(":")
            members.append(.init(name: name, value: try value(depth: depth)))
            skipWhitespace()
            let next = try peek()
            guard next == UInt8(ascii: ",") || next == UInt8(ascii: "}") else { throw error(.unexpectedCharacter) }
            position += 1
            if next == UInt8(ascii: "}") { return .object(JSONObject(unique: members)) }
        }
    }

    mutating func array(depth: Int) throws(JSONError) -> JSON {
        guard depth <= JSON.depthLimit else { throw error(.tooDeep) }
        position += 1
        var elements: [JSON] = []
        skipWhitespace()
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            elements.append(try value(depth: depth))
            skipWhitespace()
            let next = try peek()
            guard next == UInt8(ascii: ",") || next == UInt8(ascii: "]") else { throw error(.unexpectedCharacter) }
            position += 1
            if next == UInt8(ascii: "]") { return .array(elements) }
        }
    }

    /// Reads the string that begins with the quote at `position`.
    mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        // All bits that occur: what is ASCII throughout needs no validation, and nearly everything is.
        var bits: UInt8 = 0
        while true {
            let byte = try peek()
            bits |= byte
            if byte == UInt8(ascii: "\"") {
                let slice = UnsafeBufferPointer(rebasing: bytes[start..<position])
                let text = bits < 0x80 ? String(decoding: slice, as: UTF8.self) : try utf8(slice)
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            guard byte >= 0x20 else { throw error(.unexpectedCharacter) }
            position += 1
        }
    }

    /// The slow path, from the first escape on.
    mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var decoded = Array(bytes[start..<position])
        while true {
            let byte = try peek()
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try utf8(decoded)
            case UInt8(ascii: "\\"): try escape(into: &decoded)
            case 0x20...: decoded.append(byte)
            default:
                position -= 1
                throw error(.unexpectedCharacter)
            }
        }
    }

    mutating func escape(into decoded: inout [UInt8]) throws(JSONError) {
        let byte = try peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            var code = UInt32(try codeUnit())
            if (0xD800..<0xDC00).contains(code) {
                try expect("\\u")
                let low = UInt32(try codeUnit())
                guard (0xDC00..<0xE000).contains(low) else { throw error(.badEscape) }
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error(.badEscape) }
            decoded.append(contentsOf: Array(String(Character(scalar)).utf8))
        default: throw error(.badEscape)
        }
    }

    mutating func codeUnit() throws(JSONError) -> UInt16 {
        var code: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(try peek()) else { throw error(.badEscape) }
            code = code << 4 | UInt16(digit)
            position += 1
        }
        return code
    }

    func utf8(_ bytes: some Sequence<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw error(.notUTF8) }
        return text
    }

    mutating func number() throws(JSONError) -> JSON {
        let start = position
        var integral = true
        if try peek() == UInt8(ascii: "-") { position += 1 }
        if try peek() == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            integral = false
            position += 1
            try digits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            integral = false
            position += 1
            let sign = try peek()
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if integral, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw error(.badNumber) }
        return .number(number)
    }

    mutating func digits() throws(JSONError) {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else {
            _ = try peek()
            throw error(.badNumber)
        }
    }
}

/// Finds duplicate names: by looking at each while there are few, by hashing when there are many, so that a hostile
/// object of ten thousand members costs no more than an honest one.
private struct MemberNames {
    private static let few = 16
    private var hashed: Set<String> = []

    mutating func insert(_ name: String, after members: [JSONObject.Member]) -> Bool {
        if members.count < Self.few { return !members.contains { $0.name == name } }
        if hashed.isEmpty { hashed = Set(members.map(\.name)) }
        return hashed.insert(name).inserted
    }
}
