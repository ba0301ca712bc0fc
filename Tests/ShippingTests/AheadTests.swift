import Encodings
import EventStore
import Shipping
import Support
import Testing

/// A piece that is verified before the one in front of it is committed.
@Suite struct AheadTests {
    private let trust: ToySite
    private let council: ToySite
    private let receiving: Receiving

    init() throws {
        trust = try ToySite("trust.example")
        council = try ToySite("council.example")
        try trust.host("ods:A", at: trust.origin)
        try trust.host("gss:B", at: council.origin)
        receiving = try Receiving(trust, at: council)
    }

    private func verified(_ request: ShipmentRequest, _ verifier: PieceVerifier) throws -> VerifiedPiece {
        let piece = try receiving.piece(request)
        return try verifier.verify(try verifier.parse(piece.bytes))
    }

    private func verifier(behind piece: VerifiedPiece, lookup: any ReplicaLookup) -> PieceVerifier {
        PieceVerifier(
            trust: receiving.trust, state: piece.next, lookup: lookup, source: .line, now: receiving.now)
    }

    @Test func `what it holds against the piece before it is there, committed or not`() throws {
        let event = try trust.note(by: "ods:A", secrets: ["summary"])
        let first = try verified(receiving.request, receiving.verifier())
        trust.pass(seconds: 1)
        // An older event comes with it, of which the piece before told the leaf hash.
        try trust.decide(event, to: "gss:B", permits: ["summary"])
        let request = first.next.request(sealedTo: council.hpke.publicKey)
        let lookup = LookupBehind(first, receiving.replica)
        let ahead = verifier(behind: first, lookup: lookup)
        #expect(try lookup.places(of: first.arrivals.map(\.entry.id)).count == first.arrivals.count)
        let second = try verified(request, ahead)
        #expect(second.arrivals.contains { $0.isLate && $0.entry.id == event.id })
        // Without the piece before it nothing is known of that position.
        let unaware = verifier(behind: first, lookup: receiving.replica)
        #expect(throws: PieceRefusal.self) { try verified(request, unaware) }
        #expect(throws: ReplicaError.stale) { try receiving.replica.commit(second, now: receiving.now) }
        try receiving.replica.commit(first, now: receiving.now)
        // The same once the piece before it is there twice.
        #expect(try lookup.leaf(at: event.index) == receiving.replica.leaf(at: event.index))
        #expect(try verified(request, ahead).arrivals.map(\.index) == second.arrivals.map(\.index))
        try receiving.replica.commit(second, now: receiving.now)
        #expect(try receiving.contents()[event.id] == ["summary"])
        let state = receiving.replica.state
        try receiving.restartReceiver()
        #expect(receiving.replica.state.cursor == state.cursor)
        #expect(receiving.replica.state.addressed.count == state.addressed.count)
    }

    @Test func `it is committed on the state that it was verified against, and on no other`() throws {
        try receiving.catchUp()
        trust.pass(seconds: 1)
        let early = try verified(receiving.request, receiving.verifier())
        trust.pass(seconds: 1)
        let late = try verified(receiving.request, receiving.verifier())
        try receiving.replica.commit(late, now: receiving.now)
        // Both say only when they were made: the older must not replace the newer.
        #expect(throws: ReplicaError.stale) { try receiving.replica.commit(early, now: receiving.now) }
        #expect(receiving.replica.state.statement?.statement.asOf == late.statement?.statement.asOf)
    }
}
