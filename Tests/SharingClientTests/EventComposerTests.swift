import Encodings
import EventStore
import SharingClient
import SharingModel
import Support
import Testing

@Suite struct EventComposerTests {
    private let key = SigningKey.generate()

    private func composer() throws -> EventComposer {
        EventComposer(source: try AgencyID("ods:RBS25"), site: "sharing.example", key: key)
    }

    private func referral(_ content: [ContentItem]) throws -> EventDraft {
        EventDraft(
            .referralSubmitted, subject: try PersonIdentifier("nhs:9476719931"),
            data: [
                "from": "ods:RBS25", "to": "gss:E08000012", "urgency": "urgent", "purpose": "safeguarding-children",
                "actor": .object(["id": "n.okafor", "role": "nurse"]), "informed": nil,
            ], content: content)
    }

    private func item(_ code: String, _ value: JSON) throws -> ContentItem {
        ContentItem(code: try #require(ItemCode(code)), value: value)
    }

    @Test func whatIsComposedIsAnEventThatTheKeyVerifiesAndEverySiteReads() throws {
        let draft = try referral([
            item("referral.summary", "Unexplained injuries"), item("contact", .object(["phone": "01514960000"])),
        ])
        let composed = try composer().compose(draft)
        let event = try UnverifiedEvent(parsing: composed.bytes).verified(by: key.publicKey)
        let read = try SharingEvent.decode(
            payload: event.payload, resolved: event.resolved.json, sdPointers: event.resolved.sdPointers)
        #expect(read.envelope.id == draft.id)
        #expect(read.envelope.site == "sharing.example")
        #expect(read.envelope.source.text == "ods:RBS25")
        #expect(Set(read.content) == Set(draft.content))
    }

    @Test func contentStandsInTheSignedEventAsDigestsOnly() throws {
        let composed = try composer().compose(try referral([item("referral.summary", "Unexplained injuries")]))
        let event = try UnverifiedEvent(parsing: composed.bytes)
        #expect(event.payload["data"]?["content"]?.object?.names == ["_sd"])
        #expect(!String(decoding: event.payloadBytes, as: UTF8.self).contains("injuries"))
        #expect(event.disclosures.map(\.name) == ["referral.summary"])
    }

    @Test func equalItemsGetDigestsThatTellNothing() throws {
        let draft = try referral([item("referral.summary", "none")])
        let digests = try (0..<2).map { _ in
            try UnverifiedEvent(parsing: composer().compose(draft).bytes).disclosures.map(\.digest)
        }
        #expect(digests[0] != digests[1])
    }

    @Test func aSeededGeneratorGivesTheSameEventAgain() throws {
        let draft = try referral([item("referral.summary", "none")])
        let bytes = try (0..<2).map { _ in try composer().compose(draft, using: SeededGenerator(seed: 7)).bytes }
        #expect(bytes[0] == bytes[1])
    }

    @Test func whatNoSiteWouldTakeIsNotSigned() throws {
        let error = #expect(throws: InvalidEvent.self) { try composer().compose(try referral([])) }
        #expect(error?.violations.contains { $0.pointer.hasPrefix("/data/content") } == true)
    }

    @Test func aMemberThatDoesNotBelongIsFoundBeforeAnythingIsSent() throws {
        let draft = EventDraft(.agencyEnded, data: ["agency": "urn:104714", "reason": "closed", "since": "2026"])
        let error = #expect(throws: InvalidEvent.self) { try composer().compose(draft) }
        #expect(error?.violations.map(\.pointer) == ["/data/since"])
    }

    @Test func membersWithoutValueAreLeftOut() throws {
        let draft = EventDraft(
            .consentWithdrawn, subject: try PersonIdentifier("nhs:9476719931"),
            data: ["consent": .string(UniqueID.random().description), "by": "self", "reason": nil])
        let event = try UnverifiedEvent(parsing: composer().compose(draft).bytes)
        #expect(event.payload["data"]?.object?.names == ["consent", "by"])
        #expect(event.payload["cause"] == nil)
    }

    @Test func `an event's id stands in indexes where ids of its time stand, and is like no other`() throws {
        var source = SeededGenerator(seed: 7)
        let times: [Int64] = [0, 1, 1_795_000_000_000, 1_795_000_000_001, (1 << 48) - 1]
        let ids = times.map { UniqueID.ordered(at: Instant(milliseconds: $0), using: &source) }
        #expect(ids == ids.sorted())
        for (time, id) in zip(times, ids) {
            #expect(id.bytes.prefix(6).reduce(Int64(0)) { $0 << 8 | Int64($1) } == time)
            #expect(id.bytes[6] >> 4 == 7)
            #expect(id.bytes[8] >> 6 == 2)
        }
        let sameMoment = (0..<100).map { _ in UniqueID.ordered(at: Instant(milliseconds: 5), using: &source) }
        #expect(Set(sameMoment).count == 100)
        #expect(
            EventDraft(.consentWithdrawn, data: [:]).id.bytes[6] >> 4 == 7)
    }
}
