public import Encodings

/// What a witness answered to `add-checkpoint`, held against what was asked: a witness may lie, or be somebody else.
public struct CosignatureAnswer: Sendable, Hashable {
    /// By the witness's key over this very checkpoint.
    public let signature: SignedNote.Signature
    /// When the witness says that it signed, in POSIX seconds.
    public let time: UInt64

    /// - Parameters:
    ///   - body: of an answer with status 200: signature lines. Those of other keys are ignored.
    ///   - now: the clock of whoever asked.
    /// - Throws: `WitnessFault`
    public init(
        parsing body: [UInt8], to checkpoint: SignedCheckpoint, from witness: VerifierKey, now: Instant
    ) throws(WitnessFault) {
        guard body.count <= Limits.noteBytes, let lines = String(validating: body, as: UTF8.self) else {
            throw .malformed
        }
        let note: SignedNote
        let verified: [VerifiedSignature]
        do throws(NoteError) {
            note = try SignedNote(parsing: checkpoint.signedNote.text + "\n" + lines)
            // The text must be what was asked about: lines could bring an empty line, and with it another text.
            guard note.text == checkpoint.signedNote.text else { throw .malformedNote }
            verified = try note.verified(by: [witness])
        } catch .noKnownSignature {
            throw .otherKey
        } catch .badSignature {
            throw .badSignature
        } catch {
            throw .malformed
        }
        guard let time = verified.compactMap(\.time).max(),
            let line = note.signatures.first(where: { line in
                line.keyID == witness.id && line.name == witness.name
                    && VerifiedSignature(line, of: note.text, by: witness)?.time == time
            })
        else { throw .otherKey }
        let distance = Int64(clamping: time).subtractingReportingOverflow(now.seconds).partialValue
        guard distance.magnitude <= UInt64(Limits.cosignatureClockSeconds) else {
            throw .clock(secondsAhead: distance)
        }
        signature = line
        self.time = time
    }
}

/// What is wrong with a witness's answer. None of these is evidence against the log.
public enum WitnessFault: CodedError, Hashable {
    case malformed
    /// No line by the witness's key.
    case otherKey
    /// A line under the witness's name and key ID that does not verify over the checkpoint that was sent.
    case badSignature
    case clock(secondsAhead: Int64)
    /// It refused; a log can do nothing about it but see what its operator says.
    case refused(status: Int)
    /// It says that it has seen more than there is, and shows no checkpoint that the log signed.
    case unprovenSize(Int64)
    case unreachable
    case tooLarge

    public var code: String {
        switch self {
        case .malformed: "witness-answer-malformed"
        case .otherKey: "witness-answer-other-key"
        case .badSignature: "witness-answer-signature-invalid"
        case .clock: "witness-answer-time"
        case .refused: "witness-refused"
        case .unprovenSize: "witness-size-unproven"
        case .unreachable: "witness-unreachable"
        case .tooLarge: "witness-answer-too-large"
        }
    }

    public var description: String {
        switch self {
        case .malformed: "the witness's answer is not what the specification says"
        case .otherKey: "the witness's answer has no signature under its key; is the key in the configuration right?"
        case .badSignature: "the witness's signature does not verify over the checkpoint that it was sent"
        case .clock(let seconds):
            "the witness's cosignature is \(seconds.magnitude) s \(seconds < 0 ? "old" : "ahead"); set the clocks right, or it is replayed"
        case .refused(let status): "the witness refused with status \(status); ask its operator why"
        case .unprovenSize(let size):
            "the witness says that it has seen size \(size), which is more than the log has, and shows no checkpoint that proves it"
        case .unreachable: "the witness does not answer"
        case .tooLarge: "the witness's answer is larger than \(Limits.noteBytes) bytes"
        }
    }
}
