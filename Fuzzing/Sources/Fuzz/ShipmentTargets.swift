import Encodings
import Foundation

@testable import EventStore
@testable import Shipping

extension FuzzTarget {
    static let shipments: [FuzzTarget] = [FuzzTarget(name: "shipment", check: shipment)]

    /// A piece of a shipment: what is accepted has one spelling, and is within the limits.
    @Sendable static func shipment(_ bytes: [UInt8]) -> Bool {
        if let length = try? UnverifiedPiece.length(prefix: bytes.prefix(UnverifiedPiece.prefixBytes)) {
            holds(length <= ShippingLimits.pieceBytes, "no piece may be longer than the limit")
        }
        guard let piece = try? UnverifiedPiece(parsing: bytes) else { return false }
        let statement = piece.statement?.jwsBytes
        holds(
            write(piece.header, piece.records, statement: statement) == bytes,
            "a piece has one spelling")
        holds(piece.records.count <= ShippingLimits.pieceRecords, "there are no more records than the limit")
        holds(piece.header.from <= piece.header.to, "a piece leads forward")
        holds(
            piece.header.to.size <= piece.header.checkpoint.checkpoint.size, "it leads no further than its checkpoint")
        return true
    }

    static func write(_ header: PieceHeader, _ records: [PieceRecord], statement: [UInt8]?) -> [UInt8] {
        var writer = ByteWriter()
        for record in records {
            switch record {
            case .withheld(let leaf): PieceRecord.writeWithheld(leaf, to: &writer)
            case .entry(let entry, let body): PieceRecord.write(entry, at: nil, sealed: sealed(body), to: &writer)
            case .late(let index, let entry, let body):
                PieceRecord.write(entry, at: index, sealed: sealed(body), to: &writer)
            }
        }
        return UnverifiedPiece.write(header, records: writer, count: records.count, statement: statement)
    }

    private static func sealed(_ body: PieceBody) -> Data? {
        if case .sealed(let bytes) = body { bytes } else { nil }
    }
}

extension Seeds {
    /// Pieces of a log of which the first entry is told, withheld, and gone, and one that has nothing new.
    static func shipments() throws -> [String: [[UInt8]]] {
        let key = SigningKey.generate(.ed25519)
        let entry = try Entry(parsing: try entries(key)[0])
        let signer = try CheckpointSigner(origin: origin, key: key)
        let records: [[PieceRecord]] = [
            [], [.withheld(.leaf([1]))], [.entry(entry, body: .sealed(Data(repeating: 7, count: 64)))],
            [
                .withheld(.leaf([1])), .entry(entry, body: .erased),
                .late(index: 0, entry, body: .sealed(Data(repeating: 7, count: 64))),
            ],
        ]
        return [
            "shipment": try records.map { records in
                let own = records.filter(\.isOwn).count
                let late = records.count - own
                let checkpoint = try signer.sign(size: Int64(own), root: .leaf([2]))
                return FuzzTarget.write(
                    PieceHeader(
                        origin: origin, receiver: "receiver.example", from: .start,
                        to: Cursor(size: Int64(own), late: Int64(late)), known: 0, knownRoot: .emptyRoot,
                        checkpoint: checkpoint, knownProof: [], proof: [.leaf([3])],
                        recipientKey: [UInt8](repeating: 1, count: 32), encapsulated: [UInt8](repeating: 2, count: 32)),
                    records, statement: nil)
            }
        ]
    }
}
