import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy

extension Admission {
    /// A person of the holder settles what was referred: a new decision on everything that was asked or offered, with what was settled.
    func resolve(_ data: DisclosureResolved, _ event: SharingEvent) throws -> Admitted {
        guard let row = try reader.disclosure(of: data.request), row.kind != .recorded, row.kind != .resolution,
            row.sender == event.envelope.source
        else { throw Self.wrongAuthor }
        try checkSamePerson(event, as: row.subject)
        guard row.isReferred, let standing = try reader.standingDecision(on: row.event)?.decision else {
            throw Rejection(
                .conflict, "nothing-referred",
                "nothing of it waits to be settled; see the decision that stands, and deliver or recall instead")
        }
        let waiting = standing.items.filter { $0.result == .referred }.map(\.item)
        for (position, settled) in data.items.enumerated()
        where !waiting.contains(where: { settled.item.covers($0) }) {
            throw Rejection.invalid(
                "/data/items/\(position)/item", "not-referred", "this item was not referred; settle those that were")
        }
        if data.items.contains(where: { $0.result == .permitted }), try isTakenBack(row) {
            throw Rejection(
                .conflict, "taken-back",
                "it was withdrawn or recalled, or the referral has gone elsewhere since; settle it as withheld, and share anew what is still to be shared"
            )
        }
        guard let decided = context.earlier, var task = try task(deciding: decided, row) else {
            throw unknown("request")
        }
        try checkDecider(data.by.role, task, row)
        task.resolutions = context.resolutions
        task.resolving = data
        // Where it was offered, its items and reasons are not for somebody to whom nothing may have been released.
        let readers = row.content == nil ? [row.sender, row.recipient] : [row.sender]
        return Admitted(audience: .agencies(readers), question: task)
    }

    /// Whether what was offered is offered no more: a yes by somebody who works through the queue would still pass it on.
    private func isTakenBack(_ row: DisclosureRow) throws -> Bool {
        if row.recalled != nil { return true }
        guard let id = row.referral, row.content != nil, let referral = try reader.referral(id) else { return false }
        if referral.life.state == .withdrawn { return true }
        let holder = row.kind == .redirect ? try reader.author(of: row.event) : row.recipient
        return referral.recipient != holder
    }

    /// Settling is for the roles that the judge listens to, by the judge's own rule.
    private func checkDecider(_ role: RoleCode, _ task: DecisionTask, _ row: DisclosureRow) throws {
        for agency in [task.holder, task.recipient] { try checkEnrolled(agency, at: "/data/request") }
        let question = try FactGathering(reader: reader, keys: keys, replicas: [])
            .question(task, about: EventReference(id: row.event, index: row.index))
        let facts = Facts(at: row.index, clock: now, policy: "", baseline: baseline, prepared: context.policy)
        let deciders = DecidingRoles.of(question, facts)
        guard deciders.contains(role) else {
            let roles = deciders.map(\.text).sorted().joined(separator: ", ")
            throw Rejection(
                .forbidden, "role-may-not-decide",
                roles.isEmpty
                    ? "no baseline here says who may settle this; have the operator adopt one"
                    : "this is settled by somebody in one of these roles: \(roles)")
        }
    }

    /// The question that an event raised, as it was when it was recorded.
    private func task(deciding earlier: SharingEvent, _ row: DisclosureRow) throws -> DecisionTask? {
        var task = DecisionTask(
            kind: .request, holder: row.sender, recipient: row.recipient, purpose: row.purpose,
            items: row.items.map { Question.Item($0) }, role: row.role ?? .system,
            releases: row.content)
        if !earlier.content.isEmpty { task.items = earlier.content.map(Question.Item.init) }
        switch earlier.data {
        case .disclosureRequested(let data):
            task.breakGlass = data.breakGlass
            task.isNeededForPublicTask = data.isNeededForPublicTask
            task.requestKey = row.kid
        case .referralSubmitted(let data):
            task.kind = .referral
            task.records = data.records
            task.isPersonInformed = data.informed?.told == true
        case .referralInfoProvided, .referralTransition: task.kind = .referral
        case .disclosureDelivered(let data):
            task.kind = .delivery
            task.records = data.records
            if let id = data.request, let request = try reader.disclosure(of: id) {
                task.role = request.role ?? task.role
                task.requestKey = request.kid
            }
            // As when it was delivered: with its asker's broken glass and public task (DOMAIN 5.10).
            if case .disclosureRequested(let asked)? = context.asked?.data {
                task.breakGlass = asked.breakGlass
                task.asked = asked.items
                task.isNeededForPublicTask = asked.isNeededForPublicTask
            }
        default: return nil
        }
        return task
    }

    /// The holder's IG lead looks at a decision again. Nobody reviews the glass that it broke itself.
    func review(_ data: ReviewCompleted, _ event: SharingEvent) throws -> Admitted {
        let decided = try reader.decision(data.event)?.request ?? data.event
        let author = event.envelope.source
        guard let row = try reader.disclosure(of: decided), row.kind != .recorded,
            row.sender == author || (row.recipient == author && row.content == nil)
        else { throw Self.wrongAuthor }
        guard row.sender == author else {
            throw Rejection(
                .forbidden, "own-review",
                "nobody reviews its own asking; this is for the IG lead of the agency that held the information")
        }
        try checkSamePerson(event, as: row.subject)
        guard let review = try reader.review(Clock.Review(data.of), of: decided) else {
            throw Rejection.invalid("/data/of", "nothing-to-review", "nothing of this kind is to be reviewed there")
        }
        guard review.completion == nil else {
            throw Rejection(.conflict, "reviewed-already", "this has been reviewed already")
        }
        return Admitted(audience: .agencies([row.sender, row.recipient]))
    }
}

extension Clock.Review {
    init(_ subject: ReviewCompleted.Subject) {
        switch subject {
        case .breakGlass: self = .breakGlass
        case .shareFirst: self = .shareFirst
        case .oneOff: self = .oneOff
        }
    }
}

extension DisclosureRequested {
    /// A statement that its public task needs it: a text, or true.
    var isNeededForPublicTask: Bool { publicTask.map { $0 != .bool(false) } ?? false }
}
