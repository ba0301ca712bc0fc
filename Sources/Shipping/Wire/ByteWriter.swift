import EventStore

/// Puts a piece together: the counterpart of `ByteReader`.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init(reservingBytes count: Int = 0) { bytes.reserveCapacity(count) }

    var count: Int { bytes.count }

    mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    /// Big-endian.
    mutating func number(_ number: UInt64, bytes count: Int) {
        for place in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * place))) }
    }

    mutating func size(_ size: Int64) { number(UInt64(max(0, size)), bytes: 8) }

    mutating func raw(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    mutating func hash(_ hash: MerkleHash) { hash.append(to: &bytes) }

    mutating func hashes(_ hashes: [MerkleHash]) {
        byte(UInt8(truncatingIfNeeded: hashes.count))
        for hash in hashes { self.hash(hash) }
    }

    mutating func blob(_ blob: some Collection<UInt8>, lengthBytes: Int) {
        number(UInt64(blob.count), bytes: lengthBytes)
        raw(blob)
    }
}
