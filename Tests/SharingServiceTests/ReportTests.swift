import Encodings
import EventStore
import Projections
import SharingModel
import SharingService
import SiteSupport
import Support
import Testing

/// What an IG lead asks (DOMAIN section 6).
@Suite struct ReportTests {
    private func report(
        _ partnership: Partnership, _ name: ReportName, _ agency: TestAgency, subject: SubjectReference? = nil,
        consent: UniqueID? = nil
    ) throws -> Report {
        try partnership.test.site.desk.report(
            ReportQuestion(name, page: Page(limit: 1000), subject: subject, consent: consent),
            for: agency.reader([.agency, .igLead]))
    }

    private func cells(_ report: Report, _ column: String) -> [String] {
        guard let place = report.columns.firstIndex(of: column) else { return [] }
        return report.rows.map { $0.cells[place] }
    }

    @Test(arguments: ReportName.allCases)
    func `every report has a cell for every column, and every row rests on events that the reader may see`(
        _ name: ReportName
    ) async throws {
        let partnership = try await Partnership()
        let consent = try await partnership.consent()
        try await partnership.ask(["identity", "health.mental"])
        try await partnership.ask(["identity"], Partnership.otherPerson)
        try await partnership.refer()
        let desk = partnership.test.site.desk
        for agency in [partnership.trust, partnership.council, partnership.school] {
            let reader = try agency.reader([.agency, .igLead])
            let subject = try? desk.lookup(PersonIdentifier(Partnership.person), for: reader)["subject"]?.string
            let report: Report
            do {
                report = try self.report(
                    partnership, name, agency,
                    subject: (subject ?? nil).flatMap { UniqueID($0) }.map(SubjectReference.init)
                        ?? SubjectReference(UniqueID.random()),
                    consent: consent.id)
            } catch {
                // The school is no party to the consent.
                #expect(name == .withdrawalImpact && agency.id == partnership.school.id)
                continue
            }
            for row in report.rows {
                #expect(row.cells.count == report.columns.count)
                #expect(!row.events.isEmpty || name == .integrity)
                for event in row.events { _ = try desk.proof(event, for: reader) }
            }
            #expect(report.csv.split(separator: "\r\n").count == report.rows.count + 1)
        }
    }

    @Test func `reports are for IG leads; the log's own state is for operators and auditors too`() async throws {
        let partnership = try await Partnership()
        let desk = partnership.test.site.desk
        let auditor = Reader(agency: try AgencyID(TestSite.siteAuthor), roles: [.auditor])
        for name in ReportName.allCases {
            let question = ReportQuestion(name, subject: SubjectReference(UniqueID.random()), consent: .random())
            #expect(throws: Rejection.self) { try desk.report(question, for: partnership.trust.reader()) }
            if name == .integrity {
                #expect(try desk.report(question, for: auditor).rows.count == 1)
            } else {
                #expect(throws: Rejection.self) { try desk.report(question, for: auditor) }
            }
        }
    }

    @Test func `a refusal shows to the holder with its reason, to the asker as far as it may know, and to nobody else`()
        async throws
    {
        let partnership = try await Partnership()
        try await partnership.ask(["identity"])
        #expect(cells(try report(partnership, .refusals, partnership.trust), "codes") == ["consent-absent"])
        #expect(cells(try report(partnership, .refusals, partnership.council), "codes") == ["not-available"])
        #expect(try report(partnership, .refusals, partnership.school).rows.isEmpty)
    }

