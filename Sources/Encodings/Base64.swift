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
        let alphabet = padded ? Self.standardAlphabet : Self.urlAlphabet
        let bytes = source as? [UInt8] ?? Array(source)
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var position = 0
        while position + 3 <= bytes.count {
            let group = UInt32(bytes[position]) << 16 | UInt32(bytes[position + 1]) << 8 | UInt32(bytes[position + 2])
            text.append(alphabet[Int(group >> 18)])
            text.append(alphabet[Int(group >> 12 & 0x3F)])
            text.append(alphabet[Int(group >> 6 & 0x3F)])
            text.append(alphabet[Int(group & 0x3F)])
            position += 3
        }
        switch bytes.count - position {
        case 1:
            let group = UInt32(bytes[position]) << 16
            text.append(alphabet[Int(group >> 18 & 0x3F)])
            text.append(alphabet[Int(group >> 12 & 0x3F)])
            if padded { text.append(contentsOf: [UInt8(ascii: "="), UInt8(ascii: "=")]) }
        case 2:
            let group = UInt32(bytes[position]) << 16 | UInt32(bytes[position + 1]) << 8
            text.append(alphabet[Int(group >> 18 & 0x3F)])
            text.append(alphabet[Int(group >> 12 & 0x3F)])
            text.append(alphabet[Int(group >> 6 & 0x3F)])
            if padded { text.append(UInt8(ascii: "=")) }
        default: break
        }
        return text
    }

    /// The bytes, or nil if the text is not the canonical spelling of any.
    public func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)) }

    /// The bytes, or nil if the text is not the canonical spelling of any.
    public func decode(_ text: some ContiguousBytesSource) -> [UInt8]? {
        text.withContiguousBytes { decode($0) }
    }

    private func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var count = text.count
        if padded {
            guard count % 4 == 0 else { return nil }
            if count > 0, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
            if count % 4 == 3, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        }
        guard count % 4 != 1 else { return nil }
        let values = padded ? Self.standardValues : Self.urlValues
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count / 4 * 3 + 2)
        var accumulator: UInt32 = 0
        var bits: UInt32 = 0
        for position in 0..<count {
            let value = values[Int(text[position])]
            guard value != Self.notInAlphabet else { return nil }
            accumulator = accumulator << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: accumulator >> bits))
                accumulator &= (1 << bits) - 1
            }
        }
        return accumulator == 0 ? bytes : nil
    }
}
