import Encodings
import EventStore
import Support
import Testing

@testable import Shipping

/// Two sites, a line without faults.
@Suite struct ExchangeTests {
    let trust: ToySite
    let council: ToySite
    let receiving: Receiving

    init() throws {
        trust = try ToySite("trust.example")
        council = try ToySite("council.example/site")
        receiving = try Receiving(trust, at: council)
        try trust.host("ods:A", at: trust.origin)
        try trust.host("gss:B", at: council.origin)
        try trust.host("urn:C", at: "school.example")
    }

    @Test func `an entry goes to whom its audience names, whole, and to nobody else`() throws {
        let named = try trust.note(by: "ods:A", for: ["gss:B"], about: try trust.person("nhs:1"), secrets: ["open"])
        let other = try trust.note(by: "ods:A", for: ["urn:C"], secrets: ["open"])
        try receiving.catchUp()
        let contents = try receiving.contents()
        #expect(contents[named.id] == ["open"])
        #expect(contents[other.id] == nil)
        #expect(contents == trust.expected(at: council.origin))
        let state = receiving.replica.state
        #expect(state.cursor.size == trust.log.head.size)
        #expect(state.edge.root == trust.log.head.root)
        #expect(state.isComplete)
        #expect(try receiving.replica.leaf(at: other.index) != nil)
    }

    @Test func `a release brings the older event then, with the items released and no other`() throws {
        let person = try trust.person("nhs:1")
        let event = try trust.note(by: "ods:A", about: person, secrets: ["summary", "mental", "contact"])
        try receiving.catchUp()
        #expect(try receiving.contents()[event.id] == nil)
        try trust.decide(event, to: "gss:B", permits: ["summary"])
        try receiving.catchUp()
        #expect(try receiving.contents()[event.id] == ["summary"])
        try trust.decide(event, to: "gss:B", permits: ["contact", "absent"])
        try trust.decide(event, to: "urn:C", permits: ["mental"])
        try receiving.catchUp()
        #expect(try receiving.contents()[event.id] == ["contact", "summary"])
        #expect(try receiving.contents() == trust.expected(at: council.origin))
    }

    @Test func `an agency that is hosted somewhere later brings what named it before`() throws {
        let early = try trust.note(by: "ods:A", for: ["ukprn:D"], secrets: ["open", "mental"])
        try receiving.catchUp()
        #expect(try receiving.contents()[early.id] == nil)
        try trust.host("ukprn:D", at: council.origin)
        try receiving.catchUp()
        #expect(try receiving.contents()[early.id] == ["open"])
        #expect(receiving.replica.state.statement?.statement.agencies == ["gss:B", "ukprn:D"])
    }

    @Test(arguments: [true, false])
    func `what one position brings is known together, in whichever order it stands in the log`(isNotedLast: Bool) throws
    {
        let fact = try trust.note(by: "ods:A", secrets: ["summary", "mental"])
        func note() throws -> ToySite.Written {
            try trust.note(by: "ods:A", for: ["ukprn:D"], secrets: ["reason", "mental"], fact: fact.id)
        }
        let early = isNotedLast ? nil : try note()
        try trust.decide(fact, to: "ukprn:D", permits: ["summary"])
        let resting = try early ?? note()
        try receiving.catchUp()
        #expect(try receiving.contents()[resting.id] == nil)
        try trust.host("ukprn:D", at: council.origin)
        try receiving.catchUp()
        #expect(try receiving.contents()[fact.id] == ["summary"])
        #expect(try receiving.contents()[resting.id] == ["reason"])
        #expect(try receiving.contents() == trust.expected(at: council.origin))
    }

    @Test func `a large log comes in pieces, and goes on from where it stands`() throws {
        for number in 0..<30 {
            try trust.note(by: "ods:A", for: number % 3 != 0 ? ["gss:B"] : [], secrets: ["open"], padding: 300_000)
        }
        let first = try receiving.take(try receiving.piece().bytes)
        #expect(first.statement == nil)
        let stands = receiving.replica.state.cursor
        #expect(stands.size > 0 && stands.size < trust.log.head.size)
        try receiving.restartReceiver()
        receiving.restartOrigin()
        #expect(receiving.replica.state.cursor == stands)
        #expect(receiving.replica.state.edge.root == first.next.edge.root)
        try receiving.catchUp()
        #expect(try receiving.contents() == trust.expected(at: council.origin))
        // Nothing twice: each event came once.
        #expect(Set(receiving.opened.map(\.index)).count == receiving.opened.count)
    }

