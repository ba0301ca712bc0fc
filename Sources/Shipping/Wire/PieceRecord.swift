import Encodings
package import EventStore

/// What a piece says of one position.
package enum PieceRecord: Sendable {
    /// An entry that is not for the receiver: its leaf hash is all that leaves.
    case withheld(MerkleHash)
    case entry(Entry, body: PieceBody)
    /// An older event that the receiver is entitled to since the position told before.
    case late(index: Int64, Entry, body: PieceBody)

    /// Whether it tells the next position of the log.
    var isOwn: Bool { if case .late = self { false } else { true } }

    var leaf: MerkleHash {
        switch self {
        case .withheld(let leaf): leaf
        case .entry(let entry, _), .late(_, let entry, _): entry.leafHash
        }
    }
}

/// The body of an entry in a piece.
package enum PieceBody: Sendable, Hashable {
    /// HPKE ciphertext and tag.
    case sealed([UInt8])
    /// An erasure destroyed it.
    case erased
}

extension PieceRecord {
    private enum Word: UInt8 {
        case withheld = 0x00
        case entry = 0x01
        case entryErased = 0x02
        case late = 0x11
        case lateErased = 0x12
    }

    init(reading reader: inout ByteReader) throws(PieceFlaw) {
        guard let word = Word(rawValue: try reader.byte()) else { throw .unknownWord }
        switch word {
        case .withheld: self = .withheld(try reader.hash())
        case .entry: self = .entry(try Self.entry(&reader), body: try Self.body(&reader))
        case .entryErased: self = .entry(try Self.entry(&reader), body: .erased)
        case .late:
            self = .late(index: try reader.size(), try Self.entry(&reader), body: try Self.body(&reader))
        case .lateErased: self = .late(index: try reader.size(), try Self.entry(&reader), body: .erased)
        }
    }

    func write(to writer: inout ByteWriter) {
        switch self {
        case .withheld(let leaf):
            writer.byte(Word.withheld.rawValue)
            writer.hash(leaf)
        case .entry(let entry, let body):
            writer.byte((body == .erased ? Word.entryErased : .entry).rawValue)
            Self.write(entry, body, to: &writer)
        case .late(let index, let entry, let body):
            writer.byte((body == .erased ? Word.lateErased : .late).rawValue)
            writer.size(index)
            Self.write(entry, body, to: &writer)
        }
    }

    private static func write(_ entry: Entry, _ body: PieceBody, to writer: inout ByteWriter) {
        writer.blob(entry.bytes, lengthBytes: 2)
        if case .sealed(let bytes) = body { writer.blob(bytes, lengthBytes: 4) }
    }

    private static func entry(_ reader: inout ByteReader) throws(PieceFlaw) -> Entry {
        let bytes = try reader.blob("entry", lengthBytes: 2, limit: Limits.entryBytes)
        do throws(EntryError) {
            return try Entry(parsing: Array(bytes))
        } catch {
            throw .entry(error)
        }
    }

    private static func body(_ reader: inout ByteReader) throws(PieceFlaw) -> PieceBody {
        .sealed(Array(try reader.blob("body", lengthBytes: 4, limit: ShippingLimits.sealedBytes)))
    }
}
