import Encodings
package import EventStore
package import Foundation

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
    case sealed(Data)
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

    /// - Parameter whole: what the reader reads, to share the sealed bodies with.
    init(reading reader: inout ByteReader, of whole: Data) throws(PieceFlaw) {
        guard let word = Word(rawValue: try reader.byte()) else { throw .unknownWord }
        switch word {
        case .withheld: self = .withheld(try reader.hash())
        case .entry: self = .entry(try Self.entry(&reader), body: try Self.body(&reader, whole))
        case .entryErased: self = .entry(try Self.entry(&reader), body: .erased)
        case .late:
            self = .late(index: try reader.size(), try Self.entry(&reader), body: try Self.body(&reader, whole))
        case .lateErased: self = .late(index: try reader.size(), try Self.entry(&reader), body: .erased)
        }
    }

    static func writeWithheld(_ leaf: MerkleHash, to writer: inout ByteWriter) {
        writer.byte(Word.withheld.rawValue)
        writer.hash(leaf)
    }

    /// - Parameters:
    ///   - place: of an older event; nil for the entry of the next position.
    ///   - sealed: its body; nil where it is erased.
    static func write(_ entry: Entry, at place: Int64?, sealed: Data?, to writer: inout ByteWriter) {
        if let place {
            writer.byte((sealed == nil ? Word.lateErased : .late).rawValue)
            writer.size(place)
        } else {
            writer.byte((sealed == nil ? Word.entryErased : .entry).rawValue)
        }
        writer.blob(entry.bytes, lengthBytes: 2)
        if let sealed { sealed.withUnsafeBytes { writer.blob($0, lengthBytes: 4) } }
    }

    private static func entry(_ reader: inout ByteReader) throws(PieceFlaw) -> Entry {
        let bytes = try reader.blob("entry", lengthBytes: 2, limit: Limits.entryBytes)
        do throws(EntryError) {
            return try Entry(parsing: Array(bytes))
        } catch {
            throw .entry(error)
        }
    }

    private static func body(_ reader: inout ByteReader, _ whole: Data) throws(PieceFlaw) -> PieceBody {
        .sealed(whole[try reader.blob("body", lengthBytes: 4, limit: ShippingLimits.sealedBytes).indices])
    }
}
