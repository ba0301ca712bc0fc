import Encodings
import EventStore
import Projections
import SharingModel
import SharingService
import SiteSupport
import Testing

/// Who may read what (DESIGN section 5).
@Suite struct ReadingTests {
    private func indexes(_ desk: ReadingDesk, _ reader: Reader) throws -> Set<Int64> {
        let page = try desk.events(for: reader, .init(), Page(limit: 1000))
        return Set(page["events"]?.array?.compactMap { $0["index"]?.integer } ?? [])
    }

    @Test func `an agency reads what names it and nothing else`() async throws {
        let partnership = try await Partnership()
        let consent = try await partnership.consent()
        let described = try await partnership.test.post(
            "subject.described", by: partnership.trust, subject: Partnership.person,
            .object(["birthDate": "2010-05-04", "source": "x"]))
        let desk = partnership.test.site.desk
        let trust = try indexes(desk, partnership.trust.reader())
        let council = try indexes(desk, partnership.council.reader())
        let school = try indexes(desk, partnership.school.reader())
        #expect(trust.isSuperset(of: [consent.index, described.index]))
        #expect(council.contains(consent.index))
        #expect(!council.contains(described.index))
        #expect(!school.contains(consent.index))
        #expect(throws: Rejection.self) { try desk.event(described.id, for: partnership.council.reader()) }
        #expect(throws: Rejection.self) { try desk.proof(described.id, for: partnership.council.reader()) }
    }

    @Test func `what is not there and what is not for the reader are the same`() async throws {
        let partnership = try await Partnership()
        let consent = try await partnership.consent()
        let desk = partnership.test.site.desk
        let school = try partnership.school.reader()
        func refusal(_ id: UniqueID) -> Rejection? {
            do {
                _ = try desk.event(id, for: school)
                return nil
            } catch {
                return error as? Rejection
            }
        }
        #expect(refusal(consent.id) != nil)
        #expect(refusal(consent.id) == refusal(UniqueID.random()))
        func lookup(_ identifier: String) -> Rejection? {
            do {
                _ = try desk.lookup(try PersonIdentifier(identifier), for: school)
                return nil
            } catch {
                return error as? Rejection
            }
        }
        #expect(lookup(Partnership.person) != nil)
        #expect(lookup(Partnership.person) == lookup(Partnership.otherPerson))
        let found = try desk.lookup(try PersonIdentifier(Partnership.person), for: partnership.council.reader())
        #expect(found["subject"]?.string.flatMap { UniqueID($0) } != nil)
    }

    @Test func `an auditor reads every entry and no body about a person`() async throws {
        let partnership = try await Partnership()
        let consent = try await partnership.consent()
        let desk = partnership.test.site.desk
        let auditor = try partnership.school.reader([.auditor])
        #expect(try indexes(desk, auditor).count == Int(partnership.test.site.head.size))
        let event = try desk.event(consent.id, for: auditor)
        #expect(event["entry"]?["type"] == "sharing.consent.given.v1")
        #expect(event["jws"] == .null)
        #expect(event["salt"] == .null)
        #expect(event["disclosures"] == .null)
    }

    @Test func `an operator reads what is for everybody, and no register about people`() async throws {
        let partnership = try await Partnership()
        let consent = try await partnership.consent()
        let request = try await partnership.ask(["identity"])
        let desk = partnership.test.site.desk
        let reader = Reader(agency: try AgencyID(TestSite.siteAuthor), roles: [.operator])
        let seen = try indexes(desk, reader)
        #expect(seen.contains(0))
        #expect(seen.isDisjoint(with: [consent.index, request.index, request.index + 1]))
        #expect(throws: Rejection.self) { try desk.disclosures(for: reader, Page()) }
    }

