import Crypto
import Encodings
import Foundation

/// The site's key-encryption key, 256 bits: whoever holds it and the vault can read every body. A file of its own, mode
/// 0600.
public struct KeyEncryptionKey: Sendable {
    private let key: SymmetricKey

    public static func generate() -> KeyEncryptionKey { KeyEncryptionKey(key: SymmetricKey(size: .bits256)) }

    private init(key: SymmetricKey) { self.key = key }

    /// From base64url of 32 bytes, a line feed after it allowed; nil for anything else.
    public init?(text: String) {
        let line = text.last?.isNewline == true ? String(text.dropLast()) : text
        guard let bytes = Base64.url.decode(line), bytes.count == 32 else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// base64url, for its file only.
    var text: String { key.withUnsafeBytes { Base64.url.encode(Array($0)) } }

    /// A key for one use (HKDF-SHA256, RFC 5869). Each use has its own, so that none says anything about another.
    func derived(for use: Use) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, salt: [UInt8](), info: Array(use.rawValue.utf8), outputByteCount: 32)
    }

    enum Use: String {
        case wrapping = "sharing vault v1 wrap subject keys"
        case blindIndex = "sharing vault v1 blind index"
    }
}
