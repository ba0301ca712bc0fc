import EventStore
import Projections
import SharingModel
import SharingPolicy

/// Whether an event of a peer counts here.
extension Arrivals {
    /// The person of an event, if its author may speak from there. A person's no counts also where the author's agency has ended, or its key
    /// is not trusted here.
    /// - Returns: nil for an event about nobody.
    func about(
        _ event: SharingEvent, _ entry: Entry, from sender: Sender, _ keys: KeyBook
    ) throws -> SubjectReference? {
        let author = event.envelope.source
        if author != sender.site {
            guard let row = try agencies[author], row.site == sender.origin else {
                throw Rejection(.forbidden, "author-not-hosted-there", "the author is not hosted at that site")
            }
            guard event.saysNo || (row.ended == nil && keys[entry.kid]?.end == nil) else {
                throw Rejection(.forbidden, "author-ended", "the author's agency or key has ended here")
            }
        }
        guard let identifier = event.envelope.subject else { return nil }
        guard let reference = try person(identifier) else {
            throw Rejection(.notFound, "erased", "the person is not known any more")
        }
        return reference
    }

    /// Holds an event against the rules of its own site, on what is known here.
    /// - Returns: the question that it raises.
    func admitted(
        _ event: SharingEvent, _ entry: Entry, _ subject: SubjectReference?, from sender: Sender, _ run: inout Run
    ) throws -> DecisionTask? {
        switch event.data {
        case .disclosureDecided(let data):
            guard event.envelope.source == sender.site else { throw Self.siteOnly }
            try check(data, entry, subject, from: sender)
            return nil
        case .contentOpened(let data):
            guard event.envelope.source == sender.site else { throw Self.siteOnly }
            guard let reader = data.by.employer, try isHosted(reader, at: sender) else { throw Admission.wrongAuthor }
            return nil
        case .referralTransition(let data): try checkRoom(behind: writer.reader.stepCount(of: data.referral))
        case .referralInfoProvided(let data): try checkRoom(behind: writer.reader.stepCount(of: data.referral))
        case .referralWork(let data): try checkRoom(behind: writer.reader.casework(on: data.referral).count)
        default: break
        }
        var context = try AdmissionContext.gather(
            for: event, writer.reader, run.keys, &run.shelf, read: known.event)
        context.releasedDigest = try known.releasedDigest(for: event)
        let admission = Admission(
            reader: writer.reader, keys: run.keys.abroad[sender.vkey] ?? KeyBook(), vault: vault, site: sender.site,
            origin: sender.origin, baseline: try run.shelf.baseline(writer.reader), now: entry.recorded,
            context: context)
        do {
            return try admission.admit(arrived: event, kid: entry.kid).question
        } catch let rejection as Rejection where event.saysNo || Self.stepsAllTheSame.contains(rejection.code) {
            return nil
        }
    }

    /// A step is told by who took it: it can be one too many, or contradict another, only because the sites had not heard of each other.
    private static let stepsAllTheSame: Set = ["forbidden-transition", "too-many-steps"]

    /// - Throws: `too-many-steps`: more than sites that keep to the limit can have told of one referral.
    private func checkRoom(behind steps: Int) throws {
        guard steps < ServiceLimits.referralStepsToldAbroad else { throw Admission.tooManySteps }
    }

    private static let siteOnly = Rejection(
        .forbidden, "site-only", "only the site itself records events of this type")

    private func isHosted(_ agency: AgencyID, at sender: Sender) throws -> Bool {
        try agencies[agency]?.site == sender.origin
    }

    /// The holder's site decides, and nobody else for it; and it releases what was asked of it, to whom that was for, and nothing else.
    /// What it decided on may be in a log that tells nothing of it here: then it redirects a referral that it sent.
    private func check(
        _ data: DisclosureDecided, _ entry: Entry, _ subject: SubjectReference?, from sender: Sender
    ) throws {
        let asked = try writer.reader.disclosure(of: data.request)
        let redirected = try entry.releases.first.flatMap { try writer.reader.disclosure(of: $0) }
        guard let row = asked ?? redirected, try isHosted(row.sender, at: sender) else {
            throw Self.notTheHoldersSite
        }
        guard let subject, try writer.reader.persons(with: row.subject).contains(subject),
            entry.releases.isEmpty || (row.content != nil && entry.releases == [row.contentEvent])
        else { throw Rejection(.forbidden, "other-release", "it releases what was not asked") }
        guard asked == nil, let referral = try writer.reader.referral(row.event) else { return }
        // A referral that has reached somebody at this site is theirs to redirect.
        let host = try agencies[referral.recipient]?.site
        guard referral.released == nil || (host != nil && host != origin) else { throw Self.notTheHoldersSite }
    }

    private static let notTheHoldersSite = Rejection(
        .forbidden, "not-the-holders-site", "only the holder's site decides")
}
