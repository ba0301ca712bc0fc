import Encodings

/// A text with signature lines under it (C2SP signed-note v1.0.0), parsed, not verified.
public struct SignedNote: Sendable, Hashable {
    public struct Signature: Sendable, Hashable {
        public let name: String
        public let keyID: UInt32
        /// What follows the key ID: 64 bytes of an Ed25519 signature, 72 of a cosignature.
        public let blob: [UInt8]

        public init(name: String, keyID: UInt32, blob: [UInt8]) {
            self.name = name
            self.keyID = keyID
            self.blob = blob
        }

        /// The signature as it stands under a note, with its line feed.
        public var line: String {
            let id = (0..<4).map { UInt8(truncatingIfNeeded: keyID >> (24 - 8 * $0)) }
            return SignedNote.dash + name + " " + Base64.standard.encode(id + blob) + "\n"
        }
    }

    /// The signed text, with its last line feed.
    public let text: String
    public let signatures: [Signature]
    /// The note as it came.
    public let note: String

    fileprivate static let dash = "\u{2014} "

    /// Parses a note; unknown keys and kinds of signature are kept.
    /// - Throws: `NoteError`
    public init(parsing note: String) throws(NoteError) {
        let bytes = Array(note.utf8)
        guard bytes.count <= Limits.noteBytes else { throw .tooLarge }
        let lineFeed: UInt8 = 0x0A
        guard bytes.last == lineFeed, bytes.allSatisfy({ $0 >= 0x20 || $0 == lineFeed }) else { throw .malformedNote }
        // The text ends at the last empty line.
        guard bytes.count >= 2,
            let split = (1..<bytes.count).last(where: { bytes[$0] == lineFeed && bytes[$0 - 1] == lineFeed })
        else { throw .malformedNote }
        let lines = bytes[(split + 1)...].split(separator: lineFeed)
        guard !lines.isEmpty else { throw .malformedNote }
        guard lines.count <= Limits.noteSignatures else { throw .tooLarge }
        text = String(decoding: bytes[..<split], as: UTF8.self)
        var signatures: [Signature] = []
        for (line, bytes) in lines.enumerated() {
            guard let signature = Self.signature(bytes) else {
                throw .malformedSignatureLine(line: line + 1)
            }
            signatures.append(signature)
        }
        self.signatures = signatures
        self.note = note
    }

    /// Taken apart as bytes: as characters, a name can swallow the space before or after it (an accent belongs to what
    /// it stands on, and so do a few signs to what follows them).
    private static func signature(_ line: ArraySlice<UInt8>) -> Signature? {
        guard line.starts(with: dash.utf8) else { return nil }
        let parts = line.dropFirst(dash.utf8.count).split(
            separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = Base64.standard.decode(parts[1]), bytes.count > 4 else { return nil }
        let name = String(decoding: parts[0], as: UTF8.self)
        guard VerifierKey.isName(name) else { return nil }
        let id = bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) }
        return Signature(name: name, keyID: id, blob: Array(bytes[4...]))
    }

    init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
        note =
            text + "\n"
            + signatures.map(\.line).joined()
    }

    /// The note with one more signature line.
    public func adding(_ signature: Signature) -> SignedNote {
        SignedNote(text: text, signatures: signatures + [signature])
    }

    /// The signatures by keys that are known. Unknown keys are ignored.
    /// - Throws: `NoteError.badSignature` if a line under a known key does not verify, which makes the whole note
    ///   invalid; `noKnownSignature` if no line is under any of the keys.
    @discardableResult
    public func verified(by keys: [VerifierKey]) throws(NoteError) -> [VerifiedSignature] {
        var verified: [VerifiedSignature] = []
        for signature in signatures {
            guard let key = keys.first(where: { $0.id == signature.keyID && $0.name == signature.name }) else {
                continue
            }
            guard let good = VerifiedSignature(signature, of: text, by: key) else { throw .badSignature }
            verified.append(good)
        }
        guard !verified.isEmpty else { throw .noKnownSignature }
        return verified
    }
}

/// A signature of a note that was found good.
public struct VerifiedSignature: Sendable, Hashable {
    public let key: VerifierKey
    /// When a cosigner says it signed, in POSIX seconds; nil for a plain signature.
    public let time: UInt64?

    init?(_ signature: SignedNote.Signature, of text: String, by key: VerifierKey) {
        switch key.kind {
        case .ed25519:
            guard key.publicKey.verifies(signature.blob, over: text.utf8) else { return nil }
            time = nil
        case .cosignature:
            guard signature.blob.count == 8 + SignatureAlgorithm.signatureBytes else { return nil }
            let time = signature.blob[..<8].reduce(0) { $0 << 8 | UInt64($1) }
            let message = Cosignature.message(text: text, time: time)
            guard key.publicKey.verifies(Array(signature.blob[8...]), over: message) else { return nil }
            self.time = time
        }
        self.key = key
    }
}
