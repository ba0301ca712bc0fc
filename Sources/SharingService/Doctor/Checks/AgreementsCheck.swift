import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy

/// Whether agreements in force are to be reviewed, or end soon.
struct AgreementsCheck: DoctorCheck {
    let name = "agreements"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        let book = try site.openKeyBook()
        return try site.openProjections().read { reader in
            var shelf = PolicyShelf()
            let baseline = try shelf.baseline(reader)
            let zone = baseline?.timeZone ?? .utc
            let today = zone.day(of: site.now)
            let soon = CalendarDay(daysSince1970: today.daysSince1970 + ServiceLimits.doctorNoticeDays)
            var findings: [DoctorFinding] = []
            if baseline == nil {
                findings.append(
                    warning(
                        "no baseline is adopted, or this release cannot read it: nothing is permitted",
                        do: "adopt one with `sharectl baseline adopt`, or install the release that reads it"))
            }
            let onRecord = try shelf.agreements(reader, book)
            let inForce = AgreementOnRecord.inForce(onRecord, baseline: baseline, clock: site.now)
            for agreement in inForce.sorted(by: { $0.name < $1.name }) {
                guard case .readable(let document) = agreement.document else { continue }
                let named = "\(agreement.name.text)/\(agreement.version)"
                if let review = document.inForce.review, review <= soon {
                    findings.append(
                        warning(
                            review < today
                                ? "\(named) was to be reviewed by \(review)"
                                : "\(named) is to be reviewed by \(review)",
                            do: "have its parties review it, and sign a version with the next date"))
                }
                if let until = document.inForce.until, zone.day(of: until.end(in: zone)) <= soon {
                    findings.append(
                        warning(
                            "\(named) ends on \(until): nothing passes under it after that",
                            do: "have its parties sign the next version before"))
                }
            }
            for agreement in onRecord where !agreement.signatures.isEmpty {
                guard case .unreadable = agreement.document else { continue }
                findings.append(
                    trouble(
                        "this release cannot read \(agreement.name.text)/\(agreement.version), which somebody signed",
                        do: "install the release that can: what it may govern is referred to people until then"))
            }
            return findings.isEmpty ? [well("\(inForce.count) in force, none to be reviewed soon")] : findings
        }
    }
}
