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

/// Random bytes from the system's source, many in one call: a call for each key and nonce costs as much as the sealing. For one thread.
struct DrawnBytes {
    /// What the system gives at once, at most 256 bytes.
    private static let drawnBytes = 240

    private var drawn: [UInt8] = []

    mutating func nonce() -> AES.GCM.Nonce {
        guard let bytes = next(12), let nonce = try? AES.GCM.Nonce(data: Data(bytes)) else { return AES.GCM.Nonce() }
        return nonce
    }

    /// A key of 256 bits.
    mutating func key() -> SymmetricKey {
        next(32).map { SymmetricKey(data: Data($0)) } ?? SymmetricKey(size: .bits256)
    }

    /// Nil where the system gives none.
    private mutating func next(_ count: Int) -> ArraySlice<UInt8>? {
        if drawn.count < count {
            drawn = [UInt8](repeating: 0, count: Self.drawnBytes)
            if getentropy(&drawn, drawn.count) != 0 { drawn = [] }
        }
        guard drawn.count >= count else { return nil }
        defer { drawn.removeLast(count) }
        return drawn.suffix(count)
    }
}
