import EventStore

/// Takes a piece apart, byte by byte. Every length is held against its limit, and against what is there, before anything is copied.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position == bytes.endIndex }

    mutating func take(_ count: Int) throws(PieceFlaw) -> ArraySlice<UInt8> {
        guard count <= bytes.endIndex - position else { throw .cutOff }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    mutating func byte() throws(PieceFlaw) -> UInt8 {
        guard position < bytes.endIndex else { throw .cutOff }
        defer { position += 1 }
        return bytes[position]
    }

    /// Big-endian.
    mutating func number(bytes count: Int) throws(PieceFlaw) -> UInt64 {
        try take(count).reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func size() throws(PieceFlaw) -> Int64 {
        guard let size = Int64(exactly: try number(bytes: 8)) else { throw .numberTooLarge }
        return size
    }

    mutating func hash() throws(PieceFlaw) -> MerkleHash {
        guard let hash = MerkleHash(try take(MerkleHash.byteCount)) else { throw .cutOff }
        return hash
    }

    /// A count in one byte, and as many hashes.
    mutating func hashes() throws(PieceFlaw) -> [MerkleHash] {
        let count = Int(try byte())
        guard count <= Limits.proofHashes + 1 else { throw .tooLarge("proof") }
        var hashes: [MerkleHash] = []
        for _ in 0..<count { hashes.append(try hash()) }
        return hashes
    }

    /// A length in some bytes, and as many bytes.
    mutating func blob(_ name: StaticString, lengthBytes: Int, limit: Int) throws(PieceFlaw) -> ArraySlice<UInt8> {
        let length = try number(bytes: lengthBytes)
        guard length <= UInt64(limit) else { throw .tooLarge("\(name)") }
        return try take(Int(length))
    }

    mutating func text(_ name: StaticString, lengthBytes: Int, limit: Int) throws(PieceFlaw) -> String {
        let bytes = try blob(name, lengthBytes: lengthBytes, limit: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText("\(name)") }
        return text
    }
}
