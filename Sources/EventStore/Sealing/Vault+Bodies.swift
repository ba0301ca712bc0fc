import Crypto
package import Encodings
import Foundation

/// A body as it is kept: nonce(12) || ciphertext || tag(16), with the event's id, 36 characters of ASCII, as additional
/// data.
public struct SealedBody: Sendable, Hashable {
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) { self.bytes = bytes }
}

extension Vault {
    /// Seals a body under its subject's key, committed or staged.
    /// - Throws: `VaultError.subjectUnknown` if there is none.
    package func seal(_ plain: [UInt8], subject: UniqueID, event: UniqueID) throws(VaultError) -> SealedBody {
        guard let key = try key(of: subject) else { throw .subjectUnknown }
        return SealedBody(bytes: Array(try Sealed.seal(plain, under: key, for: Array(event.description.utf8))))
    }

    /// Opens a body; nil if the subject's key is gone.
    /// - Throws: `VaultError.damaged` if it does not open under the key that is there.
    package func open(_ body: SealedBody, subject: UniqueID, event: UniqueID) throws(VaultError) -> [UInt8]? {
        guard let key = try key(of: subject) else { return nil }
        return try Sealed.open(Data(body.bytes), under: key, for: Array(event.description.utf8))
    }
}
