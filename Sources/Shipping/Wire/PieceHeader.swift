import Encodings
package import EventStore

/// What stands at the head of a piece: whose, for whom, from where to where, and what shows that it belongs to a tree that was signed.
package struct PieceHeader: Sendable {
    package let origin: String
    /// Origin of the site that it is for.
    package let receiver: String
    package let from: Cursor
    package let to: Cursor
    /// The size of the checkpoint that the receiver said it knows; 0 where it knows none.
    package let known: Int64
    /// The root of this log's tree at that size.
    package let knownRoot: MerkleHash
    /// The checkpoint that the piece leads to, with its cosignatures.
    package let checkpoint: SignedCheckpoint
    /// From `known` to the checkpoint (RFC 9162 §2.1.4).
    package let knownProof: [MerkleHash]
    /// From `to.size` to the checkpoint.
    package let proof: [MerkleHash]
    /// SHA-256 thumbprint of the key that the bodies are sealed to.
    package let recipientKey: [UInt8]
    /// HPKE's encapsulated key.
    package let encapsulated: [UInt8]

    static let keyBytes = 32
}

extension PieceHeader {
    init(reading reader: inout ByteReader) throws(PieceFlaw) {
        origin = try reader.text("origin", lengthBytes: 1, limit: ShippingLimits.originBytes)
        receiver = try reader.text("receiver", lengthBytes: 1, limit: ShippingLimits.originBytes)
        from = try Self.cursor(&reader)
        to = try Self.cursor(&reader)
        known = try reader.size()
        knownRoot = try reader.hash()
        let note = try reader.text("checkpoint", lengthBytes: 4, limit: Limits.noteBytes)
        do throws(NoteError) {
            checkpoint = try SignedCheckpoint(parsing: note)
        } catch {
            throw .checkpoint(error)
        }
        knownProof = try reader.hashes()
        proof = try reader.hashes()
        recipientKey = Array(try reader.take(Self.keyBytes))
        encapsulated = Array(try reader.take(Self.keyBytes))
        guard checkpoint.checkpoint.origin == origin else { throw .disagrees("origin and checkpoint") }
        guard from <= to, to.size <= checkpoint.checkpoint.size, known <= checkpoint.checkpoint.size,
            from.size > 0 || from.late == 0
        else { throw .disagrees("positions and checkpoint") }
    }

    func write(to writer: inout ByteWriter) {
        writer.blob(Array(origin.utf8), lengthBytes: 1)
        writer.blob(Array(receiver.utf8), lengthBytes: 1)
        for cursor in [from, to] {
            writer.size(cursor.size)
            writer.size(cursor.late)
        }
        writer.size(known)
        writer.hash(knownRoot)
        writer.blob(Array(checkpoint.note.utf8), lengthBytes: 4)
        writer.hashes(knownProof)
        writer.hashes(proof)
        writer.raw(recipientKey)
        writer.raw(encapsulated)
    }

    private static func cursor(_ reader: inout ByteReader) throws(PieceFlaw) -> Cursor {
        Cursor(size: try reader.size(), late: try reader.size())
    }
}
