import Encodings
import EventStore

extension FuzzTarget {
    static let notes: [FuzzTarget] = [
        FuzzTarget(name: "note", check: note), FuzzTarget(name: "checkpoint", check: checkpoint),
        FuzzTarget(name: "verifier-key", check: verifierKey), FuzzTarget(name: "tlog-proof", check: tlogProof),
        FuzzTarget(name: "consistency-proof", check: consistencyProof),
        FuzzTarget(name: "add-checkpoint", check: addCheckpoint), FuzzTarget(name: "tlog-policy", check: tlogPolicy),
    ]

    /// A key that signed none of the seeds, under the name that their log has.
    private static let stranger = try? VerifierKey(name: Seeds.origin, publicKey: SigningKey.generate().publicKey)

    @Sendable static func note(_ bytes: [UInt8]) -> Bool {
        guard let text = text(bytes), let note = try? SignedNote(parsing: text) else { return false }
        holds(bytes.count <= Limits.noteBytes, "what was accepted is no larger than the limit")
        holds(
            (1...Limits.noteSignatures).contains(note.signatures.count), "there are no more signatures than the limit")
        holds(same(note.note, text), "the note is kept as it came")
        holds(same(note.text + "\n" + note.signatures.map(\.line).joined(), text), "a note has one spelling")
        holds(note.text.utf8.last == 0x0A, "a text ends in a line feed")
        if let stranger { holds((try? note.verified(by: [stranger])) == nil, "nobody's key verifies nothing") }
        guard let last = note.signatures.last, note.signatures.count < Limits.noteSignatures else { return true }
        let longer = note.adding(last).note
        guard longer.utf8.count <= Limits.noteBytes else { return true }
        let again = try? SignedNote(parsing: longer)
        holds(again?.signatures == note.signatures + [last], "a note takes one more signature")
        holds(again.map { same($0.text, note.text) } == true, "a signature leaves the text alone")
        return true
    }

    @Sendable static func checkpoint(_ bytes: [UInt8]) -> Bool {
        guard let text = text(bytes), let signed = try? SignedCheckpoint(parsing: text) else { return false }
        holds(same(signed.note, text), "the note is kept as it came")
        holds(same(signed.checkpoint.text, signed.signedNote.text), "a checkpoint has one spelling")
        holds((try? Checkpoint(parsing: signed.checkpoint.text)) == signed.checkpoint, "it is read as it was written")
        holds(signed.checkpoint.size >= 0, "a size is not negative")
        if let stranger { holds((try? signed.verified(by: stranger)) == nil, "nobody's key verifies nothing") }
        return true
    }

    /// A verifier key; and any text as the name of one, which must then be readable wherever names stand.
    @Sendable static func verifierKey(_ bytes: [UInt8]) -> Bool {
        guard let text = text(bytes) else { return false }
        if let stranger, let named = try? VerifierKey(name: text, publicKey: stranger.publicKey) {
            let again = try? VerifierKey(parsing: named.description)
            holds(again.map { same($0.description, named.description) } == true, "a key is read as it was written")
            let blob = [UInt8](repeating: 7, count: 64)
            let line = SignedNote.Signature(name: text, keyID: named.id, blob: blob)
            let note = try? SignedNote(parsing: "text\n\n" + line.line)
            holds(note.map { same($0.signatures[0].name, text) } == true, "a name can stand under a note")
        }
        guard let key = try? VerifierKey(parsing: text) else { return false }
        holds(same(key.description, text), "a verifier key has one spelling")
        return true
    }

    @Sendable static func tlogProof(_ bytes: [UInt8]) -> Bool {
        guard let text = text(bytes), let proof = try? TlogProof(parsing: text) else { return false }
        holds(same(proof.text, text), "a proof has one spelling")
        holds(proof.index >= 0 && proof.hashes.count <= Limits.proofHashes, "what was accepted is within the limits")
        if let stranger {
            holds((try? proof.verified(entry: bytes, by: stranger)) == nil, "nobody's key verifies nothing")
        }
        _ = Merkle.isIncluded(
            .leaf(bytes), at: proof.index, in: proof.checkpoint.checkpoint.size, root: proof.checkpoint.checkpoint.root,
            proof: proof.hashes)
        return true
    }

    @Sendable static func consistencyProof(_ bytes: [UInt8]) -> Bool {
        guard let text = text(bytes), let proof = try? ConsistencyProof(parsing: text) else { return false }
        holds(same(proof.text, text), "a proof has one spelling")
        holds(proof.hashes.count <= Limits.proofHashes + 1, "what was accepted is within the limits")
        if let stranger { holds((try? proof.verified(by: stranger)) == nil, "nobody's key verifies nothing") }
        let (old, new) = (proof.old.checkpoint, proof.new.checkpoint)
        let isConsistent = Merkle.isConsistent(
            from: old.size, root: old.root, to: new.size, root: new.root, proof: proof.hashes)
        holds(!isConsistent || old.size <= new.size, "a log never shrinks")
        return true
    }

    @Sendable static func addCheckpoint(_ bytes: [UInt8]) -> Bool {
        guard let request = try? AddCheckpointRequest(parsing: bytes) else { return false }
        holds(request.body.utf8.elementsEqual(bytes), "a request has one spelling")
        holds(bytes.count <= Limits.noteBytes, "what was accepted is no larger than the limit")
        holds(request.oldSize >= 0 && request.proof.count <= Limits.proofHashes, "it is within the limits")
        return true
    }

    /// What a policy demands can be met by the witnesses that it names, and by no stranger; a further cosignature never takes
    /// a quorum away.
    @Sendable static func tlogPolicy(_ bytes: [UInt8]) -> Bool {
        guard let policy = try? TlogPolicy(parsing: bytes) else { return false }
        let keys = policy.witnesses.map(\.key)
        holds(bytes.count <= Limits.policyBytes, "what was accepted is no larger than the limit")
        holds(max(policy.logs.count, keys.count) <= Limits.policyMembers, "there are no more members than the limit")
        holds(Set(keys).count == keys.count, "no witness counts twice")
        holds(policy.isQuorum(Set(keys)), "all the witnesses together are a quorum")
        let quorums = keys.indices.map { policy.isQuorum(Set(keys[..<$0])) } + [true]
        holds(zip(quorums, quorums.dropFirst()).allSatisfy { !$0 || $1 }, "one witness more takes no quorum away")
        if let stranger { holds(policy.isQuorum([stranger]) == quorums[0], "a stranger counts for nothing") }
        guard bytes.count + 2 <= Limits.policyBytes else { return true }
        let again = try? TlogPolicy(parsing: Array("#\n".utf8) + bytes)
        holds(
            again?.logs == policy.logs && again?.witnesses == policy.witnesses
                && again?.isQuorum([]) == policy.isQuorum([]), "a remark changes nothing")
        return true
    }
}
