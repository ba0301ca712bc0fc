import Encodings
import EventStore
import SharingModel
import SiteSupport
import Testing

@testable import SharingService

/// Who is involved with a person: existence is not content, and a gap is content too (DOMAIN section 7).
@Suite struct InvolvementTests {
    private func involved(
        _ partnership: Partnership, _ agency: TestAgency, _ person: String = Partnership.person
    ) throws -> JSON {
        try partnership.test.site.desk.involved(with: PersonIdentifier(person), for: agency.reader())
    }

    private func services(_ answer: JSON) -> [String] {
        answer["involved"]?.array?.compactMap { $0["service"]?.string } ?? []
    }

    private func start(
        _ partnership: Partnership, _ agency: TestAgency, _ service: String, isSensitive: Bool = false
    ) async throws -> Receipt {
        try await partnership.fact(
            "involvement.started", by: agency,
            .object([
                "service": .string(service), "sensitive": .bool(isSensitive),
                "significantHarm": isSensitive ? true : nil,
            ]))
    }

    @Test func `those involved see each other, and a sensitive service is seen by its own agency only`() async throws {
        let partnership = try await Partnership()
        _ = try await start(partnership, partnership.school, "School nursing")
        _ = try await start(partnership, partnership.trust, "A quiet clinic", isSensitive: true)
        _ = try await start(partnership, partnership.council, "Early help")
        try await partnership.fact("lead.assigned", by: partnership.council)
        #expect(try services(involved(partnership, partnership.school)) == ["School nursing", "Early help"])
        #expect(
            try services(involved(partnership, partnership.trust)) == [
                "School nursing", "A quiet clinic", "Early help",
            ])
        let leads = try involved(partnership, partnership.school)["leads"]?.array ?? []
        #expect(leads.map { $0["professional"]?["id"]?.string } == ["w-1"])
    }

    @Test func `an outsider's answer is the same whether nobody, somebody or a sensitive service is involved`()
        async throws
    {
        let partnership = try await Partnership()
        let unknown = try involved(partnership, partnership.school).bytes
        _ = try await start(partnership, partnership.trust, "A quiet clinic", isSensitive: true)
        #expect(try involved(partnership, partnership.school).bytes == unknown)
        _ = try await start(partnership, partnership.council, "Early help")
        try await partnership.fact("lead.assigned", by: partnership.trust)
        #expect(try involved(partnership, partnership.school).bytes == unknown)
        #expect(try involved(partnership, partnership.school, Partnership.otherPerson).bytes == unknown)
    }

    @Test func `every answer ends with the same line, whoever asks about whom`() async throws {
        let partnership = try await Partnership()
        _ = try await start(partnership, partnership.school, "School nursing")
        let lines = try [partnership.trust, partnership.council, partnership.school].flatMap { agency in
            try [Partnership.person, Partnership.otherPerson].map {
                try involved(partnership, agency, $0)["notice"]?.string
            }
        }
        #expect(Set(lines) == ["others may be involved; ask dpo@agency.example"])
    }

    @Test func `what has ended is not listed, and whoever is shielded against learns of nobody else`() async throws {
        let partnership = try await Partnership()
        let nursing = try await start(partnership, partnership.school, "School nursing")
        _ = try await start(partnership, partnership.council, "Early help")
        #expect(try services(involved(partnership, partnership.council)) == ["School nursing", "Early help"])
        // The shipped shield is against the council.
        try await partnership.fact("subject.shielded")
        #expect(try services(involved(partnership, partnership.council)) == ["Early help"])
        try await partnership.follow("involvement.ended", "involvement", nursing.id, by: partnership.school)
        #expect(try services(involved(partnership, partnership.school)) == ["Early help"])
    }

    @Test func `operators and auditors do not ask`() async throws {
        let partnership = try await Partnership()
        for role in [KeyRole.operator, .auditor] {
            #expect(throws: Rejection.self) {
                try partnership.test.site.desk.involved(
                    with: PersonIdentifier(Partnership.person), for: partnership.school.reader([role]))
            }
        }
    }
}
