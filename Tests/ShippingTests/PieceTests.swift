import Encodings
import EventStore
import Support
import Testing

@testable import Shipping

/// The bytes of a piece: one spelling, and limits that are looked at before memory is taken.
@Suite struct PieceTests {
    private static func piece() throws -> [UInt8] {
        let trust = try ToySite("trust.example")
        let council = try ToySite("council.example")
        try trust.host("ods:A", at: trust.origin)
        try trust.host("gss:B", at: council.origin)
        let event = try trust.note(by: "ods:A", secrets: ["summary"])
        try trust.decide(event, to: "gss:B", permits: ["summary"])
        return try Receiving(trust, at: council).piece().bytes
    }

    @Test func `a piece is written as it is read`() throws {
        let bytes = try Self.piece()
        let piece = try UnverifiedPiece(parsing: bytes)
        #expect(
            UnverifiedPiece.write(piece.header, piece.records, statement: piece.statement?.jwsBytes) == bytes)
        #expect(piece.records.map(\.isOwn) == [true, true, true, true, true, false])
    }

    @Test func `it is as long as it says`() throws {
        let bytes = try Self.piece()
        #expect(try UnverifiedPiece.length(prefix: bytes.prefix(UnverifiedPiece.prefixBytes)) == bytes.count)
        for count in 0..<UnverifiedPiece.prefixBytes {
            #expect(throws: PieceFlaw.cutOff) { try UnverifiedPiece.length(prefix: bytes.prefix(count)) }
        }
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: PieceFlaw.self) { try UnverifiedPiece(parsing: Array(bytes.prefix(count))) }
        }
        #expect(throws: PieceFlaw.trailingBytes) { try UnverifiedPiece(parsing: bytes + [0]) }
    }

    @Test func `no byte can be changed into another spelling of the same`() throws {
        let bytes = try Self.piece()
        var random = SeededGenerator(seed: 11)
        for _ in 0..<3000 {
            var changed = bytes
            let place = Int.random(in: 0..<bytes.count, using: &random)
            changed[place] ^= UInt8.random(in: 1...255, using: &random)
            guard let piece = try? UnverifiedPiece(parsing: changed) else { continue }
            let written = UnverifiedPiece.write(piece.header, piece.records, statement: piece.statement?.jwsBytes)
            #expect(written == changed, "byte \(place)")
        }
    }

    @Test func `bombs are refused by their length alone`() throws {
        let magic = UnverifiedPiece.magic
        #expect(throws: PieceFlaw.tooLarge("piece")) {
            try UnverifiedPiece.length(prefix: magic + [0xFF, 0xFF, 0xFF, 0xFF])
        }
        #expect(throws: PieceFlaw.tooLarge("piece")) {
            try UnverifiedPiece(parsing: [UInt8](repeating: 0, count: ShippingLimits.pieceBytes + 1))
        }
        let bytes = try Self.piece()
        let piece = try UnverifiedPiece(parsing: bytes)
        var header = ByteWriter()
        piece.header.write(to: &header)
        let records = UnverifiedPiece.prefixBytes + header.count
        for (place, lies, flaw) in [
            (records, [0xFF, 0xFF, 0xFF, 0xFF], PieceFlaw.tooLarge("number of records")),
            // The first record is an entry; its length, and then that of its body.
            (records + 5, [0xFF, 0xFF], PieceFlaw.cutOff),
        ] as [(Int, [UInt8], PieceFlaw)] {
            var bomb = bytes
            bomb.replaceSubrange(place..<(place + lies.count), with: lies)
            #expect(throws: flaw) { try UnverifiedPiece(parsing: bomb) }
        }
        guard case .entry(let entry, _) = piece.records[0] else {
            Issue.record("the founding is for everybody")
            return
        }
        var bomb = bytes
        let body = records + 7 + entry.bytes.count
        bomb.replaceSubrange(body..<(body + 4), with: [0x7F, 0xFF, 0xFF, 0xFF])
        #expect(throws: PieceFlaw.tooLarge("body")) { try UnverifiedPiece(parsing: bomb) }
    }

    @Test func `records that do not go from where to where the head says are refused`() throws {
        let piece = try UnverifiedPiece(parsing: try Self.piece())
        func parse(_ header: PieceHeader, _ records: [PieceRecord], statement: [UInt8]? = nil) throws {
            _ = try UnverifiedPiece(parsing: UnverifiedPiece.write(header, records, statement: statement))
        }
        #expect(throws: PieceFlaw.disagrees("the number of records")) { try parse(piece.header, []) }
        #expect(throws: PieceFlaw.disagrees("the number of records")) {
            try parse(piece.header, Array(piece.records.dropLast()))
        }
        #expect(throws: PieceFlaw.disagrees("the order of late records")) {
            try parse(piece.header, piece.records + [piece.records[5]])
        }
        #expect(throws: PieceFlaw.disagrees("positions and checkpoint")) {
            try parse(piece.header.with(to: Cursor(size: 99, late: 0)), piece.records)
        }
        #expect(throws: PieceFlaw.disagrees("statement and size")) {
            try parse(
                piece.header.with(to: Cursor(size: 2, late: 0)), Array(piece.records.prefix(2)),
                statement: piece.statement?.jwsBytes)
        }
        #expect(throws: PieceFlaw.statement(.malformed)) {
            try parse(piece.header, piece.records, statement: Array("not.a.statement".utf8))
        }
    }

    @Test(arguments: [("0", 0, 0), ("17", 17, 0), ("17.3", 17, 3)])
    func `a cursor has one spelling`(text: String, size: Int64, late: Int64) {
        #expect(Cursor(text) == Cursor(size: size, late: late))
        #expect(Cursor(size: size, late: late).description == text)
    }

    @Test(arguments: ["", "-1", "01", "1.0", "1.", ".1", "1.2.3", "+1", "1.-1", "9223372036854775808"])
    func `nothing else is one`(text: String) { #expect(Cursor(text) == nil) }
}
