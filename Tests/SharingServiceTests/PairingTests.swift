import Encodings
import EventStore
import Projections
import SharingModel
import SiteSupport
import Support
import Testing

@testable import SharingService

/// Two references that are one person, and two that must never be known together again (DOMAIN section 1).
@Suite struct PairingTests {
    private static let third = "nhs:9434765919"

    private func reference(_ partnership: Partnership, _ person: String) throws -> SubjectReference {
        SubjectReference(try #require(try partnership.test.site.store.vault.reference(for: person)))
    }

    private func pair(_ verb: String, _ partnership: Partnership, _ one: String, _ other: String) async throws {
        try await partnership.fact(
            "subject.\(verb)", .object(["other": .string(other), "evidence": "papers"]), one)
    }

    private func known() async throws -> Partnership {
        let partnership = try await Partnership()
        for person in [Partnership.person, Partnership.otherPerson, Self.third] {
            try await partnership.fact("status.recorded", nil, person)
        }
        return partnership
    }

    private func persons(_ partnership: Partnership, _ person: String) throws -> Int {
        let reference = try reference(partnership, person)
        return try partnership.test.site.store.projections.read { try $0.persons(with: reference).count }
    }

    @Test func `what is known of one reference counts for the other once they are merged`() async throws {
        let partnership = try await known()
        try await partnership.consent(Partnership.otherPerson)
        #expect(try await partnership.ask(["identity"]).outcome != "permitted")
        try await pair("merged", partnership, Partnership.person, Partnership.otherPerson)
        #expect(try await partnership.ask(["identity"]).outcome == "permitted")
        #expect(try persons(partnership, Partnership.otherPerson) == 2)
    }

    @Test func `a merging goes through others, and two who are severed are never merged, directly or through a third`()
        async throws
    {
        let partnership = try await known()
        try await pair("merged", partnership, Partnership.person, Partnership.otherPerson)
        try await pair("severed", partnership, Partnership.person, Self.third)
        #expect(await code { try await pair("merged", partnership, Self.third, Partnership.person) } == "severed")
        #expect(await code { try await pair("merged", partnership, Self.third, Partnership.otherPerson) } == "severed")
        try await pair("severed", partnership, Partnership.person, Partnership.otherPerson)
        #expect(try persons(partnership, Partnership.person) == 1)
        #expect(try persons(partnership, Partnership.otherPerson) == 1)
    }

    @Test func `one person cannot be paired with itself, nor with somebody unknown to the author`() async throws {
        let partnership = try await known()
        #expect(
            await code { try await pair("merged", partnership, Partnership.person, Partnership.person) }
                == "same-person")
        let other = await code {
            try await partnership.fact(
                "subject.merged", by: partnership.school,
                .object(["other": .string(Partnership.otherPerson), "evidence": "papers"]))
        }
        #expect(other == "unknown-reference")
    }

    @Test func `a replay draws the same pairs, named by identifier or by reference`() async throws {
        let partnership = try await known()
        try await pair("merged", partnership, Partnership.person, Partnership.otherPerson)
        let third = try reference(partnership, Self.third)
        try await pair("severed", partnership, Partnership.person, third.description)
        let folder = try TemporaryFolder()
        let store = partnership.test.site.store
        let drawn = try ProjectionStore(path: folder.path("a.sqlite"), emptyRoot: MerkleHash.emptyRoot.bytes)
        _ = try Replay.run(drawn, from: store.log, replicas: store.replicas, progress: { _, _ in })
        let differences = try store.projections.read { live in
            try drawn.read { try live.differences(from: $0, limit: 10).shown }
        }
        #expect(differences.isEmpty)
        #expect(try persons(partnership, Partnership.person) == 2)
    }
}
