import Encodings
import EventStore
import Locking
import Projections
import SharingModel
import SharingService
import SiteSupport
import Support
import Testing

/// What somebody gets who follows the log: everything it may see, each once, in an order that does not depend on when it looked.
@Suite struct StreamTests {
    private struct Row: Hashable {
        let position: String
        let event: String
    }

    /// Reads on until there is nothing more for now.
    private func follow(_ site: Site, _ reader: Reader, from position: inout StreamPosition) throws -> [Row] {
        var rows: [Row] = []
        while true {
            let page = try site.desk.stream(for: reader, after: position)
            rows += page.rows.map {
                Row(position: $0.position.description, event: String(decoding: $0.event, as: UTF8.self))
            }
            position = page.reached
            if !page.isFull { return rows }
        }
    }

    private func all(_ site: Site, _ reader: Reader) throws -> [Row] {
        var position = StreamPosition(before: 0)
        return try follow(site, reader, from: &position)
    }

    private func readers(_ partnership: Partnership) throws -> [Reader] {
        var readers: [Reader] = []
        for agency in [partnership.trust, partnership.council, partnership.school] {
            readers += [try agency.reader(), try agency.reader([.agency, .igLead])]
        }
        let siteAuthor = try AgencyID(TestSite.siteAuthor)
        return readers + [
            Reader(agency: siteAuthor, roles: [.operator]), Reader(agency: siteAuthor, roles: [.auditor]),
        ]
    }

