import Encodings
import EventStore
import Support
import Testing

@testable import Shipping

/// A peer that lies, in every way that the post room has to find: each lie is refused, leaves its evidence, and takes nothing that was
/// verified before away.
@Suite struct LiarTests {
    let trust: ToySite
    let council: ToySite
    let receiving: Receiving

    init() throws {
        trust = try ToySite("trust.example")
        council = try ToySite("council.example")
        receiving = try Receiving(trust, at: council)
        try trust.host("ods:A", at: trust.origin)
        try trust.host("gss:B", at: council.origin)
        try trust.note(by: "ods:A", for: ["gss:B"], about: try trust.person("nhs:1"), secrets: ["open"])
        try receiving.catchUp()
    }

    /// Takes a lie.
    private func expect(
        _ kind: Evidence.Kind, stops: Bool = true, _ bytes: [UInt8], _ source: Evidence.Source = .line,
        now: Instant? = nil, at location: SourceLocation = #_sourceLocation
    ) throws {
        let before = receiving.replica.state
        let contents = try receiving.contents()
        let error = #expect(throws: PieceRefusal.self, sourceLocation: location) {
            try receiving.take(bytes, source, now: now)
        }
        #expect(error?.code == "peer-" + kind.rawValue, sourceLocation: location)
        #expect(error?.consequence == (stops ? .stop : .backOff), sourceLocation: location)
        let kept = try #require(try receiving.replica.evidence().last, sourceLocation: location)
        #expect(kept.evidence.kind == kind && kept.evidence.stops == stops, sourceLocation: location)
        #expect(!kept.evidence.material.isEmpty, sourceLocation: location)
        #expect((try receiving.replica.stop() != nil) == stops, sourceLocation: location)
        #expect(receiving.replica.state.cursor == before.cursor, sourceLocation: location)
        #expect(receiving.replica.state.statement == before.statement, sourceLocation: location)
        #expect(try receiving.contents() == contents, sourceLocation: location)
    }

    private func forgery() throws -> Forgery {
        trust.pass(seconds: 1)
        return try Forgery(try receiving.piece().bytes, opening: council.hpke)
    }

    private func send(_ forgery: Forgery) throws -> [UInt8] { try forgery.bytes(to: council.hpke.publicKey) }

    /// The writer of another copy of the origin.
    private func writer(_ site: ToySite) -> ShipmentWriter {
        ShipmentWriter(log: site.log, meaning: ToyMeaning(), siteKey: site.siteKey, receiver: council.origin)
    }

    @Test(arguments: [1, 2, 5])
    func `a fork is proved by what the peer signed, whatever the sizes`(ahead: Int) throws {
        let other = try ToySite(copying: trust)
        try trust.note(by: "ods:A", for: ["gss:B"])
        try receiving.catchUp()
        for _ in 0..<ahead { try other.note(by: "ods:A", for: ["gss:B"]) }
        other.pass(seconds: 5)
        try expect(.fork, try writer(other).piece(receiving.request, now: other.now).bytes)
        let material = try #require(try receiving.replica.evidence().last?.evidence.material)
        try ForkEvidence(json: try JSON.parse(material)).verified(by: trust.vkey)
    }

    @Test func `a fork that its peer does not prove is not proved away either`() throws {
        let other = try ToySite(copying: trust)
        try trust.note(by: "ods:A", for: ["gss:B"])
        try receiving.catchUp()
        for _ in 0..<3 { try other.note(by: "ods:A", for: ["gss:B"]) }
        var forgery = try Forgery(
            try writer(other).piece(receiving.request, now: other.now).bytes, opening: council.hpke)
        forgery.header = forgery.header.with(knownRoot: receiving.replica.state.checkpoint?.checkpoint.root)
        try expect(.unproved, try send(forgery))
    }

    @Test func `a peer that went back to an old backup is caught, by a piece or by its checkpoint alone`() throws {
        let old = try ToySite(copying: trust)
        let early = receiving.request
        try trust.note(by: "ods:A", for: ["gss:B"])
        try receiving.catchUp()
        #expect(throws: ShippingError.receiverIsAhead(size: 5)) {
            try writer(old).piece(receiving.request, now: old.now)
        }
        let error = #expect(throws: PieceRefusal.self) {
            try receiving.verifier().check(alone: old.log.head.checkpoint.note)
        }
        #expect(error?.code == "peer-rolled-back")
        try expect(.rolledBack, try writer(old).piece(early, now: old.now).bytes)
    }

    @Test func `an old shipment again is refused and freshens nothing; as a file it stops nothing`() throws {
        try trust.note(by: "ods:A", for: ["gss:B"])
        let old = try receiving.piece().bytes
        try receiving.take(old)
        let withdrawal = try trust.note(by: "ods:A", for: ["gss:B"])
        try receiving.catchUp()
        try expect(.rolledBack, stops: false, old, .file)
        try expect(.rolledBack, old)
        #expect(try receiving.contents()[withdrawal.id] != nil)
    }

    @Test func `an old audience statement again is refused`() throws {
        let first = try #require(receiving.replica.state.statement)
        trust.pass(seconds: 60)
        try receiving.take(try receiving.piece().bytes)
        var forgery = try forgery()
        forgery.statement = first.jws
        try expect(.replayedStatement, try send(forgery))
    }

    @Test func `older entries behind a statement that there are no more are refused`() throws {
        var lie = try forgery()
        let (entry, cursor) = (try trust.log.entry(at: 0), receiving.replica.state.cursor)
        let plain = try #require(try trust.log.body(at: 0).opened?.plain)
        lie.records = [(.late(index: 0, entry, body: .erased), plain)]
        lie.header = lie.header.with(to: Cursor(size: cursor.size, late: cursor.late + 1))
        lie.statement = nil
        try expect(.recordsDoNotFit, try send(lie))
    }

    @Test func `an entry from the future is refused, and comes when its time has come`() throws {
        try trust.note(by: "ods:A", for: ["gss:B"], about: try trust.person("nhs:1"), secrets: ["open"])
        var early = try forgery()
        early.statement = nil
        let bytes = try send(early)
        try expect(
            .ahead, stops: false, bytes, now: receiving.now.adding(seconds: -ShippingLimits.clockAheadSeconds - 60))
        try receiving.take(bytes)
    }

    @Test func `a log whose clock went back is not believed`() throws {
        try trust.note(by: "ods:A", for: ["gss:B"], about: try trust.person("nhs:1"), secrets: ["open"])
        let bytes = try receiving.piece().bytes
        var state = receiving.replica.state
        state.lastRecorded = receiving.now.adding(seconds: 60)
        let verifier = PieceVerifier(
            trust: receiving.trust, state: state, lookup: receiving.replica, source: .line, now: receiving.now)
        let error = #expect(throws: PieceRefusal.self) { try verifier.verify(try verifier.parse(bytes)) }
        #expect(error?.code == "peer-records-do-not-fit")
        // A replica that is opened again knows where the clock was.
        let before = receiving.replica.state.lastRecorded
        try receiving.restartReceiver()
        #expect(before != nil && receiving.replica.state.lastRecorded == before)
    }

    @Test func `an entry that the statement counts and that did not come is missed`() throws {
        try trust.note(by: "ods:A", for: ["gss:B"])
        var forgery = try forgery()
        forgery.withhold(0)
        try expect(.withheld, try send(forgery))
    }

    @Test func `what a decision released and nobody shipped is missed, though the statement agrees`() throws {
        let event = try trust.note(by: "ods:A", secrets: ["summary"])
        try trust.decide(event, to: "gss:B", permits: ["summary"])
        var forgery = try forgery()
        #expect(forgery.records.count == 3)
        forgery.records.removeLast()
        forgery.header = forgery.header.with(to: Cursor(size: forgery.header.to.size, late: 0))
        forgery.statement = try statement { _ in true }
        try expect(.withheld, try send(forgery))
    }

    @Test func `an entry that was kept back in silence is proved when it surfaces`() throws {
        let event = try trust.note(by: "ods:A", for: ["gss:B"])
        var forgery = try forgery()
        forgery.withhold(0)
        forgery.statement = try statement { $0 != event.index }
        try receiving.take(try send(forgery))
        let held = try #require(receiving.replica.state.statement)
        let entry = try trust.log.entry(at: event.index)
        let leaf = try #require(try receiving.replica.leaf(at: event.index))
        #expect(held.isRefuted(by: entry, at: event.index, leaf: leaf, shipped: false))
        #expect(!held.isRefuted(by: entry, at: event.index, leaf: leaf, shipped: true))
        #expect(!held.isRefuted(by: entry, at: event.index, leaf: .emptyRoot, shipped: false))
        #expect(!held.isRefuted(by: entry, at: held.statement.size, leaf: leaf, shipped: false))
    }

    /// A statement of the whole log that counts what came before and of the rest what it is told to.
    private func statement(
        size: Int64? = nil, asOf: Instant? = nil, key: SigningKey? = nil, receiver: String? = nil,
        counting counts: (Int64) -> Bool
    ) throws -> [UInt8] {
        var addressed = receiving.replica.state.addressed
        let head = trust.log.head
        for index in receiving.replica.state.cursor.size..<head.size {
            let entry = try trust.log.entry(at: index)
            if entry.audience.contains("gss:B"), counts(index) { addressed.insert(index, entry.leafHash) }
        }
        return try AudienceStatement(
            origin: trust.origin, receiver: receiver ?? council.origin, agencies: ["gss:B"], size: size ?? head.size,
            root: head.root, count: addressed.count, digest: addressed.digest(), asOf: asOf ?? trust.now,
            previous: receiving.replica.state.statement?.statement.digest
        ).signed(by: key ?? trust.siteKey)
    }

    @Test
    func
        `a statement by another key, for another site or of another size is forged, and one from the future no better`()
        throws
    {
        for forged in [
            try statement(key: .generate()) { _ in true }, try statement(receiver: "school.example") { _ in true },
            try statement(size: trust.log.head.size + 1) { _ in true },
        ] {
            var forgery = try forgery()
            forgery.statement = forged
            try expect(.forgedStatement, stops: false, try send(forgery))
        }
        var forgery = try forgery()
        forgery.statement = try statement(asOf: receiving.now.adding(seconds: 302)) { _ in true }
        try expect(.ahead, stops: false, try send(forgery))
    }

    @Test func `a newer statement that says less than an older one contradicts it, whoever brings it`() throws {
        var forgery = try forgery()
        forgery.statement = try AudienceStatement(
            origin: trust.origin, receiver: council.origin, agencies: [], size: trust.log.head.size,
            root: trust.log.head.root, count: 1, digest: Base64.url.encode([UInt8](repeating: 7, count: 32)),
            asOf: trust.now, previous: nil
        ).signed(by: trust.siteKey)
        try expect(.retractedStatement, try send(forgery), .file)
    }

    @Test func `bodies that change places are found`() throws {
        try trust.note(by: "ods:A", for: ["gss:B"])
        try trust.note(by: "ods:A", for: ["gss:B"])
        var forgery = try forgery()
        (forgery.records[0].plain, forgery.records[1].plain) = (forgery.records[1].plain, forgery.records[0].plain)
        try expect(.bodyDoesNotFit, try send(forgery))
    }

    @Test func `a body that is changed in any way is found`() throws {
        try trust.note(by: "ods:A", for: ["gss:B"], secrets: ["open"])
        let honest = try forgery()
        let plain = try #require(honest.records[0].plain)
        for place in stride(from: 0, to: plain.count, by: 61) {
            var forgery = honest
            forgery.records[0].plain?[place] ^= 1
            let bytes = try send(forgery)
            let error = #expect(throws: PieceRefusal.self) { try receiving.take(bytes) }
            #expect(error?.code == "peer-body-does-not-fit")
        }
    }

    @Test func `an author whose key is not valid there is not believed`() throws {
        try trust.revoke("ods:A")
        try trust.note(by: "ods:A", for: ["gss:B"])
        try expect(.authorNotProved, try receiving.piece().bytes)
    }

    @Test func `an entry that the tree has not is found`() throws {
        let event = try trust.note(by: "ods:A", for: ["gss:B"])
        try trust.note(by: "ods:A", for: ["gss:B"])
        var forgery = try forgery()
        forgery.records.swapAt(0, 1)
        try expect(.recordsDoNotFit, try send(forgery))
        let late = try trust.note(by: "ods:A", secrets: ["summary"])
        try trust.decide(late, to: "gss:B", permits: ["summary"])
        forgery = try self.forgery()
        let place = forgery.records.count - 1
        guard case .late(let index, _, let body) = forgery.records[place].record else {
            Issue.record("the last record is a late one")
            return
        }
        forgery.records[place].record = .late(index: index, try trust.log.entry(at: event.index), body: body)
        try expect(.recordsDoNotFit, try send(forgery))
    }

    @Test func `another log, another site's shipment, and a log of the same name under another key`() throws {
        let third = try ToySite("third.example")
        try third.host("gss:B", at: council.origin)
        let pieces = [
            try writer(third).piece(receiving.request.fresh, now: third.now).bytes,
            try ShipmentWriter(
                log: trust.log, meaning: ToyMeaning(), siteKey: trust.siteKey, receiver: "school.example"
            ).piece(receiving.request, now: trust.now).bytes,
        ]
        for piece in pieces { try expect(.otherLog, stops: false, piece) }
        let namesake = try ToySite("trust.example")
        for _ in 0..<4 { try namesake.note(by: namesake.author, for: ["*"]) }
        try expect(
            .forgedCheckpoint, stops: false,
            try writer(namesake).piece(receiving.request.fresh, now: namesake.now).bytes)
    }

    @Test func `a checkpoint key that has served its time signs no more`() throws {
        let old = try ToySite(copying: trust)
        try trust.rotate()
        receiving.restartOrigin()
        try receiving.catchUp()
        try receiving.catchUp()
        for _ in 0..<4 { try old.note(by: "ods:A", for: ["gss:B"]) }
        let request = ShipmentRequest(
            from: receiving.request.from, known: receiving.request.known, trusted: old.log.keys.current,
            recipientKey: council.hpke.publicKey, previous: nil)
        try expect(.endedKey, try writer(old).piece(request, now: old.now).bytes)
    }

    @Test func `what is sealed to another key does not open, and is asked for again`() throws {
        try trust.note(by: "ods:A", for: ["gss:B"])
        var request = receiving.request
        request.recipientKey = AgreementKey.generate().publicKey
        let error = #expect(throws: PieceRefusal.self) { try receiving.take(try receiving.piece(request).bytes) }
        #expect(error?.code == "shipment-key-unknown" && error?.consequence == .backOff)
        #expect(try receiving.kinds().isEmpty)
    }

    @Test func `whoever looked into it goes on, and what came before stays usable`() throws {
        try trust.note(by: "ods:A", for: ["gss:B"])
        var forgery = try forgery()
        forgery.withhold(0)
        try expect(.withheld, try send(forgery))
        try receiving.restartReceiver()
        #expect(try receiving.replica.stop()?.kind == .withheld)
        try receiving.replica.resume(reason: "their release was broken", now: receiving.now)
        #expect(try receiving.replica.stop() == nil)
        try receiving.catchUp()
        #expect(try receiving.contents() == trust.expected(at: council.origin))
        #expect(try receiving.kinds() == [.withheld])
    }

    @Test func `evidence of one kind does not fill the disk`() throws {
        let piece = [UInt8](repeating: 7, count: 1000)
        for _ in 0..<(ShippingLimits.evidenceOfOneKind + 3) {
            try receiving.replica.keep(
                Evidence(.malformed, found: trust.now, material: piece, detail: "x", stops: false))
        }
        let kept = try receiving.replica.evidence()
        #expect(kept.count == ShippingLimits.evidenceOfOneKind + 3)
        #expect(kept.filter { !$0.evidence.material.isEmpty }.count == ShippingLimits.evidenceOfOneKind)
    }
}

extension ShipmentRequest {
    /// The same for who has nothing.
    var fresh: ShipmentRequest {
        ShipmentRequest(from: .start, known: 0, trusted: nil, recipientKey: recipientKey, previous: nil)
    }
}
