import Projections
import SharingModel

extension Admission {
    func check(_ data: AgreementProposed, by author: AgencyID) throws {
        let agreement = data.agreement
        if try reader.agreement(agreement.id, version: agreement.version) != nil {
            throw Rejection(
                .conflict, "agreement-version-taken",
                "this version of the agreement has been proposed already; raise `version`")
        }
        if let newest = try reader.newestVersion(of: agreement.id) {
            guard newest < agreement.version else {
                throw Rejection(
                    .conflict, "agreement-version-old",
                    "version \(newest) has been proposed already; a new one must be higher")
            }
            // Once signed, a new version replaces the old one: nobody may do that to an agreement of others.
            guard try reader.agreement(agreement.id, version: newest)?.parties.contains(author) == true else {
                throw Rejection(
                    .conflict, "agreement-name-taken",
                    "other agencies have an agreement of this name; choose another name")
            }
        }
        for (position, party) in agreement.parties.enumerated() where try reader.agency(party.agency) == nil {
            throw Rejection.invalid(
                "/data/document", "unknown-agency",
                "party \(position + 1) of the agreement, \(party.agency), is not registered here; have the operator register it"
            )
        }
    }

    func check(_ data: AgreementSigned, by party: AgencyID) throws {
        guard let row = try reader.agreement(data.agreement, version: data.version) else { throw unknown("agreement") }
        guard row.digest == data.digest else {
            throw Rejection.invalid(
                "/data/digest", "other-document",
                "the digest is not that of the document proposed as version \(data.version); read that one before signing it"
            )
        }
        guard row.status != .terminated else {
            throw Rejection(
                .conflict, "agreement-terminated", "the agreement has been terminated; propose a new version")
        }
        // A signature under a key that is not trusted any more may be given again.
        let standing = row.signatures.contains { $0.agency == party && keys.permits($0.kid, recorded: $0.recorded) }
        guard !standing else {
            throw Rejection(.conflict, "agreement-signed", "this party has signed this version already")
        }
    }

    func check(_ data: AgreementChange) throws {
        guard let row = try reader.agreement(data.agreement, version: data.version) else { throw unknown("agreement") }
        let allowed: Bool =
            switch data.verb {
            case .suspended: row.status == .proposed
            case .resumed: row.status == .suspended
            case .terminated: row.status != .terminated
            }
        guard allowed else {
            throw Rejection(
                .conflict, "agreement-state",
                "the agreement cannot be \(data.verb.rawValue): it is \(row.status == .proposed ? "not suspended" : row.status.rawValue)"
            )
        }
    }
}