    /// One of the things that happen between agencies.
    private func happen(
        _ partnership: Partnership, _ consents: inout [UniqueID], using generator: inout SeededGenerator
    ) async throws {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: consents.append(try await partnership.consent().id)
        case 1: if let consent = consents.popLast() { try await partnership.withdraw(consent) }
        case 2: try await partnership.ask(["identity", "health.mental"])
        case 3: try await partnership.refer()
        case 4:
            try await partnership.test.post(
                "subject.described", by: partnership.trust, subject: Partnership.person,
                .object(["birthDate": "2010-05-04", "source": "x"]))
        default:
            try await partnership.test.register(
                TestAgency("org:test:\(consents.count)-\(UniqueID.random().description.prefix(8))", "voluntary"))
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `history and what comes are one sequence, wherever it is cut`(_ seed: UInt64) async throws {
        let partnership = try await Partnership()
        let site = partnership.test.site
        var generator = SeededGenerator(seed: seed)
        let readers = try readers(partnership)
        var places = readers.map { _ in StreamPosition(before: 0) }
        var live: [[Row]] = readers.map { _ in [] }
        var consents: [UniqueID] = []
        for _ in 0..<40 {
            try await happen(partnership, &consents, using: &generator)
            // Some look after each event, some seldom, some come back with nothing but the last id.
            for number in readers.indices where Bool.random(using: &generator) {
                live[number] += try follow(site, readers[number], from: &places[number])
                if Bool.random(using: &generator), let last = live[number].last {
                    places[number] = try #require(StreamPosition(last.position))
                }
            }
        }
        for (number, reader) in readers.enumerated() {
            live[number] += try follow(site, reader, from: &places[number])
            let page = try site.desk.events(for: reader, .init(), Page(limit: 1000))
            let listed = (page["events"]?.array ?? []).map(\.text)
            // Compared outside: what differs would be megabytes of text.
            let isList = live[number].map(\.event) == listed
            let isOneSequence = live[number] == (try all(site, reader))
            #expect(isList)
            #expect(isOneSequence)
        }
    }

    @Test func `what a later decision releases comes behind it, once, whenever one looks`() async throws {
        let partnership = try await Partnership()
        let (test, site) = (partnership.test, partnership.test.site)
        let police = TestAgency("org:police:merseyside", "police")
        try await test.register(police)
        let reader = try police.reader()
        var position = try site.desk.streamEnd()
        let referral = try await partnership.refer()
        #expect(try follow(site, reader, from: &position).isEmpty)
        try await partnership.step("received", referral.id, by: partnership.council)
        let redirect = try await test.post(
            "referral.redirected", by: partnership.council, subject: Partnership.person,
            .object([
                "referral": .string(referral.id.description), "actor": Partnership.actor("social-worker"),
                "reason": "theirs", "to": .string(police.id),
            ]))
        #expect(redirect.outcome == "permitted")
        let decision = try #require(redirect.follows.first)
        let live = try follow(site, reader, from: &position)
        #expect(live.map(\.position) == ["\(decision.index)", "\(decision.index)/\(referral.index)"])
        #expect(live.last?.event.contains(#""index":\#(referral.index),"#) == true)
        #expect(try all(site, reader).suffix(2) == live.suffix(2))
        #expect(try !all(site, reader).contains { $0.position == "\(referral.index)" })
        // Cut between the two, nothing is lost and nothing comes twice.
        var between = try #require(StreamPosition("\(decision.index)"))
        #expect(try follow(site, reader, from: &between) == [live[1]])
        var behind = try #require(StreamPosition("\(decision.index)/\(referral.index)"))
        #expect(try follow(site, reader, from: &behind).isEmpty)
        // The first recipient got it in its place.
        let council = try all(site, partnership.council.reader())
        #expect(council.count { $0.event.contains(#""index":\#(referral.index),"#) } == 1)
        #expect(council.contains { $0.position == "\(referral.index)" })
    }

    @Test func `a page of a stream is bounded, and the rest comes with the next`() async throws {
        let partnership = try await Partnership()
        for number in 0..<70 {
            try await partnership.test.post(
                "subject.described", by: partnership.trust, subject: Partnership.person,
                .object(["birthDate": "2010-05-04", "source": .string("letter \(number)")]))
        }
        let reader = try partnership.trust.reader()
        let page = try partnership.test.site.desk.stream(for: reader, after: StreamPosition(before: 0))
        #expect(page.isFull)
        #expect(page.rows.count == 64)
        #expect(try all(partnership.test.site, reader).count > 70)
    }

    @Test func `a place beyond the log is refused, because that is another log`() async throws {
        let partnership = try await Partnership()
        let desk = partnership.test.site.desk
        let size = partnership.test.site.head.size
        try desk.check(StreamPosition(before: size))
        #expect(throws: Rejection.self) { try desk.check(StreamPosition(before: size + 1)) }
    }

    @Test(arguments: [
        ("0", "0"), ("7/0", "7/0"), ("100", "100"), ("100/50", "100/50"), ("", nil), ("-1", nil), ("1/", nil),
        ("/1", nil),
        ("1/1", nil),
        ("1/2/0", nil), ("+1", nil), ("１", nil), ("99999999999999999999", nil),
    ])
    func `a place reads as it was written, and nothing else does`(_ text: String, _ written: String?) {
        #expect(StreamPosition(text)?.description == written)
    }

    @Test func `the place before the first event is none that could be shown`() {
        #expect(!StreamPosition(before: 0).hasPredecessor)
        #expect(StreamPosition(before: 0).description == "-1")
        #expect(StreamPosition("-1") == nil)
        #expect(StreamPosition(before: 8).description == "7")
    }

    // MARK: - Being told

    /// What is said to a subscription now: a beat is said to all, so that nobody has to wait for silence.
    private func heard(_ subscription: Subscription, _ subscribers: Subscribers) async -> Calls {
        subscribers.beat()
        return await subscription.next()
    }

    @Test func `only those are woken whom something recorded names`() async throws {
        let partnership = try await Partnership()
        let site = partnership.test.site
        func subscription(_ reader: Reader) throws -> Subscription { try site.subscribers.subscribe(reader) {} }
        let trust = try subscription(partnership.trust.reader())
        let council = try subscription(partnership.council.reader())
        let school = try subscription(partnership.school.reader())
        let administrator = try subscription(Reader(agency: try AgencyID(TestSite.siteAuthor), roles: [.operator]))
        let auditor = try subscription(Reader(agency: try AgencyID(TestSite.siteAuthor), roles: [.auditor]))
        func woken() async -> [Bool] {
            var woken: [Bool] = []
            for subscription in [trust, council, school, administrator, auditor] {
                woken.append(await heard(subscription, site.subscribers).isWoken)
            }
            return woken
        }
        #expect(await woken() == [false, false, false, false, false])
        try await partnership.consent()
        #expect(await woken() == [true, true, false, false, true])
        try await partnership.refer()
        #expect(await woken() == [false, true, true, false, true])
        try await partnership.test.register(TestAgency("org:test:1", "voluntary"))
        #expect(await woken() == [true, true, true, true, true])
    }

    @Test func `a reader whose key is revoked, or whose agency ends, may not stay`() async throws {
        let partnership = try await Partnership()
        let (test, site) = (partnership.test, partnership.test.site)
        func reader(_ agency: TestAgency) throws -> Reader {
            let token = try BearerToken.sign(
                issuer: agency.id, audience: TestSite.origin, tokenID: "t", issued: test.clock.now, key: agency.key)
            return try site.frontDesk.authenticate(Array(token.utf8), now: test.clock.now)
        }
        let (council, school) = (try reader(partnership.council), try reader(partnership.school))
        let subscription = try site.subscribers.subscribe(council) {}
        #expect(site.dismissal(of: council) == nil)
        try await test.administer(
            "key.revoked",
            .object([
                "kid": .text(partnership.council.key.publicKey.thumbprint),
                "since": .text(test.clock.now), "reason": "lost",
            ]))
        #expect(await heard(subscription, site.subscribers).isWoken)
        #expect(site.dismissal(of: council)?.code == "key-revoked")
        #expect(site.dismissal(of: school) == nil)
        try await test.administer(
            "agency.ended", .object(["agency": .string(partnership.school.id), "reason": "closed"]))
        #expect(site.dismissal(of: school)?.code == "agency-ended")
    }

    @Test func `there are so many places and no more; one that is let go is free again`() throws {
        let subscribers = Subscribers(limit: 2)
        let reader = Reader(agency: try AgencyID("ods:RBS25"), roles: [.agency])
        let first = try subscribers.subscribe(reader) {}
        var second: Subscription? = try subscribers.subscribe(reader) {}
        #expect(throws: Rejection.self) { try subscribers.subscribe(reader) {} }
        #expect(subscribers.count == 2)
        second = nil
        #expect(second == nil)
        let third = try subscribers.subscribe(reader) {}
        #expect(subscribers.count == 2)
        withExtendedLifetime((first, third)) {}
    }

    @Test func `a client that takes nothing for two heartbeats is dropped, and one that reads is not`() throws {
        let subscribers = Subscribers(limit: 8)
        let reader = Reader(agency: try AgencyID("ods:RBS25"), roles: [.agency])
        let dropped = Locked<[String]>([])
        let slow = try subscribers.subscribe(reader) { dropped.withLock { $0.append("slow") } }
        let quick = try subscribers.subscribe(reader) { dropped.withLock { $0.append("quick") } }
        slow.beginWriting()
        quick.beginWriting()
        subscribers.beat()
        quick.endWriting()
        quick.beginWriting()
        #expect(dropped.withLock { $0 }.isEmpty)
        subscribers.beat()
        #expect(dropped.withLock { $0 } == ["slow"])
    }

    @Test func `when the site ends, everybody is told, and nobody comes in`() async throws {
        let subscribers = Subscribers(limit: 8)
        let reader = Reader(agency: try AgencyID("ods:RBS25"), roles: [.agency])
        let subscription = try subscribers.subscribe(reader) {}
        let waiting = Task { await subscription.next() }
        subscribers.end()
        #expect(await waiting.value.isEnding)
        #expect(subscription.isOver)
        #expect(await subscription.next().isEnding)
        #expect(throws: Rejection.self) { try subscribers.subscribe(reader) {} }
    }

    @Test func `whoever stops waiting is let go`() async throws {
        let subscribers = Subscribers(limit: 8)
        let reader = Reader(agency: try AgencyID("ods:RBS25"), roles: [.agency])
        let subscription = try subscribers.subscribe(reader) {}
        let waiting = Task { await subscription.next() }
        waiting.cancel()
        #expect(await waiting.value.isGone)
    }
}
