import Encodings
import EventStore
import GRDB
import Projections
import SharingModel
import Support
import Testing

@Suite struct ProjectionStoreTests {
    private static let emptyRoot = MerkleHash.emptyRoot.bytes
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func store(_ name: String) throws -> ProjectionStore {
        try ProjectionStore(path: folder.path(name), emptyRoot: Self.emptyRoot)
    }

    private func foreign(
        _ index: Int64, audience: [String] = ["ods:AAA"], subject: SubjectReference? = nil
    ) throws -> RecordedEvent {
        let envelope = Envelope(
            id: .random(), source: try AgencyID("ods:AAA"), site: "s", type: "org.example.thing",
            time: Instant(seconds: 1))
        return RecordedEvent(
            index: index, id: envelope.id, type: envelope.type, author: envelope.source, kid: "k",
            subject: subject, audience: audience, recorded: Instant(seconds: 1),
            event: SharingEvent(envelope: envelope, data: .foreign))
    }

    @Test func `a new store shows nothing of the log`() throws {
        #expect(try store("a").read { try $0.position() } == .init(size: 0, root: Self.emptyRoot))
    }

    @Test func `what a transaction applied is seen inside it, and by nobody when it fails`() throws {
        struct Stop: Error {}
        let store = try store("a")
        let event = try foreign(0)
        #expect(throws: Stop.self) {
            try store.write { writer in
                try writer.apply(event)
                #expect(try writer.reader.index(of: event.id) == 0)
                throw Stop()
            }
        }
        #expect(try store.read { try $0.index(of: event.id) } == nil)
    }

    @Test func `who may know of a person is written again after it was taken back, and once only otherwise`() throws {
        struct Stop: Error {}
        let store = try store("a")
        let person = SubjectReference(.random())
        let agencies = try ["ods:AAA", "ods:BBB"].map { try AgencyID($0) }
        func known() throws -> [Bool] {
            try store.read { reader in
                try agencies.map { try reader.mayReadAbout(person, .agency($0, asParty: false)) }
            }
        }
        #expect(throws: Stop.self) {
            try store.write { writer in
                try writer.apply(foreign(0, subject: person))
                throw Stop()
            }
        }
        #expect(throws: Stop.self) {
            try store.extend(limit: 100, more: { false }) { writer -> (Void, events: Int) in
                try writer.apply(foreign(0, subject: person))
                throw Stop()
            }
        }
        #expect(try known() == [false, false])
        try extend(store, 0, subject: person)
        #expect(try known() == [true, false])
        try store.write { try $0.apply(foreign(1, audience: ["ods:AAA", "ods:BBB"], subject: person)) }
        #expect(try known() == [true, true])
        try store.empty(root: Self.emptyRoot)
        #expect(try known() == [false, false])
        try extend(store, 0, subject: person)
        #expect(try known() == [true, false])
    }

    /// What another process sees of the file.
    private func committed(_ name: String) throws -> Int {
        try DatabaseQueue(path: folder.path(name)).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM event") ?? -1
        }
    }

    private func extend(
        _ store: ProjectionStore, _ index: Int64, subject: SubjectReference? = nil, limit: Int = 100, more: Bool = true
    ) throws {
        try store.extend(limit: limit, more: { more }) { writer in
            try writer.apply(foreign(index, subject: subject))
            return ((), events: 1)
        }
    }

    @Test func `batches that follow each other wait for one commit, and whoever reads has them all`() throws {
        let store = try store("a")
        for index in 0..<5 { try extend(store, Int64(index)) }
        #expect(try committed("a") == 0)
        #expect(try store.read { try $0.events(.everybody, .init(), from: 0, limit: 100) }.isEmpty)
        #expect(try store.read { try $0.events(.all, .init(), from: 0, limit: 100) }.count == 5)
        #expect(try committed("a") == 5)
    }

    @Test func `batches are committed when nothing follows them, at the limit, and when told to`() throws {
        let store = try store("a")
        try extend(store, 0)
        try extend(store, 1, more: false)
        #expect(try committed("a") == 2)
        for index in 2..<5 { try extend(store, Int64(index), limit: 3) }
        #expect(try committed("a") == 5)
        try extend(store, 5)
        #expect(try committed("a") == 5)
        try store.settle()
        #expect(try committed("a") == 6)
        // A transaction of its own comes behind what waits.
        try extend(store, 6)
        try store.write { try $0.apply(foreign(7)) }
        #expect(try committed("a") == 8)
    }

    @Test func `a batch that fails takes back those that wait with it, and nothing that was committed`() throws {
        struct Stop: Error {}
        let store = try store("a")
        try extend(store, 0, more: false)
        try extend(store, 1)
        #expect(throws: Stop.self) {
            try store.extend(limit: 100, more: { true }) { writer -> (Void, events: Int) in
                try writer.apply(foreign(2))
                #expect(try writer.reader.events(.all, .init(), from: 0, limit: 9).count == 3)
                throw Stop()
            }
        }
        #expect(try store.read { try $0.events(.all, .init(), from: 0, limit: 9) } == [0])
        // Drawn again, all is well.
        for index in 1..<4 { try extend(store, Int64(index), more: index < 3) }
        #expect(try committed("a") == 4)
    }

    @Test func `a page of events holds what the agency may read, in order`() throws {
        let store = try store("a")
        try store.write { writer in
            for index in 0..<40 {
                try writer.apply(
                    foreign(
                        Int64(index), audience: [["ods:AAA"], ["ods:BBB"], ["*"], ["ods:AAA", "ods:BBB"]][index % 4]))
            }
        }
        let agency = try AgencyID("ods:BBB")
        let all = try store.read { try $0.events(.agency(agency, asParty: false), .init(), from: 0, limit: 100) }
        #expect(all == (0..<40).filter { $0 % 4 != 0 })
        let page = try store.read { try $0.events(.agency(agency, asParty: true), .init(), from: 11, limit: 3) }
        #expect(page == [11, 13, 14])
        let filtered = try store.read {
            try $0.events(.agency(agency, asParty: false), .init(type: "org.example.other"), from: 0, limit: 100)
        }
        #expect(filtered.isEmpty)
        #expect(try store.read { try $0.events(.everybody, .init(), from: 0, limit: 100) }.count == 10)
    }

    @Test func `differences are named by table, key and column, and their number is told`() throws {
        let (one, other) = (try store("a"), try store("b"))
        let events = try (0..<30).map { try foreign(Int64($0)) }
        try one.write { writer in for event in events { try writer.apply(event) } }
        try other.write { writer in for event in events.dropLast(10) { try writer.apply(event) } }
        let found = try one.read { live in try other.read { try live.differences(from: $0, limit: 5) } }
        #expect(found.count == 20)
        #expect(found.shown.count == 5)
        #expect(found.shown.allSatisfy { $0.kind == .extra && $0.table == "event" })
        #expect(found.shown.first?.description == "event idx=20: extra; the log knows nothing of it")
    }

    @Test func `projections of another version are emptied for writing and refused for reading`() throws {
        do {
            let store = try store("a")
            try store.write { try $0.apply(foreign(0)) }
        }
        do {
            let file = try DatabaseQueue(path: folder.path("a"))
            try file.write { try $0.execute(sql: "UPDATE position SET version = 0") }
        }
        #expect(throws: ProjectionError.self) { try ProjectionStore(readingAt: folder.path("a")) }
        #expect(try store("a").read { try $0.events(.all, .init(), from: 0, limit: 9) }.isEmpty)
    }
}
