import EventStore
import Projections
import SharingModel

extension Admission {
    /// Holds the author and the role of the key against the event table (DOMAIN section 2).
    func checkAuthor(_ event: SharingEvent, _ kid: Thumbprint) throws {
        guard let key = keys[kid] else { throw Rejection.unknownKey }
        let source = event.envelope.source
        switch event.authorRule {
        case .site:
            guard key.roles.contains(.site) else {
                throw Rejection(.forbidden, "site-only", "only the site itself records events of this type")
            }
        case .operator: try require(.operator, key)
        case .operatorOrKeyOwner(let subject):
            if source == site { return try require(.operator, key) }
            guard Thumbprint(subject).flatMap({ keys[$0] })?.agency == source else { throw Self.wrongAuthor }
        case .anyAgency: try require(.agency, key)
        case .named(let agency):
            guard agency == source else { throw Self.wrongAuthor }
            try require(.agency, key)
        case .namedEither(let from, let to):
            guard source == from || source == to else { throw Self.wrongAuthor }
            try require(.agency, key)
        case .party(let parties):
            guard parties.contains(source) else { throw Self.wrongAuthor }
            guard !key.roles.isDisjoint(with: [.agency, .igLead]) else { throw Self.roleMissing(.agency) }
        case .partyIGLead(let agreement, let version):
            guard let row = try reader.agreement(agreement, version: version) else { throw unknown("agreement") }
            guard row.parties.contains(source) else { throw Self.wrongAuthor }
            try require(.igLead, key)
        // Which agency these are is checked where the referral or delivery is looked up.
        case .referralSender, .referralRecipient, .deliverySender, .deliveryRecipient, .holder:
            try require(.agency, key)
        case .anyIGLead, .holderIGLead: try require(.igLead, key)
        }
    }

    /// One answer whether the thing is another's or not there at all.
    static let wrongAuthor = Rejection(
        .forbidden, "wrong-author",
        "this is for another agency to do, or what it refers to is not known to this event's author")

    private func require(_ role: KeyRole, _ key: EnrolledKey) throws {
        guard key.roles.contains(role) else { throw Self.roleMissing(role) }
    }

    private static func roleMissing(_ role: KeyRole) -> Rejection {
        Rejection(
            .forbidden, "role-missing", "this needs a key with the role `\(role.rawValue)`; have the operator enrol one"
        )
    }

    /// Who may read the entry (DOMAIN section 2), the author not yet counted in.
    func audience(of event: SharingEvent) throws -> Admitted.Audience {
        let rule = event.audienceRule
        switch rule {
        case .everybody: return .everybody
        case .none: return .agencies([])
        case .named(let agencies): return .agencies(agencies)
        case .agreementParties(let agreement, let version):
            return .agencies(try reader.agreement(agreement, version: version)?.parties ?? [])
        case .referral(let referral):
            // What never reached its recipient goes on not existing for it.
            guard let row = try reader.referral(referral) else { return .agencies([]) }
            return .agencies(row.released == nil ? [row.sender] : [row.sender, row.recipient])
        case .consent(let consent):
            guard let row = try reader.consent(consent) else { return .agencies([]) }
            let named = row.recipients.compactMap { if case .agency(let agency) = $0 { agency } else { nil } }
            return .agencies([row.author] + named + (row.holders ?? []) + (try reader.recipients(restingOn: consent)))
        case .disclosure(let event):
            guard let row = try reader.disclosure(of: event) else { return .agencies([]) }
            return .agencies([row.sender, row.recipient])
        case .event(let event): return .agencies(try reader.readers(of: event))
        case .involved, .involvedAndRecipients: return .agencies(try concerned(rule, event))
        }
    }

    /// All who are openly involved with the person and, for a death, all who received anything about them. Everybody in an audience can read
    /// who else is in it, so sensitive services are not named; and a pupil number is shown only to those who may see it.
    private func concerned(_ rule: AudienceRule, _ event: SharingEvent) throws -> [AgencyID] {
        guard let subject = try subject(of: event) else { return [] }
        var agencies = try reader.involvedAgencies(with: subject)
        if rule == .involvedAndRecipients { agencies += try reader.recipients(ofAnythingAbout: subject) }
        guard event.namesPupil else { return agencies }
        return try agencies.filter { [.education, .council].contains(try reader.agency($0)?.kind) }
    }
}
