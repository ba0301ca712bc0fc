import Crypto
import Foundation

/// AES-256-GCM with a random 96-bit nonce: nonce || ciphertext || tag.
enum Sealed {
    static func seal(_ plain: [UInt8], under key: SymmetricKey, for context: [UInt8]) throws(VaultError) -> Data {
        try seal(plain, under: key, for: context, nonce: AES.GCM.Nonce())
    }

    /// - Parameter nonce: random, and used for nothing else.
    static func seal(
        _ plain: [UInt8], under key: SymmetricKey, for context: [UInt8], nonce: AES.GCM.Nonce
    ) throws(VaultError) -> Data {
        // `Data`, because the library is generic and not specialised for our arrays: their type is looked up at each call.
        guard
            let sealed = try? AES.GCM.seal(Data(plain), using: key, nonce: nonce, authenticating: Data(context))
                .combined
        else { throw .sealing }
        return sealed
    }

    /// - Throws: `VaultError.damaged` if these bytes were not sealed under this key in this context.
    static func open(_ sealed: some DataProtocol, under key: SymmetricKey, for context: [UInt8]) throws(VaultError)
        -> [UInt8]
    {
        guard let box = try? AES.GCM.SealedBox(combined: Data(sealed)),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Data(context))
        else { throw .damaged }
        return Array(plain)
    }
}

extension RandomBytes {
    mutating func nonce() -> AES.GCM.Nonce {
        // A nonce of 12 bytes is always one; the other way is the library's own.
        (try? AES.GCM.Nonce(data: Data(next(12)))) ?? AES.GCM.Nonce()
    }

    /// A key of 256 bits.
    mutating func key() -> SymmetricKey { SymmetricKey(data: Data(next(32))) }
}
