import SharingModel
import SiteSupport
import Testing

@testable import SharingService

@Suite struct PolicyLibraryTests {
    @Test func `a document is parsed once, one that cannot be read too`() {
        let library = PolicyLibrary()
        var parsed = 0
        for _ in 0..<3 {
            let agreement = library.agreement("a") {
                parsed += 1
                return nil
            }
            #expect(agreement == nil)
        }
        #expect(library.baseline("a") { nil } == nil)
        #expect(parsed == 1)
        #expect(library.count == 2)
    }

    @Test func `however often readers ask, a site parses each of its documents once for them`() async throws {
        let partnership = try await Partnership()
        let site = partnership.test.site
        let reader = Reader(agency: try AgencyID(partnership.trust.id), roles: [.agency])
        _ = try site.desk.agreements(for: reader)
        let count = site.store.library.count
        #expect(count > 0)
        for _ in 0..<3 { _ = try site.desk.agreements(for: reader) }
        #expect(site.store.library.count == count)
    }
}
