import Encodings
import SharingModel
import SharingService
import SiteSupport
import Testing

/// Bank holidays of further years come with a newer version of the baseline's file (docs/POLICY.md).
@Suite struct CalendarTests {
    private static let newYear2029 = "\n  - 2028-12-26\n"

    private func due(_ referral: Receipt, at partnership: Partnership) throws -> String? {
        let reader = try partnership.council.reader([.agency])
        let shown = try partnership.test.site.desk.referral(referral.id, for: reader)
        let clock = shown["clocks"]?.array?.first { $0["clock"]?.string == "acknowledge" }
        return clock?["due"]?.string
    }

    @Test func `a day added to the calendar and adopted is no working day for the clocks`() async throws {
        let shipped = try TestSite.shipped("baseline.yaml")
        #expect(shipped.contains(Self.newYear2029))
        // Friday 29 December 2028; New Year's Day of 2029 is a Monday.
        let friday = try #require(Instant("2028-12-29T12:00:00Z"))
        var dues: [String?] = []
        for document in [
            nil,
            shipped.replacing("\nversion: 1\n", with: "\nversion: 2\n")
                .replacing(Self.newYear2029, with: Self.newYear2029 + "  - 2029-01-01\n"),
        ] {
            let partnership = try await Partnership()
            let now = partnership.test.clock.now
            partnership.test.clock.advance(seconds: (friday.milliseconds - now.milliseconds) / 1000)
            if let document {
                try await partnership.test.administer("baseline.adopted", .object(["document": .string(document)]))
            }
            dues.append(try due(try await partnership.refer(), at: partnership))
        }
        #expect(dues == ["2029-01-01T23:59:59.999Z", "2029-01-02T23:59:59.999Z"])
    }
}
