import Encodings
import EventStore
import Foundation
import Support

@testable import Shipping

/// A piece taken apart by somebody who has everything that the origin has, to be put together again as a lie.
struct Forgery {
    var header: PieceHeader
    /// Each with its body in the clear; nil where there is none.
    var records: [(record: PieceRecord, plain: [UInt8]?)]
    var statement: [UInt8]?

    init(_ bytes: [UInt8], opening key: AgreementKey, statement: [UInt8]? = nil) throws {
        let piece = try UnverifiedPiece(parsing: bytes)
        header = piece.header
        records = []
        var opener = try ShipmentOpener(piece.header, keys: [key])
        for record in piece.records {
            var plain: [UInt8]?
            if case .entry(let entry, .sealed(let sealed)) = record { plain = try opener.open(sealed, event: entry.id) }
            if case .late(_, let entry, .sealed(let sealed)) = record {
                plain = try opener.open(sealed, event: entry.id)
            }
            records.append((record, plain))
        }
        self.statement = statement ?? piece.statement?.jwsBytes
    }

    /// Seals the bodies again and writes the piece.
    func bytes(to key: AgreementPublicKey) throws -> [UInt8] {
        var sealer = try ShipmentSealer(to: key, origin: header.origin, receiver: header.receiver)
        let sealed = try records.map { record, plain -> PieceRecord in
            switch record {
            case .entry(let entry, _):
                return .entry(entry, body: try plain.map { .sealed(try sealer.seal($0, event: entry.id)) } ?? .erased)
            case .late(let index, let entry, _):
                return .late(
                    index: index, entry,
                    body: try plain.map { .sealed(try sealer.seal($0, event: entry.id)) } ?? .erased
                )
            case .withheld: return record
            }
        }
        let head = header.with(encapsulated: sealer.encapsulated)
        return UnverifiedPiece.write(head, sealed, statement: statement)
    }

    /// Says of an entry that it is not for the receiver.
    mutating func withhold(_ place: Int) {
        records[place] = (.withheld(records[place].record.leaf), nil)
    }
}

extension PieceHeader {
    func with(
        from: Cursor? = nil, to: Cursor? = nil, known: Int64? = nil, knownRoot: MerkleHash? = nil,
        checkpoint: SignedCheckpoint? = nil, knownProof: [MerkleHash]? = nil, encapsulated: [UInt8]? = nil
    ) -> PieceHeader {
        PieceHeader(
            origin: origin, receiver: receiver, from: from ?? self.from, to: to ?? self.to, known: known ?? self.known,
            knownRoot: knownRoot ?? self.knownRoot, checkpoint: checkpoint ?? self.checkpoint,
            knownProof: knownProof ?? self.knownProof, proof: proof, recipientKey: recipientKey,
            encapsulated: encapsulated ?? self.encapsulated)
    }
}

extension UnverifiedPiece {
    /// Writes a piece that may be a lie.
    static func write(_ header: PieceHeader, _ records: [PieceRecord], statement: [UInt8]?) -> [UInt8] {
        var writer = ByteWriter()
        for record in records {
            switch record {
            case .withheld(let leaf): PieceRecord.writeWithheld(leaf, to: &writer)
            case .entry(let entry, let body):
                PieceRecord.write(entry, at: nil, sealed: body.bytes, to: &writer)
            case .late(let index, let entry, let body):
                PieceRecord.write(entry, at: index, sealed: body.bytes, to: &writer)
            }
        }
        return write(header, records: writer, count: records.count, statement: statement)
    }
}

extension PieceBody {
    fileprivate var bytes: Data? { if case .sealed(let bytes) = self { bytes } else { nil } }
}
