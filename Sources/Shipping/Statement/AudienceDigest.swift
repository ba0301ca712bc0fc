import Crypto
import Encodings
package import EventStore

/// The entries of a log that are for one receiver, and the digest over them (LOGFORMAT, section 11): SHA-256 over index, as uint64
/// big-endian, and leaf hash of each, in order of index.
///
/// 40 bytes for each in memory. What is added behind the rest costs one hash; only what is older than the newest has the digest made anew.
package struct AddressedEntries: Sendable {
    private var indexes: [Int64] = []
    private var leaves: [MerkleHash] = []
    /// Over all of them, where `isOrdered`.
    private var hasher = SHA256()
    private var isOrdered = true

    package init() {}

    package var count: Int64 { Int64(indexes.count) }

    /// Adds an entry; one that is there already changes nothing.
    /// - Returns: whether it is new.
    @discardableResult
    package mutating func insert(_ index: Int64, _ leaf: MerkleHash) -> Bool {
        if let last = indexes.last, index <= last {
            let place = place(of: index)
            guard place == indexes.count || indexes[place] != index else { return false }
            indexes.insert(index, at: place)
            leaves.insert(leaf, at: place)
            isOrdered = false
        } else {
            indexes.append(index)
            leaves.append(leaf)
            if isOrdered { Self.feed(&hasher, index, leaf) }
        }
        return true
    }

    package func contains(_ index: Int64) -> Bool {
        let place = place(of: index)
        return place < indexes.count && indexes[place] == index
    }

    /// base64url.
    package mutating func digest() -> String {
        if !isOrdered {
            hasher = SHA256()
            for (index, leaf) in zip(indexes, leaves) { Self.feed(&hasher, index, leaf) }
            isOrdered = true
        }
        return Base64.url.encode(Array(hasher.finalize()))
    }

    /// Where an index stands or would stand.
    private func place(of index: Int64) -> Int {
        var (low, high) = (0, indexes.count)
        while low < high {
            let middle = (low + high) / 2
            if indexes[middle] < index { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func feed(_ hasher: inout SHA256, _ index: Int64, _ leaf: MerkleHash) {
        withUnsafeBytes(of: UInt64(bitPattern: index).bigEndian) { hasher.update(bufferPointer: $0) }
        leaf.withBytes { hasher.update(bufferPointer: $0) }
    }
}
