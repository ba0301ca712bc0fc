package import Encodings
import EventStore
import Projections
import SharingModel

extension ReadingDesk {
    /// A report, one page of it.
    /// - Parameter reader: an IG lead, who sees what its agency is party to; for the integrity of the log also an operator or auditor, who read
    ///   no bodies. Nil for the site's own, from its data folder.
    package func report(_ question: ReportQuestion, for reader: Reader?) throws -> Report {
        if let reader {
            try reader.require(question.name == .integrity ? [.igLead, .auditor, .operator] : [.igLead])
        }
        return try projections.read { projections in
            var room = try ReportRoom(desk: self, projections: projections, agency: reader?.agency)
            return try room.draw(question)
        }
    }
}

extension ReadingDesk {
    /// An event as the site itself can read it, for the evidence of a report from a data folder: in the form that a reader gets.
    package func stored(_ id: UniqueID) throws -> JSON {
        guard let found = try projections.read({ try known($0).find(id) }) else { throw Self.nothingHere }
        let (entry, body) = (found.entry, found.body)
        return .object([
            "index": .integer(found.source.position), "log": found.source.log, "entry": try JSON.parse(entry.bytes),
            "entryBytes": .string(Base64.standard.encode(entry.bytes)),
            "jws": body.map { .string(String(decoding: $0.jws, as: UTF8.self)) } ?? .null,
            "salt": body.map { .string(Base64.url.encode($0.salt)) } ?? .null,
            "disclosures": body.map { .strings($0.disclosures.map { String(decoding: $0, as: UTF8.self) }) } ?? .null,
        ])
    }
}

extension ReportRoom {
    fileprivate mutating func draw(_ question: ReportQuestion) throws -> Report {
        switch question.name {
        case .disclosures: try each(question) { try $0.disclosure($1) }
        case .refusals: try each(question) { try $0.refusal($1) }
        case .referred: try each(question) { try $0.referred($1) }
        case .reviews: try each(question) { try $0.reviews($1) }
        case .withheldFromSafeguarding: try each(question) { try $0.withheldFromSafeguarding($1) }
        case .dutyNotShared: try each(question) { try $0.dutyNotShared($1) }
        case .reconciliation: try each(question) { try $0.reconciliation($1) }
        case .accounting:
            if let subject = question.subject {
                try each(question, about: try projections.persons(with: subject))
            } else {
                throw Rejection(
                    .malformed, "parameter-missing", "name the person with `subject`, see POST /v1/subjects/lookup")
            }
        case .consents: try consents(question)
        case .withdrawalImpact:
            if let consent = question.consent {
                Report(name: question.name, rows: try withdrawalImpact(consent), next: nil)
            } else {
                throw Rejection(.malformed, "parameter-missing", "name the consent with `consent`, by its id")
            }
        case .agreements: Report(name: question.name, rows: try agreementRows(), next: nil)
        case .ropa: Report(name: question.name, rows: try recordOfProcessing(), next: nil)
        case .timeliness: try timeliness(question)
        case .integrity: Report(name: question.name, rows: [try integrity()], next: nil)
        }
    }

    /// Two references that were merged are one person.
    private mutating func each(_ question: ReportQuestion, about persons: [SubjectReference]) throws -> Report {
        try each(question) { try $0.accounting($1, about: persons) }
    }

    /// Rows of the register of disclosures, one after the other. What a report leaves out, it leaves out after the page was cut.
    private mutating func each(
        _ question: ReportQuestion, _ rows: (inout ReportRoom, DisclosureRow) throws -> [Report.Row]
    ) throws -> Report {
        let found = try projections.disclosures(of: agency, from: question.page.from, limit: question.page.limit)
        var report: [Report.Row] = []
        for row in found { report += try rows(&self, row) }
        return Report(name: question.name, rows: report, next: question.page.next(after: found.map(\.index)))
    }
}
