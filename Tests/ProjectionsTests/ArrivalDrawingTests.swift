import Encodings
import EventStore
import Projections
import SharingModel
import Support
import Testing

/// What cannot be drawn beside what is here is taken back, whole, and nothing else with it: in the file that a daemon has, and in one that is
/// drawn aside.
@Suite struct ArrivalDrawingTests {
    private let folder: TemporaryFolder
    private let subject = SubjectReference(UniqueID.random())

    init() throws { folder = try TemporaryFolder() }

    private func store(_ name: String, aside: Bool = false) throws -> ProjectionStore {
        let empty = MerkleHash.emptyRoot.bytes
        if aside { return try ProjectionStore(drawingAt: folder.path(name), emptyRoot: empty) }
        return try ProjectionStore(path: folder.path(name), emptyRoot: empty)
    }

    /// An event of a peer about somebody. One with an agency twice in its audience cannot be drawn, as its second row shows.
    private func arrival(_ index: Int64, audience: [String] = ["ods:AAA", "ods:BBB"]) throws -> RecordedEvent {
        let envelope = Envelope(
            id: .random(), source: try AgencyID("ods:AAA"), site: "peer.test", type: "org.example.thing",
            time: Instant(seconds: 1))
        return RecordedEvent(
            index: index, id: envelope.id, type: envelope.type, author: envelope.source, kid: "k", subject: subject,
            audience: audience, recorded: Instant(seconds: 1), event: SharingEvent(envelope: envelope, data: .foreign),
            arrival: RecordedEvent.Arrival(peer: "peer.test", vkey: "v", position: index, broughtAt: 0))
    }

    private func differences(_ store: ProjectionStore, _ other: ProjectionStore) throws -> [ProjectionDifference] {
        try store.read { reader in try other.read { try reader.differences(from: $0, limit: 10).shown } }
    }

    @Test(arguments: [false, true])
    func `one event of many that cannot be drawn takes all of them back, and alone only itself`(aside: Bool) throws {
        let (store, expected) = (try store("a", aside: aside), try store("b"))
        try store.keepJournal()
        let good = try [1, 2, 3].map { try arrival($0) }
        let bad = try arrival(2, audience: ["ods:CCC", "ods:CCC"])
        let before = try self.store("c")
        try store.write { writer in
            let isDrawn = try writer.together(broughtAt: 0) {
                for event in [good[0], bad, good[1]] { _ = try writer.take(event, isAlone: false) }
                return 3
            }
            #expect(!isDrawn)
        }
        #expect(try differences(store, before).isEmpty)
        try store.write { writer in
            let taken = try [good[0], bad].map { try writer.take($0) }
            let isDrawn = try writer.together(broughtAt: 0) {
                Int64(try good[1...].filter { try writer.take($0, isAlone: false) }.count)
            }
            #expect(taken == [true, false] && isDrawn)
        }
        try expected.write { writer in for event in good { _ = try writer.take(event) } }
        #expect(try differences(store, expected).isEmpty)
        #expect(try expected.read { try $0.index(of: good[2].id) } == 3)
    }

    @Test func `without a journal nothing is drawn that may have to be taken back`() throws {
        let store = try store("a", aside: true)
        let event = try arrival(1)
        #expect(!store.canTakeBack)
        #expect(throws: ProjectionError.self) { try store.write { try $0.take(event) } }
        #expect(throws: ProjectionError.self) { try store.write { try $0.together(broughtAt: 0) { 0 } } }
        try store.keepJournal()
        #expect(try store.write { try $0.take(event) })
    }
}
