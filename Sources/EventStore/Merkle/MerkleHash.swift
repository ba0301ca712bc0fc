import Crypto
import Encodings
import Foundation

/// A SHA-256 hash of a leaf or node, held without a heap allocation: a verification has millions of them.
public struct MerkleHash: Hashable, Sendable, CustomStringConvertible {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Length in bytes.
    public static let byteCount = 32

    /// Nil unless there are 32 bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let hash: MerkleHash? =
            bytes.withContiguousStorageIfAvailable { MerkleHash(unchecked: UnsafeRawBufferPointer($0)) }
            ?? Array(bytes).withUnsafeBytes { MerkleHash(unchecked: $0) }
        guard let hash else { return nil }
        self = hash
    }

    /// - Precondition: 32 bytes.
    private init(unchecked bytes: UnsafeRawBufferPointer) {
        words = (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    /// - Precondition: the digest has 32 bytes.
    init(digest: some ContiguousBytes) { self = digest.withUnsafeBytes { MerkleHash(unchecked: $0) } }

    /// The hash of an entry: SHA-256(0x00 || entry) (RFC 6962 §2.1).
    public static func leaf(_ entry: some Collection<UInt8>) -> MerkleHash {
        var hasher = SHA256()
        withUnsafeBytes(of: UInt8(0)) { hasher.update(bufferPointer: $0) }
        let hashed: Void? = entry.withContiguousStorageIfAvailable { hasher.update(bufferPointer: .init($0)) }
        if hashed == nil { Array(entry).withUnsafeBytes { hasher.update(bufferPointer: $0) } }
        return MerkleHash(digest: hasher.finalize())
    }

    /// The hash of a node: SHA-256(0x01 || left || right) (RFC 6962 §2.1).
    public static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        var hasher = SHA256()
        withUnsafeBytes(of: UInt8(1)) { hasher.update(bufferPointer: $0) }
        withUnsafeBytes(of: left.words) { hasher.update(bufferPointer: $0) }
        withUnsafeBytes(of: right.words) { hasher.update(bufferPointer: $0) }
        return MerkleHash(digest: hasher.finalize())
    }

    /// The root of the tree without leaves: SHA-256 of nothing.
    public static let emptyRoot = MerkleHash(digest: SHA256().finalize())

    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    /// Hands the 32 bytes over where they are.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeBytes(of: words, body)
    }

    /// Appends the 32 bytes.
    package func append(to bytes: inout [UInt8]) { withUnsafeBytes(of: words) { bytes.append(contentsOf: $0) } }

    /// Standard base64, as in checkpoints and receipts.
    public var base64: String { Base64.standard.encode(bytes) }

    /// From standard base64; nil unless it is canonical and 32 bytes.
    public init?(base64 text: some StringProtocol) {
        guard let bytes = Base64.standard.decode(String(text)) else { return nil }
        self.init(bytes)
    }

    /// From base64url; nil unless it is canonical and 32 bytes.
    init?(base64url text: String) {
        var text = text
        guard let hash = text.withUTF8({ MerkleHash(base64url: $0) }) else { return nil }
        self = hash
    }

    /// The same, from the text's bytes.
    init?(base64url text: UnsafeBufferPointer<UInt8>) {
        guard text.count == 43 else { return nil }
        let hash = withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 8) { bytes in
            Base64.url.decode(text, into: bytes.bindMemory(to: UInt8.self)) == Self.byteCount
                ? MerkleHash(unchecked: UnsafeRawBufferPointer(bytes)) : nil
        }
        guard let hash else { return nil }
        self = hash
    }

    public var description: String { base64 }

    public static func == (left: MerkleHash, right: MerkleHash) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
