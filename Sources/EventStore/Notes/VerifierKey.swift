import Crypto
import Encodings
import Foundation

/// The key that verifies a line of a signed note, with its name: what people pin (C2SP signed-note v1.0.0).
public struct VerifierKey: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: UInt8, Sendable, Hashable {
        /// Ed25519 over the note's text.
        case ed25519 = 0x01
        /// Ed25519 over a cosigned checkpoint with its time (C2SP tlog-cosignature v1.0.1).
        case cosignature = 0x04
    }

    public let name: String
    public let kind: Kind
    /// The first 4 bytes of SHA-256(name || LF || type || key).
    public let id: UInt32
    public let publicKey: PublicKey

    /// - Throws: `NoteError` if the name cannot stand in a note, or the key is not Ed25519.
    public init(name: String, kind: Kind = .ed25519, publicKey: PublicKey) throws(NoteError) {
        guard Self.isName(name) else { throw .badName }
        guard publicKey.algorithm == .ed25519 else { throw .unsupportedKeyType(0x02) }
        self.name = name
        self.kind = kind
        self.publicKey = publicKey
        id = Self.id(name: name, type: kind.rawValue, key: publicKey.rawBytes)
    }

    /// Parses `<name>+<8 hex digits>+base64(type || key)`.
    /// - Throws: `NoteError`, also if the ID does not belong to name and key.
    public init(parsing text: String) throws(NoteError) {
        // As bytes: as characters, a name that ends in certain signs swallows the plus.
        let parts = Array(text.utf8).split(
            separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].count == 8, let bytes = Base64.standard.decode(parts[2]),
            let type = bytes.first
        else { throw .malformedKey }
        guard let kind = Kind(rawValue: type) else { throw .unsupportedKeyType(type) }
        guard let key = try? PublicKey(ed25519: Array(bytes.dropFirst())) else { throw .malformedKey }
        try self.init(name: String(decoding: parts[0], as: UTF8.self), kind: kind, publicKey: key)
        guard hexID.utf8.elementsEqual(parts[1]) else { throw .keyIDMismatch }
    }

    /// The key as one line of text, without line feed.
    public var description: String {
        name + "+" + hexID + "+" + Base64.standard.encode([kind.rawValue] + publicKey.rawBytes)
    }

    private var hexID: String { Hex.encode(idBytes) }

    /// The ID, big-endian, as it leads a signature.
    var idBytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: id >> (24 - 8 * $0)) } }

    /// Not empty, no Unicode space, no plus sign.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 && $0.value != 0x7F
            }
    }

    static func id(name: String, type: UInt8, key: [UInt8]) -> UInt32 {
        SHA256.hash(data: Array(name.utf8) + [0x0A, type] + key).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
