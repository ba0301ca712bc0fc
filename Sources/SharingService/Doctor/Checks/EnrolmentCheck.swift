import EventStore
import Projections
import SharingModel

/// Whether the keys in use are enrolled and still serve: the site's own, its operators', and every agency's.
struct EnrolmentCheck: DoctorCheck {
    let name = "enrolment"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        let book = try site.openKeyBook()
        var findings: [DoctorFinding] = []
        if case .success(let keys) = site.keys {
            if book[keys.site.thumbprint]?.isValid != true {
                findings.append(
                    trouble(
                        "site.jwk \(Self.state(book[keys.site.thumbprint])): decisions signed with it do not count",
                        do: "restore the keys that belong to this log; if they are lost or leaked, found a new site"))
            }
            if let key = keys.operator, book[key.thumbprint]?.isValid != true {
                findings.append(
                    warning(
                        "operator.jwk \(Self.state(book[key.thumbprint]))",
                        do: "remove the file, and administer with a key that serves"))
            }
        }
        let operators = book.keys.values.filter { $0.isValid && $0.roles.contains(.operator) }.count
        if operators == 0 {
            findings.append(
                trouble(
                    "no operator's key serves: nobody can administer the site",
                    do: "found a new site and tell everybody"))
        } else if operators == 1 {
            findings.append(
                warning(
                    "there is one operator's key, and losing it cannot be repaired",
                    do: "enrol a second with `sharectl agency enrol-key … --roles operator`, and keep it elsewhere"))
        }
        let agencies = try site.openProjections().read { try $0.agencies() }.filter {
            $0.ended == nil && $0.site == nil
        }
        for agency in agencies where !book.keys.values.contains(where: { $0.isValid && $0.agency == agency.agency }) {
            findings.append(
                warning(
                    "\(agency.agency.text) has no key that serves, so it can neither post nor read",
                    do: "enrol one with `sharectl agency enrol-key`, or end the agency"))
        }
        return findings.isEmpty ? [well("the keys in use are enrolled, and serve")] : findings
    }

    private static func state(_ key: EnrolledKey?) -> String {
        switch key?.end?.reason {
        case .revoked: "was revoked"
        case .enrolledUnderRevokedKey: "was enrolled by a key that was not to be trusted any more"
        case .agencyEnded: "is of an agency that ended"
        case nil: key == nil ? "was never enrolled" : "serves"
        }
    }
}
