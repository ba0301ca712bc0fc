import Crypto
import Foundation

/// AES-256-GCM with a random 96-bit nonce: nonce || ciphertext || tag.
enum Sealed {
    static func seal(_ plain: [UInt8], under key: SymmetricKey, for context: [UInt8]) throws(VaultError) -> Data {
        guard let sealed = try? AES.GCM.seal(plain, using: key, authenticating: context).combined else {
            throw .sealing
        }
        return sealed
    }

    /// - Throws: `VaultError.damaged` if these bytes were not sealed under this key in this context.
    static func open(_ sealed: some DataProtocol, under key: SymmetricKey, for context: [UInt8]) throws(VaultError)
        -> [UInt8]
    {
        // `Data`, because the library is generic and not specialised for our arrays: their type is looked up at each call.
        guard let box = try? AES.GCM.SealedBox(combined: Data(sealed)),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Data(context))
        else { throw .damaged }
        return Array(plain)
    }
}
