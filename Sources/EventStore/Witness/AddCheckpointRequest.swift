import Encodings

/// What a log asks of a witness (C2SP tlog-witness v1.0.0): `old <size>`, the consistency proof, an empty line, the checkpoint.
public struct AddCheckpointRequest: Sendable, Hashable {
    /// The size that the log believes the witness saw last.
    public let oldSize: Int64
    public let proof: [MerkleHash]
    public let checkpoint: SignedCheckpoint

    public init(oldSize: Int64, proof: [MerkleHash], checkpoint: SignedCheckpoint) {
        self.oldSize = oldSize
        self.proof = proof
        self.checkpoint = checkpoint
    }

    /// - Throws: `WitnessRefusal.malformed`, also for more than 63 hashes.
    public init(parsing body: [UInt8]) throws(WitnessRefusal) {
        guard body.count <= Limits.noteBytes, let text = String(validating: body, as: UTF8.self),
            let split = text.firstRange(of: "\n\n")
        else { throw .malformed }
        let lines = text[..<split.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, first.hasPrefix("old "), lines.count - 1 <= Limits.proofHashes,
            let size = Int64(first.dropFirst(4)), size >= 0, String(size) == first.dropFirst(4)
        else { throw .malformed }
        var proof: [MerkleHash] = []
        for line in lines.dropFirst() {
            guard let hash = MerkleHash(base64: line) else { throw .malformed }
            proof.append(hash)
        }
        do throws(NoteError) {
            checkpoint = try SignedCheckpoint(parsing: String(text[split.upperBound...]))
        } catch {
            throw .malformed
        }
        oldSize = size
        self.proof = proof
    }

    /// The request as it is sent.
    public var body: String {
        "old \(oldSize)\n" + proof.map { $0.base64 + "\n" }.joined() + "\n" + checkpoint.note
    }
}

/// Why a witness does not cosign. Each has its answer in the specification.
public enum WitnessRefusal: CodedError, Hashable {
    case malformed
    case unknownOrigin
    /// No line by the key that is trusted for the origin, or that line fails.
    case notSigned
    /// The request's old size is larger than its checkpoint.
    case oldBeyondCheckpoint
    /// The witness last saw this size.
    case otherSize(Int64)
    case inconsistent
    /// The witness has signed another root for this very size: the log shows two histories. The evidence is kept.
    case fork
    case storage(StorageError)

    public var code: String {
        switch self {
        case .malformed: "witness-request-malformed"
        case .unknownOrigin: "witness-origin-unknown"
        case .notSigned: "witness-signature-missing"
        case .oldBeyondCheckpoint: "witness-old-beyond-checkpoint"
        case .otherSize: "witness-other-size"
        case .inconsistent: "witness-inconsistent"
        case .fork: "witness-fork"
        case .storage(let error): error.code
        }
    }

    public var description: String {
        switch self {
        case .malformed:
            "expected `old <size>`, at most \(Limits.proofHashes) hashes in base64, an empty line and a checkpoint"
        case .unknownOrigin:
            "this witness does not know the log; its operator adds the log's verifier key to the configuration"
        case .notSigned: "the checkpoint is not signed by the key that this witness trusts for the log"
        case .oldBeyondCheckpoint: "the old size is larger than the checkpoint's"
        case .otherSize(let size): "this witness last saw size \(size); send the proof from there"
        case .inconsistent: "the proof does not show that the new tree begins with the one that this witness saw last"
        case .fork:
            "this witness has seen another root for this size: the log shows two histories; the evidence is kept"
        case .storage(let error): error.description
        }
    }
}