    @Test func `an empty poll tells that nothing is new, and freshens what is known`() throws {
        try receiving.catchUp()
        let before = try #require(receiving.replica.state.statement)
        trust.pass(seconds: 60)
        let piece = try receiving.take(try receiving.piece().bytes)
        #expect(!piece.tellsSomething && piece.following == .directly)
        let after = try #require(receiving.replica.state.statement)
        #expect(after.statement.asOf > before.statement.asOf)
        #expect(after.statement.ageSeconds(at: trust.now.adding(seconds: 61)) == 61)
    }

    @Test func `a new checkpoint key is followed, and a key from the middle can be pinned`() throws {
        try trust.note(by: "ods:A", for: ["gss:B"])
        try receiving.catchUp()
        try trust.rotate()
        try trust.note(by: "ods:A", for: ["gss:B"])
        receiving.restartOrigin()
        try receiving.catchUp()
        while !receiving.replica.state.isComplete || receiving.replica.state.cursor.size < trust.log.head.size {
            try receiving.catchUp()
        }
        #expect(receiving.replica.state.keys.current == trust.log.keys.current)
        try receiving.restartReceiver()
        #expect(receiving.replica.state.keys.current == trust.log.keys.current)
        let late = try Receiving(trust, at: council, name: "late", key: trust.log.keys.current)
        try late.catchUp()
        #expect(try late.contents() == trust.expected(at: council.origin))
    }

    @Test func `an erasure here destroys what came about a person, and nothing else`() throws {
        let (one, two) = (try trust.person("nhs:1"), try trust.person("nhs:2"))
        let first = try trust.note(by: "ods:A", for: ["gss:B"], about: one)
        let second = try trust.note(by: "ods:A", for: ["gss:B"], about: two)
        try receiving.catchUp()
        #expect(try receiving.replica.erase(one) == 1)
        #expect(try receiving.contents()[first.id] == nil)
        #expect(try receiving.contents()[second.id] == [])
        try receiving.restartReceiver()
        #expect(try receiving.contents()[first.id] == nil)
    }

    @Test func `a file tells the same as a line, byte for byte`() throws {
        let person = try trust.person("nhs:1")
        let event = try trust.note(by: "ods:A", about: person, secrets: ["summary", "mental"])
        try trust.decide(event, to: "gss:B", permits: ["summary"])
        for _ in 0..<300 { try trust.note(by: "ods:A", for: ["gss:B"]) }
        try receiving.catchUp()
        let other = try Receiving(trust, at: council, name: "file")
        try other.take(try other.piece().bytes, .file)
        let (line, file) = (receiving.replica, other.replica)
        #expect(line.state.edge.root == file.state.edge.root && line.state.cursor == file.state.cursor)
        let (left, right) = (
            try line.events(from: 0, below: .max, limit: 1000), try file.events(from: 0, below: .max, limit: 1000)
        )
        #expect(left.map(\.entry.bytes) == right.map(\.entry.bytes))
        #expect(left.map { $0.body.opened?.plain } == right.map { $0.body.opened?.plain })
        // The same again changes nothing, and is no fault.
        let again = try other.piece(
            ShipmentRequest(
                from: .start, known: 0, trusted: trust.vkey, recipientKey: council.hpke.publicKey, previous: nil))
        #expect(throws: PieceRefusal.self) { try other.take(again.bytes, .file) }
        #expect(try other.kinds().isEmpty)
    }

    @Test func `a witness's proof can be made of what came`() throws {
        for _ in 0..<300 { try trust.note(by: "ods:A", for: []) }
        try receiving.catchUp()
        for (old, new) in [(1, 303), (255, 256), (256, 304), (300, 304), (7, 7)] as [(Int64, Int64)] {
            #expect(
                try receiving.replica.consistencyProof(from: old, to: new)
                    == trust.log.consistencyProof(from: old, to: new))
        }
    }

    @Test func `cosignatures travel with the checkpoint, and a policy is waited for`() throws {
        let cosigner = try Cosignature(name: "witness.example", key: .generate())
        receiving.policy = try TlogPolicy(
            parsing: Array("witness w \(cosigner.verifierKey)\nquorum w\n".utf8))
        let error = #expect(throws: PieceRefusal.self) { try receiving.take(try receiving.piece().bytes) }
        #expect(error?.code == "policy-no-quorum" && error?.consequence == .backOff)
        let head = trust.log.head.checkpoint
        let shown = head.adding(try cosigner.sign(head.checkpoint.text, time: 1_795_348_900))
        try receiving.take(try receiving.writer.piece(receiving.request, shown: shown, now: trust.now).bytes)
        #expect(receiving.replica.state.isComplete)
        #expect(receiving.replica.state.checkpoint?.note == shown.note)
    }
}
