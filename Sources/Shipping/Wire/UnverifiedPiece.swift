import EventStore
import Foundation

/// A piece of a shipment as it came: it has the form of one, and nothing of it is believed yet. Nothing that writes accepts it.
package struct UnverifiedPiece: Sendable {
    package let header: PieceHeader
    package let records: [PieceRecord]
    /// At the end of what there is to tell.
    package let statement: UnverifiedAudienceStatement?
    /// The piece as it came.
    package let bytes: [UInt8]

    static let magic = Array("sharing shipment v1\n".utf8)
    /// The magic and a length in four bytes: what has to be read to know how long a piece is.
    package static let prefixBytes = 24

    /// How long the piece is that begins with these bytes, its prefix included.
    /// - Parameter prefix: `prefixBytes` bytes.
    /// - Throws: `PieceFlaw`, where it is longer than a piece may be too.
    package static func length(prefix: some Collection<UInt8>) throws(PieceFlaw) -> Int {
        guard prefix.starts(with: magic) else { throw prefix.count < magic.count ? .cutOff : .notAShipment }
        guard prefix.count >= prefixBytes else { throw .cutOff }
        let length = prefix.dropFirst(magic.count).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard length <= ShippingLimits.pieceBytes - prefixBytes else { throw .tooLarge("piece") }
        return prefixBytes + length
    }

    /// - Throws: `PieceFlaw` unless the bytes are one piece, in its one spelling.
    package init(parsing bytes: [UInt8]) throws(PieceFlaw) {
        guard bytes.count <= ShippingLimits.pieceBytes else { throw .tooLarge("piece") }
        let length = try Self.length(prefix: bytes.prefix(Self.prefixBytes))
        guard bytes.count >= length else { throw .cutOff }
        guard bytes.count == length else { throw .trailingBytes }
        var reader = ByteReader(bytes[Self.prefixBytes...])
        header = try PieceHeader(reading: &reader)
        let count = try reader.number(bytes: 4)
        guard count <= UInt64(ShippingLimits.pieceRecords) else { throw .tooLarge("number of records") }
        // Sealed bodies are shared with it, not copied.
        let whole = Data(bytes)
        var records: [PieceRecord] = []
        records.reserveCapacity(Int(count))
        var cursor = header.from
        var last: Int64 = -1
        for _ in 0..<count {
            let record = try PieceRecord(reading: &reader, of: whole)
            switch record {
            case .withheld, .entry:
                cursor = Cursor(size: cursor.size + 1, late: 0)
                last = -1
            case .late(let index, _, _):
                // Older than the position that brought it, each behind the one before.
                guard index < cursor.size - 1, index > last else { throw .disagrees("the order of late records") }
                cursor = Cursor(size: cursor.size, late: cursor.late + 1)
                last = index
            }
            records.append(record)
        }
        guard cursor == header.to else { throw .disagrees("the number of records") }
        self.records = records
        switch try reader.byte() {
        case 0: statement = nil
        case 1:
            let jws = try reader.blob("statement", lengthBytes: 4, limit: ShippingLimits.statementBytes)
            do throws(StatementError) {
                statement = try UnverifiedAudienceStatement(parsing: Array(jws))
            } catch {
                throw .statement(error)
            }
            guard header.to.size == header.checkpoint.checkpoint.size else { throw .disagrees("statement and size") }
        default: throw .unknownWord
        }
        guard reader.isAtEnd else { throw .trailingBytes }
        self.bytes = bytes
    }

    /// Writes a piece.
    /// - Parameter records: so many, as they are written.
    /// - Precondition: header and records agree, and are within the limits.
    static func write(
        _ header: PieceHeader, records: ByteWriter, count: Int, statement: [UInt8]?
    ) -> [UInt8] {
        var head = ByteWriter()
        header.write(to: &head)
        head.number(UInt64(count), bytes: 4)
        var tail = ByteWriter()
        tail.byte(statement == nil ? 0 : 1)
        if let statement { tail.blob(statement, lengthBytes: 4) }
        let length = head.count + records.count + tail.count
        var piece = ByteWriter(reservingBytes: prefixBytes + length)
        piece.raw(magic)
        piece.number(UInt64(length), bytes: 4)
        for part in [head, records, tail] { piece.raw(part.bytes) }
        return piece.bytes
    }
}