    @Test func `a delivery reaches the asker item by item, and the receipt must name what arrived`() async throws {
        let partnership = try await Partnership()
        try await partnership.consent()
        let request = try await partnership.ask(["identity", "health.mental"])
        let test = partnership.test
        let delivery = try await test.post(
            "disclosure.delivered", by: partnership.trust, subject: Partnership.person,
            .object([
                "request": .string(request.id.description), "from": .string(partnership.trust.id),
                "to": .string(partnership.council.id), "purpose": "early-help", "actor": Partnership.actor("nurse"),
            ]), content: [("identity", "a name"), ("health.mental", "not for the council")])
        #expect(delivery.outcome == "partly-permitted")
        let council = try partnership.council.reader()
        let content = try test.site.desk.content(request.id, for: council)
        let delivered = try #require(content["deliveries"]?.array?.first)
        #expect(delivered["items"] == .object(["identity": "a name"]))
        #expect(!content.text.contains("not for the council"))
        let event = try test.site.desk.event(delivery.id, for: council)
        #expect(event["disclosures"]?.array?.count == 1)
        func receipt(_ digest: String) async throws -> Answer {
            await test.post(
                try test.sign(
                    "disclosure.receipted", by: partnership.council.key, source: partnership.council.id,
                    subject: Partnership.person,
                    .object(["delivery": .string(delivery.id.description), "digest": .string(digest)])))
        }
        let wrong = try await receipt(Base64.url.encode([UInt8](repeating: 7, count: 32)))
        #expect(wrong.rejection?.violations.first?.code == "digest-mismatch")
        let right = try await receipt(try #require(delivered["digest"]?.string))
        #expect(right.rejection == nil)
        let register = try test.site.desk.disclosure(request.id, for: council)
        #expect(register["delivered"] == true)
        #expect(register["receipted"] == true)
    }

    @Test func `the asker is not told what rests on facts that it may not see`() async throws {
        let partnership = try await Partnership()
        let request = try await partnership.ask(["identity"])
        #expect(request.outcome == "refused")
        #expect(request.decision?["items"]?.array?.first?["codes"] == ["not-available"])
        #expect(request.decision?["contact"]?.string == "dpo@agency.example")
        let desk = partnership.test.site.desk
        let holder = try desk.disclosure(request.id, for: partnership.trust.reader())
        #expect(holder["decision"]?["items"]?.array?.first?["codes"] == ["consent-absent"])
        let decided = try #require(request.follows.first)
        let asker = try desk.event(decided.id, for: partnership.council.reader())
        let full = try desk.event(decided.id, for: partnership.trust.reader())
        #expect((asker["disclosures"]?.array?.count ?? 0) < (full["disclosures"]?.array?.count ?? 0))
    }

    @Test func `a holder can ask what would be decided, and nothing is recorded`() async throws {
        let partnership = try await Partnership()
        try await partnership.consent()
        let size = partnership.test.site.head.size
        let asked = AskedDecision(
            subject: try PersonIdentifier(Partnership.person), from: try AgencyID(partnership.trust.id),
            to: try AgencyID(partnership.council.id), purpose: try #require(PurposeCode("early-help")),
            items: try [#require(ItemCode("identity"))],
            actor: Actor(id: "w-1", role: try #require(RoleCode("social-worker"))))
        let decision = try partnership.test.site.desk.wouldPermit(asked, for: partnership.trust.reader())
        #expect(decision["outcome"] == "permitted")
        #expect(throws: Rejection.self) {
            try partnership.test.site.desk.wouldPermit(asked, for: partnership.council.reader())
        }
        #expect(partnership.test.site.head.size == size)
    }

    @Test func `the board shows the clocks of a safeguarding referral, and finds those that are overdue`() async throws
    {
        let partnership = try await Partnership()
        let referral = try await partnership.refer()
        let council = try partnership.council.reader()
        func overdue(_ overdue: Bool) throws -> [String] {
            try partnership.test.site.desk.referrals(for: council, .init(overdue: overdue), Page())["referrals"]?.array?
                .compactMap { $0["id"]?.string } ?? []
        }
        #expect(try overdue(true).isEmpty)
        #expect(try overdue(false) == [referral.id.description])
        let board = try partnership.test.site.desk.referral(referral.id, for: council)
        #expect(board["clocks"]?.array?.map { $0["state"] } == ["running", "running", "running"])
        partnership.test.clock.advance(seconds: 7 * 86_400)
        #expect(try overdue(true) == [referral.id.description])
        try await partnership.step("received", referral.id, by: partnership.council)
        try await partnership.step("accepted", referral.id, by: partnership.council)
        #expect(try overdue(true).isEmpty)
        let late = try partnership.test.site.desk.referral(referral.id, for: council)
        #expect(late["clocks"]?.array?.map { $0["state"] } == ["missed", "missed", "running"])
    }
}
