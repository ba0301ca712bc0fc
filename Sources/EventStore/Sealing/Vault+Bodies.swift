import Crypto
package import Encodings
import Foundation

/// A body as it is kept: nonce(12) || ciphertext || tag(16), with the event's id, 36 characters of ASCII, as additional data. Bodies of the site's
/// own log are packed before (`PackedBody`); what came from other sites is not, because catching up is not to wait for that.
public struct SealedBody: Sendable, Hashable {
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }
}

extension Vault {
    /// Packs a body and seals it, for as long as the key lasts.
    /// - Parameters:
    ///   - plain: salt, then the event as it was posted.
    ///   - subject: the entry's.
    /// - Throws: `VaultError.subjectUnknown` if there is no key, committed or staged.
    package func sealBody(_ plain: [UInt8], of entry: Entry, under subject: UniqueID) throws(VaultError) -> SealedBody {
        try seal(PackedBody.pack(plain, beside: entry.bytes), subject: subject, event: entry.id)
    }

    /// Opens a body and unpacks it.
    /// - Throws: `VaultError.damaged` if it does not open under this key, or is not of this entry.
    static func openBody(_ body: [UInt8], of entry: Entry, under key: SymmetricKey) throws(VaultError) -> [UInt8] {
        let packed = try Sealed.open(body, under: key, for: entry.id.ascii)
        guard let plain = PackedBody.unpack(packed, beside: entry.bytes) else { throw .damaged }
        return plain
    }

    /// Seals a body under its subject's key, committed or staged.
    /// - Throws: `VaultError.subjectUnknown` if there is none.
    func seal(_ plain: [UInt8], subject: UniqueID, event: UniqueID) throws(VaultError) -> SealedBody {
        guard let key = try key(of: subject) else { throw .subjectUnknown }
        return SealedBody(bytes: Array(try Sealed.seal(plain, under: key, for: Array(event.description.utf8))))
    }

    /// Opens a body; nil if the subject's key is gone.
    /// - Throws: `VaultError.damaged` if it does not open under the key that is there.
    func open(_ body: SealedBody, subject: UniqueID, event: UniqueID) throws(VaultError) -> [UInt8]? {
        guard let key = try key(of: subject) else { return nil }
        return try Sealed.open(Data(body.bytes), under: key, for: Array(event.description.utf8))
    }
}
