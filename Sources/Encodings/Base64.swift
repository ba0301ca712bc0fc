/// Base64 in the two spellings this project uses (RFC 4648 §4 with padding, §5 without), over bytes, and canonical
/// only: a text that could be spelt otherwise for the same bytes is refused, because signed texts must have one
/// spelling.
public enum Base64: Sendable {
    /// `+` and `/`, padded: hashes, signed notes, verifier keys.
    case standard
    /// `-` and `_`, without padding: JOSE.
    case url

    private static let standardAlphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let standardValues = values(of: standardAlphabet)
    private static let urlValues = values(of: urlAlphabet)
    private static let notInAlphabet: UInt8 = 0xFF

    private static func values(of alphabet: [UInt8]) -> [UInt8] {
        var values = [UInt8](repeating: notInAlphabet, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }

    private var padded: Bool { self == .standard }

    public func encode(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: encodeToBytes(bytes), as: UTF8.self)
    }

    public func encodeToBytes(_ source: some Collection<UInt8>) -> [UInt8] {
        let bytes = source as? [UInt8] ?? Array(source)
        return bytes.withUnsafeBufferPointer { bytes in
            [UInt8](unsafeUninitializedCapacity: encodedCount(bytes.count)) { text, count in
                count = encode(bytes, into: text)
            }
        }
    }

    /// How many characters so many bytes become.
    public func encodedCount(_ count: Int) -> Int { padded ? (count + 2) / 3 * 4 : (count * 4 + 2) / 3 }

    /// Writes the text to where there is room for it.
    /// - Parameter text: has room for `encodedCount` characters.
    /// - Returns: how many there are.
    @discardableResult
    public func encode(_ bytes: UnsafeBufferPointer<UInt8>, into text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let count = encodedCount(bytes.count)
        precondition(text.count >= count, "no room for the text")
        (padded ? Self.standardAlphabet : Self.urlAlphabet).withUnsafeBufferPointer { alphabet in
            var (position, place) = (0, 0)
            func put(_ value: UInt32) {
                text[place] = alphabet[Int(value & 0x3F)]
                place += 1
            }
            while position + 3 <= bytes.count {
                let group =
                    UInt32(bytes[position]) << 16 | UInt32(bytes[position + 1]) << 8 | UInt32(bytes[position + 2])
                put(group >> 18)
                put(group >> 12)
                put(group >> 6)
                put(group)
                position += 3
            }
            let rest = bytes.count - position
            guard rest > 0 else { return }
            let group = UInt32(bytes[position]) << 16 | (rest == 2 ? UInt32(bytes[position + 1]) << 8 : 0)
            put(group >> 18)
            put(group >> 12)
            if rest == 2 { put(group >> 6) }
            while padded, place < count {
                text[place] = UInt8(ascii: "=")
                place += 1
            }
        }
        return count
    }

    /// The bytes, or nil if the text is not the canonical spelling of any.
    public func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)) }

    /// The bytes, or nil if the text is not the canonical spelling of any.
    @inlinable
    public func decode(_ text: some ContiguousBytesSource) -> [UInt8]? {
        text.withContiguousBytes { decode($0) }
    }

    @usableFromInline
    func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var isCanonical = false
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3 + 2) { buffer, count in
            let written = decode(text, into: buffer)
            isCanonical = written != nil
            count = written ?? 0
        }
        return isCanonical ? bytes : nil
    }

    /// Writes the bytes to where there is room for them.
    /// - Returns: how many there are; nil if the text is not the canonical spelling of any, or there is not room enough.
    public func decode(_ text: UnsafeBufferPointer<UInt8>, into bytes: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        var end = text.count
        if padded {
            guard end % 4 == 0 else { return nil }
            if end > 0, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
            if end % 4 == 3, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
        }
        let rest = end % 4
        let count = end / 4 * 3 + max(0, rest - 1)
        guard rest != 1, count <= bytes.count else { return nil }
        return (padded ? Self.standardValues : Self.urlValues).withUnsafeBufferPointer { values in
            // Two bits stand above the six of any value: they are set where a character has none.
            var seen: UInt8 = 0
            var (position, place) = (0, 0)
            func next() -> UInt32 {
                let value = values[Int(text[position])]
                seen |= value
                position += 1
                return UInt32(value & 0x3F)
            }
            while position + 4 <= end {
                let group = next() << 18 | next() << 12 | next() << 6 | next()
                bytes[place] = UInt8(truncatingIfNeeded: group >> 16)
                bytes[place + 1] = UInt8(truncatingIfNeeded: group >> 8)
                bytes[place + 2] = UInt8(truncatingIfNeeded: group)
                place += 3
            }
            // What a character holds beyond the last byte must be zero.
            var left: UInt32 = 0
            if rest == 2 {
                let group = next() << 6 | next()
                bytes[place] = UInt8(truncatingIfNeeded: group >> 4)
                left = group & 0xF
            } else if rest == 3 {
                let group = next() << 12 | next() << 6 | next()
                bytes[place] = UInt8(truncatingIfNeeded: group >> 10)
                bytes[place + 1] = UInt8(truncatingIfNeeded: group >> 2)
                left = group & 0x3
            }
            return seen & 0xC0 == 0 && left == 0 ? count : nil
        }
    }
}