    @Test func `consents name the flows that depend on them, and a withdrawal what it stops and who has received`()
        async throws
    {
        let partnership = try await Partnership()
        let consent = try await partnership.consent()
        let request = try await partnership.ask(["identity"])
        try await partnership.test.post(
            "disclosure.delivered", by: partnership.trust, subject: Partnership.person,
            .object([
                "request": .string(request.id.description), "from": .string(partnership.trust.id),
                "to": .string(partnership.council.id), "purpose": "early-help", "actor": Partnership.actor("nurse"),
            ]), content: [("identity", "a name")])
        let consents = try report(partnership, .consents, partnership.trust)
        #expect(cells(consents, "state") == ["active"])
        #expect(cells(consents, "flows") == ["liverpool-mash/3/nhs-to-council-early-help"])
        #expect(consents.rows.first?.events == [consent.id])
        let impact = try report(partnership, .withdrawalImpact, partnership.trust, consent: consent.id)
        #expect(cells(impact, "flow").contains("liverpool-mash/3/nhs-to-council-early-help"))
        #expect(
            zip(cells(impact, "what"), cells(impact, "recipient")).contains {
                $0 == ("received", partnership.council.id)
            })
        #expect(throws: Rejection.self) {
            try report(partnership, .withdrawalImpact, partnership.school, consent: consent.id)
        }
        try await partnership.withdraw(consent.id)
        #expect(cells(try report(partnership, .consents, partnership.trust), "state") == ["withdrawn"])
    }

    @Test func `a share-first referral is to be reviewed, and shows with its clocks`() async throws {
        let partnership = try await Partnership()
        let referral = try await partnership.refer()
        let reviews = try report(partnership, .reviews, partnership.school)
        #expect(cells(reviews, "of") == ["share-first"])
        #expect(reviews.rows.first?.events.first == referral.id)
        partnership.test.clock.advance(seconds: 7 * 86_400)
        let late = try report(partnership, .timeliness, partnership.council)
        #expect(Set(cells(late, "referral")) == [referral.id.description])
        #expect(cells(late, "minutesLate").contains { $0 != "0" })
        let unreceipted = try report(partnership, .reconciliation, partnership.school)
        #expect(cells(unreceipted, "state") == ["delivered-without-receipt"])
    }

    @Test func `one person's accounting has what was received about them, also where they stand beside the subject`()
        async throws
    {
        let partnership = try await Partnership()
        let test = partnership.test
        _ = try await test.post(
            "subject.described", by: partnership.school, subject: Partnership.otherPerson,
            .object(["birthDate": "1990-01-01", "source": "x"]))
        let referral = try await test.post(
            "referral.submitted", by: partnership.school, subject: Partnership.person,
            .object([
                "from": .string(partnership.school.id), "to": .string(partnership.council.id), "urgency": "urgent",
                "purpose": "safeguarding-children", "actor": Partnership.actor("designated-safeguarding-lead"),
                "about": [.object(["person": .string(Partnership.otherPerson), "relation": "parent"])],
            ]), content: [("referral.summary", "x"), ("family", "y")])
        let reader = try partnership.school.reader([.agency, .igLead])
        for (person, concernedAs) in [(Partnership.person, "subject"), (Partnership.otherPerson, "parent")] {
            let found = try test.site.desk.lookup(try PersonIdentifier(person), for: reader)["subject"]?.string
            let subject = SubjectReference(try #require(found.flatMap { UniqueID($0) }))
            let accounting = try report(partnership, .accounting, partnership.school, subject: subject)
            #expect(cells(accounting, "concernedAs") == [concernedAs])
            #expect(cells(accounting, "recipient") == [partnership.council.id])
            #expect(cells(accounting, "items") == ["family referral.summary"])
            #expect(cells(accounting, "couldTipOff") == ["yes"])
            #expect(accounting.rows.first?.events.contains(referral.id) == true)
        }
    }

    @Test func `the report of disclosures says who got what, on which basis, and who has read it`() async throws {
        let partnership = try await Partnership()
        try await partnership.consent()
        let request = try await partnership.ask(["identity"])
        let row = try #require(try report(partnership, .disclosures, partnership.trust).json["rows"]?.array?.first)
        #expect(row["flow"] == "liverpool-mash/3/nhs-to-council-early-help")
        #expect(row["basis"]?.string?.contains("children-act-2004-s10") == true)
        #expect(row["outcome"] == "permitted")
        #expect(row["openedBy"] == "")
        #expect(row["events"] == .strings([request.id, try #require(request.follows.first).id].map(\.description)))
    }

    @Test func `agreements count what was shared and tried under them, and the record of processing lists each flow`()
        async throws
    {
        let partnership = try await Partnership()
        try await partnership.consent()
        let shared = try await partnership.ask(["identity"])
        let tried = try await partnership.ask(["identity"], role: "teacher")
        #expect([shared.outcome, tried.outcome] == ["permitted", "refused"])
        let agreements = try report(partnership, .agreements, partnership.trust)
        #expect(cells(agreements, "disclosures") == ["1"])
        #expect(cells(agreements, "attemptsOutside") == ["1"])
        #expect(cells(agreements, "reviewDue") == ["2026-12-01"])
        #expect(cells(agreements, "review") == ["running"])
        let events = try #require(agreements.rows.first?.events)
        #expect(events.contains(try #require(shared.follows.first?.id)))
        #expect(events.contains(try #require(tried.follows.first?.id)))
        let processing = try report(partnership, .ropa, partnership.trust)
        #expect(cells(processing, "flow").contains("nhs-to-council-early-help"))
        #expect(cells(processing, "categories").contains { $0.contains("(special)") })
        #expect(cells(processing, "recipients").contains(partnership.council.id))
    }

    @Test func `a cell that a spreadsheet would take for a formula is quoted`() {
        let cells = ReportName.integrity.columns.indices.map {
            ["=1+1", "a,b", "say \"x\"", "-2", "+3", "@x", "plain"][$0]
        }
        let report = Report(name: .integrity, rows: [.init(cells: cells, events: [])], next: nil)
        #expect(report.csv.split(separator: "\r\n").last == #"'=1+1,"a,b","say ""x""",'-2,'+3,'@x,plain,"#)
    }

    @Test func `a page is cut by the register, and the next goes on where it ended`() async throws {
        let partnership = try await Partnership()
        for _ in 0..<5 { try await partnership.ask(["identity"]) }
        let desk = partnership.test.site.desk
        let reader = try partnership.trust.reader([.igLead])
        var (rows, next): ([Report.Row], Int64?) = ([], 0)
        while let from = next {
            let page = try desk.report(ReportQuestion(.refusals, page: Page(from: from, limit: 2)), for: reader)
            rows += page.rows
            next = page.next
        }
        #expect(rows == (try desk.report(ReportQuestion(.refusals), for: reader)).rows)
        #expect(rows.count == 5)
    }
}
