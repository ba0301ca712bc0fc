/// Why a text is not a signed note, checkpoint, verifier key or proof that can be believed.
public enum NoteError: CodedError, Hashable {
    case malformedKey
    case unsupportedKeyType(UInt8)
    case keyIDMismatch
    case badName
    case tooLarge
    case malformedNote
    case malformedSignatureLine(line: Int)
    case badSignature
    case noKnownSignature
    /// A key signed that had been rotated out before.
    case endedKey
    case malformedCheckpoint
    case originMismatch
    case malformedProof
    case proofDoesNotHold

    public var code: String {
        switch self {
        case .malformedKey: "vkey-malformed"
        case .unsupportedKeyType: "vkey-type-unsupported"
        case .keyIDMismatch: "vkey-id-mismatch"
        case .badName: "key-name-bad"
        case .tooLarge: "note-too-large"
        case .malformedNote: "note-malformed"
        case .malformedSignatureLine: "note-signature-line-malformed"
        case .badSignature: "note-signature-invalid"
        case .noKnownSignature: "note-signature-missing"
        case .endedKey: "checkpoint-key-ended"
        case .malformedCheckpoint: "checkpoint-malformed"
        case .originMismatch: "checkpoint-origin-mismatch"
        case .malformedProof: "proof-malformed"
        case .proofDoesNotHold: "proof-does-not-hold"
        }
    }

    public var description: String {
        switch self {
        case .malformedKey: "a verifier key is <name>+<8 lower-case hex digits>+<base64>; copy it whole, on one line"
        case .unsupportedKeyType(let type):
            "the verifier key's type \(type) is not supported; expected Ed25519 (1) or a cosigner's (4)"
        case .keyIDMismatch: "the verifier key's ID does not belong to its name and key; a character was changed"
        case .badName: "a key name must not be empty, nor hold white space or a plus sign"
        case .tooLarge:
            "the note is larger than the limit of \(Limits.noteBytes) bytes or \(Limits.noteSignatures) signatures"
        case .malformedNote: "expected a text that ends in a line feed, an empty line, and signature lines"
        case .malformedSignatureLine(let line): "signature line \(line) of the note is not `— <name> <base64>`"
        case .badSignature:
            "a signature under a known key does not verify: the note was changed, or the key is another's"
        case .noKnownSignature: "the note has no signature under the key that was given"
        case .endedKey: "a key signed that the log had replaced by another before: it may have been stolen"
        case .malformedCheckpoint: "a checkpoint has three lines: origin, size in decimal, root hash in base64"
        case .originMismatch: "the checkpoint's origin is not the name of the key that signed it"
        case .malformedProof: "expected a proof of the form c2sp.org/tlog-proof@v1"
        case .proofDoesNotHold: "the proof does not lead from this entry to the checkpoint's root"
        }
    }
}
