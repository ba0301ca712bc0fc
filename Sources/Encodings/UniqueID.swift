/// A UUID (RFC 9562) whose only spelling is lower case with hyphens.
public struct UniqueID: Sendable, Hashable, Comparable, CustomStringConvertible {
    private let high: UInt64
    private let low: UInt64

    /// Nil for anything but 36 characters of lower-case hexadecimal and hyphens in their places.
    public init?(_ text: String) {
        var text = text
        guard let id = text.withUTF8({ UniqueID(ascii: $0) }) else { return nil }
        self = id
    }

    /// The same, from the text's bytes.
    public init?(ascii text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 36 else { return nil }
        // A bit above the four of a digit is set where a character is none.
        var wrong: UInt8 = 0
        func digits(_ places: Range<Int>) -> UInt64 {
            var value: UInt64 = 0
            for place in places {
                let decimal = text[place] &- UInt8(ascii: "0")
                let letter = text[place] &- UInt8(ascii: "a")
                let digit = decimal < 10 ? decimal : letter < 6 ? letter + 10 : 0xFF
                wrong |= digit
                value = value << 4 | UInt64(digit & 0x0F)
            }
            return value
        }
        high = digits(0..<8) << 32 | digits(9..<13) << 16 | digits(14..<18)
        low = digits(19..<23) << 48 | digits(24..<36)
        let hyphen = UInt8(ascii: "-")
        guard wrong <= 0x0F, text[8] == hyphen, text[13] == hyphen, text[18] == hyphen, text[23] == hyphen else {
            return nil
        }
    }

    /// Nil unless there are 16 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        let id =
            bytes.withContiguousStorageIfAvailable { UniqueID(unchecked: UnsafeRawBufferPointer($0)) }
            ?? Array(bytes).withUnsafeBytes { UniqueID(unchecked: $0) }
        self = id
    }

    /// - Precondition: 16 bytes.
    private init(unchecked bytes: UnsafeRawBufferPointer) {
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// A random one (version 4).
    public static func random(using generator: inout some RandomNumberGenerator) -> UniqueID {
        UniqueID(
            high: generator.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000,
            low: generator.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000)
    }

    /// A random one (version 4) from the system's source.
    public static func random() -> UniqueID {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public var bytes: [UInt8] {
        withUnsafeBytes(of: bigEndian) { Array($0) }
    }

    /// The 16 bytes as they lie in memory, without an array for them.
    public var bigEndian: (UInt64, UInt64) { (high.bigEndian, low.bigEndian) }

    public var description: String { String(unsafeUninitializedCapacity: 36) { write(to: $0) } }

    /// The 36 characters of its description, as bytes of ASCII.
    public var ascii: [UInt8] { Array(unsafeUninitializedCapacity: 36) { $1 = write(to: $0) } }

    /// - Precondition: there is room for 36 bytes.
    private func write(to text: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var place = 0
        for digit in 0..<32 {
            if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                text[place] = UInt8(ascii: "-")
                place += 1
            }
            let half = digit < 16 ? high : low
            text[place] = Hex.digit(UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (digit % 16))) & 0x0F)
            place += 1
        }
        return place
    }

    public static func < (left: UniqueID, right: UniqueID) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

extension UniqueID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = UniqueID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected a UUID in lower case")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
