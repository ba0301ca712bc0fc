import Encodings
import Projections
import SharingModel

/// How a version of an agreement stands at a moment, as registers and reports say it.
enum AgreementStanding: String {
    /// Not everybody has signed, under keys that are trusted.
    case proposed
    case inForce = "in-force"
    case notYet = "not-yet"
    case expired, suspended, terminated
    /// A later version has taken its place.
    case replaced
}

extension ReadingDesk {
    /// - Parameter isInForce: whether the judge takes it as in force now.
    func standing(
        of row: AgreementRow, _ agreement: Agreement?, isInForce: Bool, _ zone: SiteTimeZone
    ) -> AgreementStanding {
        switch row.status {
        case .suspended: return .suspended
        case .terminated: return .terminated
        case .proposed: break
        }
        guard unsigned(row).isEmpty else { return .proposed }
        if isInForce { return .inForce }
        if let start = agreement?.inForce.from.start(in: zone), start > now { return .notYet }
        if let end = agreement?.inForce.until?.end(in: zone), end < now { return .expired }
        return .replaced
    }

    /// Signatures under keys that are trusted.
    func signatures(of row: AgreementRow) -> [AgreementRow.Signature] {
        row.signatures.filter { keys.permits($0.kid, recorded: $0.recorded) }
    }

    func unsigned(_ row: AgreementRow) -> [AgencyID] {
        let signed = Set(signatures(of: row).map(\.agency))
        return row.parties.filter { !signed.contains($0) }
    }

    /// The clock of an agreement's review (DOMAIN 3), from when it came into force. Nothing meets it: a review ends in a new version, which
    /// replaces this one, or in its end. Nil where no review is planned or not everybody has signed.
    func reviewClock(
        of row: AgreementRow, _ agreement: Agreement?, _ standing: AgreementStanding, _ baseline: Baseline?,
        _ projections: ProjectionReader
    ) throws -> Clock? {
        guard let baseline, let agreement, let date = agreement.inForce.review, unsigned(row).isEmpty else {
            return nil
        }
        let starts = [agreement.inForce.from.start(in: baseline.timeZone)] + signatures(of: row).map(\.recorded)
        var course = Clock.Course(started: starts.max() ?? now)
        switch standing {
        case .proposed, .inForce, .notYet: break
        case .suspended:
            course.pauses = try projections.recorded(at: row.statusIndex).map { [.init(from: $0, until: nil)] } ?? []
        case .terminated: course.cancelled = try projections.recorded(at: row.statusIndex)
        case .expired, .replaced: course.cancelled = now
        }
        return Clock.agreementReview(date, course, baseline, asOf: now)
    }
}
