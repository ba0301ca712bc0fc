import Encodings
import SharingModel
import SiteSupport
import Testing

@testable import SharingService

/// The register of agreements, and the clock of their review.
@Suite struct AgreementRegisterTests {
    private func entry(_ partnership: Partnership, asOf moment: String? = nil) throws -> JSON {
        let desk = partnership.test.site.desk.asOf(try moment.map { try #require(Instant($0)) })
        let listed = try desk.agreements(for: partnership.trust.reader([.agency, .igLead]))
        return try #require(listed["agreements"]?.array?.first)
    }

    private func review(_ entry: JSON) -> JSON? { entry["clocks"]?.array?.first }

    @discardableResult
    private func change(_ verb: String, _ partnership: Partnership) async throws -> Receipt {
        try await partnership.test.post(
            "agreement.\(verb)", by: partnership.trust, subject: nil,
            .object(["agreement": "liverpool-mash", "version": 3, "reason": "a review"]))
    }

    @Test func `a review runs until the last moment of its date, and is missed after it`() async throws {
        let partnership = try await Partnership()
        #expect(try review(entry(partnership))?["clock"] == "agreement-review")
        let moments = [
            ("2026-11-30T12:00:00Z", "running", "in-force"), ("2026-12-01T23:59:59Z", "running", "in-force"),
            ("2026-12-02T00:00:00Z", "missed", "in-force"), ("2027-04-01T12:00:00Z", "cancelled", "expired"),
        ]
        for (moment, state, standing) in moments {
            let entry = try entry(partnership, asOf: moment)
            #expect(review(entry)?["state"]?.string == state, "\(moment)")
            #expect(entry["state"]?.string == standing, "\(moment)")
        }
    }

    @Test func `a review waits while the agreement is suspended, and ends with it`() async throws {
        let partnership = try await Partnership()
        try await change("suspended", partnership)
        #expect(try review(entry(partnership))?["state"] == "paused")
        try await change("resumed", partnership)
        #expect(try review(entry(partnership))?["state"] == "running")
        try await change("terminated", partnership)
        #expect(try review(entry(partnership))?["state"] == "cancelled")
        #expect(try entry(partnership)["state"] == "terminated")
    }

    @Test func `an agreement that somebody has not signed, or that plans no review, has no such clock`() async throws {
        let partnership = try await Partnership()
        let text = try TestSite.shipped("agreements/liverpool-mash.yaml")
        try await partnership.test.post(
            "agreement.proposed", by: partnership.trust, subject: nil,
            .object(["document": .string(text.replacing("version: 3", with: "version: 4"))]))
        let listed = try partnership.test.site.desk.agreements(for: partnership.trust.reader([.agency, .igLead]))
        let clocks = (listed["agreements"]?.array ?? []).map {
            [$0["state"]?.string, "\($0["clocks"]?.array?.count ?? -1)"]
        }
        #expect(Set(clocks) == [["in-force", "1"], ["proposed", "0"]])
        let unplanned = text.replacing(", review: 2026-12-01", with: "").replacing("version: 3", with: "version: 5")
        try await partnership.test.agree(
            unplanned, "liverpool-mash", version: 5, [partnership.trust, partnership.council, partnership.school])
        let later = try partnership.test.site.desk.agreements(for: partnership.trust.reader([.agency, .igLead]))
        let newest = (later["agreements"]?.array ?? []).first { $0["version"]?.integer == 5 }
        #expect(newest?["state"] == "in-force" && newest?["clocks"]?.array?.isEmpty == true)
        let replaced = (later["agreements"]?.array ?? []).first { $0["version"]?.integer == 3 }
        #expect(replaced?["state"] == "replaced")
        #expect(replaced.flatMap { review($0) }?["state"] == "cancelled")
    }
}
