/// Signs notes under a name with an Ed25519 key.
public struct NoteSigner: Sendable {
    public let verifierKey: VerifierKey
    private let key: SigningKey

    /// - Throws: `NoteError` if the name cannot stand in a note, or the key is not Ed25519.
    public init(name: String, key: SigningKey) throws(NoteError) {
        verifierKey = try VerifierKey(name: name, publicKey: key.publicKey)
        self.key = key
    }

    public var name: String { verifierKey.name }

    /// - Parameter text: ends in a line feed.
    /// - Throws: `NoteError.malformedNote` if it does not; what the crypto library throws when it cannot sign.
    public func sign(_ text: String) throws -> SignedNote {
        guard text.utf8.last == 0x0A else { throw NoteError.malformedNote }
        return SignedNote(text: text, signatures: []).adding(
            .init(name: name, keyID: verifierKey.id, blob: try key.sign(text.utf8)))
    }
}

/// Cosigns checkpoints (C2SP tlog-cosignature v1.0.1). A key that cosigns is used for nothing else.
public struct Cosignature: Sendable {
    public let verifierKey: VerifierKey
    private let key: SigningKey

    /// - Throws: `NoteError` if the name cannot stand in a note, or the key is not Ed25519.
    public init(name: String, key: SigningKey) throws(NoteError) {
        verifierKey = try VerifierKey(name: name, kind: .cosignature, publicKey: key.publicKey)
        self.key = key
    }

    /// The signature line for a checkpoint.
    /// - Parameters:
    ///   - text: the checkpoint with its last line feed, without signature lines.
    ///   - time: POSIX seconds.
    /// - Throws: what the crypto library throws when it cannot sign.
    public func sign(_ text: String, time: UInt64) throws -> SignedNote.Signature {
        let signature = try key.sign(Self.message(text: text, time: time))
        let timestamp = (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * $0)) }
        return .init(name: verifierKey.name, keyID: verifierKey.id, blob: timestamp + signature)
    }

    static func message(text: String, time: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
    }
}
