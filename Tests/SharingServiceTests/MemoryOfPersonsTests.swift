import Encodings
import EventStore
import SharingModel
import SharingService
import SiteSupport
import Support
import Testing

/// What the registrar remembers of persons from one decision to the next (`PersonFiles`).
@Suite struct MemoryOfPersonsTests {
    /// Whatever is recorded in between, in whatever order and in whatever batches, a decision is the one that follows from the log alone: an
    /// explanation replays the log and remembers nothing.
    @Test(arguments: [1, 2, 3, 4]) func `a decision never rests on what was true before`(seed: UInt64) async throws {
        var story = Story(partnership: try await Partnership(), source: SeededGenerator(seed: seed))
        var decided: [UniqueID] = []
        for _ in 0..<36 {
            let batch = try (0..<Int.random(in: 1...4, using: &story.source)).compactMap { _ in try story.event() }
            decided += try await story.record(batch)
        }
        #expect(decided.count > 15, "the story asks too little to show anything")
        let folder = DataFolder(path: story.partnership.test.folder.path("site"))
        let log = try ReadOnlyLog(
            folder: folder, keys: story.partnership.test.site.store.log.keys, kek: SiteKeys.load(from: folder).kek)
        var outcomes: Set<Decision.Outcome> = []
        for id in decided {
            let retaken = try Retaken.of(
                id, in: log, replicas: Replicas(reading: folder, beside: log), progress: { _, _ in })
            outcomes.insert(retaken.recorded.outcome)
            #expect(retaken.isSame, "seed \(seed): \(id) was decided on something else than the log")
        }
        #expect(outcomes.count > 1)
    }
}

/// Random things that happen to two people at one site, some of which bear on the questions asked in between.
private struct Story {
    let partnership: Partnership
    var source: SeededGenerator
    private var consents: [(id: UniqueID, person: String)] = []
    private var endable: [(type: String, member: String, id: UniqueID, person: String)] = []
    private var isMerged = false

    init(partnership: Partnership, source: SeededGenerator) {
        self.partnership = partnership
        self.source = source
    }

    /// An event with what is to be remembered of it once it is recorded.
    struct Next {
        let bytes: [UInt8]
        var note: (inout Story, UniqueID) -> Void = { _, _ in }
    }

    /// The next thing to happen; nil where it cannot happen yet.
    mutating func event() throws -> Next? {
        let person = [Partnership.person, Partnership.otherPerson].randomElement(using: &source) ?? Partnership.person
        switch Int.random(in: 0..<14, using: &source) {
        case 0...4:
            return Next(
                bytes: try sign(
                    "disclosure.requested", partnership.council, person,
                    partnership.question(["identity", "health.summary"])))
        case 5, 6:
            let data = JSON.object([
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                "recipients": [.string(partnership.council.id)], "method": "written", "from": "2026-01-01",
            ])
            return Next(bytes: try sign("consent.given", partnership.trust, person, data)) {
                $0.consents.append(($1, person))
            }
        case 7, 8:
            guard let consent = consents.randomElement(using: &source) else { return nil }
            return Next(
                bytes: try sign(
                    "consent.withdrawn", partnership.trust, isMerged ? person : consent.person,
                    .object(["consent": .text(consent.id), "by": "self"])))
        case 9:
            let year = Int.random(in: 1990...2020, using: &source)
            return Next(
                bytes: try sign(
                    "subject.described", partnership.trust, person,
                    .object(["birthDate": .string("\(year)-05-04"), "source": "school"])))
        case 10:
            let data = JSON.object([
                "holders": [.string(partnership.trust.id)], "effect": "prohibits", "items": ["identity"],
                "recipients": ["council"],
            ])
            return Next(bytes: try sign("court-order.recorded", partnership.trust, person, data)) {
                $0.endable.append(("court-order.discharged", "order", $1, person))
            }
        case 11:
            let data = JSON.object([
                "purposes": ["early-help"], "items": ["health"], "recipients": ["*"],
                "holders": [.string(partnership.trust.id)],
            ])
            return Next(bytes: try sign("objection.raised", partnership.trust, person, data)) {
                $0.endable.append(("objection.upheld", "objection", $1, person))
                $0.endable.append(("objection.lifted", "objection", $1, person))
            }
        case 12:
            guard let end = endable.randomElement(using: &source) else { return nil }
            return Next(
                bytes: try sign(
                    end.type, partnership.trust, isMerged ? person : end.person,
                    .object([end.member: .text(end.id), "reason": "weighed"])))
        default:
            guard !isMerged, consents.count > 3 else { return nil }
            isMerged = true
            return Next(
                bytes: try sign(
                    "subject.merged", partnership.trust, Partnership.person,
                    .object(["other": .string(Partnership.otherPerson), "evidence": "papers"])))
        }
    }

    private func sign(_ type: String, _ agency: TestAgency, _ person: String, _ data: JSON) throws -> [UInt8] {
        try partnership.test.sign(type, by: agency.key, source: agency.id, subject: person, data)
    }

    /// Hands the events in at once; some may be refused for what happened before.
    /// - Returns: the events that were decided.
    mutating func record(_ events: [Next]) async throws -> [UniqueID] {
        let site = partnership.test.site
        let received = try events.map { try site.frontDesk.receive($0.bytes) }
        var decided: [UniqueID] = []
        for (event, answer) in zip(events, await site.record(received)) {
            guard case .success(let receipt) = answer else { continue }
            event.note(&self, receipt.id)
            if !receipt.follows.isEmpty { decided.append(receipt.id) }
        }
        return decided
    }
}
