import Encodings
import SharingModel

/// A question with the facts it is judged on, and what follows from the two before any rule is looked at.
///
/// It never changes. A class, because every rule, step and candidate holds it, and copying so many facts each time costs more than judging
/// them does.
final class Docket {
    let question: Question
    let facts: Facts
    let policy: PreparedPolicy
    let zone: SiteTimeZone
    /// The day it is where the site is.
    let today: CalendarDay
    /// The items to be decided: each parent as its leaves, sorted, each once.
    let items: [ItemCode]
    /// Leaves of the items of an offer: what is there, whatever its value.
    let offered: Set<ItemCode>
    /// Resolutions by somebody who may decide, the later ones first.
    let settled: [ResolutionOnRecord]
    /// What could not be evaluated and might have mattered to the holder: `liverpool-mash/3 is unreadable`.
    let error: String?
    let flows: FlowsInQuestion

    /// The duties of the day that bind the holder to share what is asked, by their names.
    private(set) lazy var duties: [LegalCode: DutyRule] = Duties.named(for: self)

    private var consentsByKind: [ConsentKind: [ConsentOnRecord]] = [:]

    /// The person's consents of a kind.
    func consents(of kind: ConsentKind) -> [ConsentOnRecord] {
        if let known = consentsByKind[kind] { return known }
        let found = facts.consents.filter { $0.kind == kind }
        consentsByKind[kind] = found
        return found
    }

    var baseline: Held<Baseline>? { policy.law }

    init(_ question: Question, _ facts: Facts) {
        self.question = question
        self.facts = facts
        policy = facts.prepared ?? PreparedPolicy(facts.agreements, baseline: facts.baseline)
        zone = policy.zone
        today = zone.day(of: facts.clock)
        items = Self.leaves(of: question.items.map(\.code), policy.law)
        offered = question.kind.isPush ? Set(items) : []
        error = policy.error(for: question.holder.agency, at: facts.clock)
        flows = FlowsInQuestion(policy, question, facts.clock)
        settled = Self.settled(question, flows, policy.baseline)
    }

    func leaves(of codes: [ItemCode]) -> [ItemCode] { Self.leaves(of: codes, policy.law) }

    private static func leaves(of codes: [ItemCode], _ baseline: Held<Baseline>?) -> [ItemCode] {
        baseline?.items.leaves(of: codes) ?? Set(codes).sorted()
    }

    func matter(_ item: ItemCode) -> ConsentMatter {
        ConsentMatter(
            purpose: question.purpose, item: item, holder: question.holder.agency, recipient: question.recipient)
    }

    /// What only the holder can record: in the event itself, else in what its people settled about this item, the later
    /// first. A person who settles one item has weighed nothing for another.
    func records(for item: ItemCode) -> HolderRecords {
        guard !settled.isEmpty else { return question.records }
        let all = [question.records] + settled.filter { $0.settles(item) == .permitted }.map(\.records)
        return HolderRecords(
            withoutConsent: all.lazy.compactMap(\.withoutConsent).first,
            publicInterest: all.lazy.compactMap(\.publicInterest).first,
            oneOff: all.lazy.compactMap(\.oneOff).first)
    }

    /// What the holder decided for this once about an item, each with the event that holds it: its own event first.
    func oneOffs(for item: ItemCode) -> [(oneOff: OneOff, event: EventReference)] {
        let own = question.records.oneOff.map { [(oneOff: $0, event: question.event)] } ?? []
        guard !settled.isEmpty else { return own }
        return own
            + settled.compactMap { resolution in
                guard resolution.settles(item) == .permitted else { return nil }
                return resolution.records.oneOff.map { (oneOff: $0, event: resolution.event) }
            }
    }

    /// Resolutions by somebody who may decide, under keys that are trusted; the later ones first.
    private static func settled(
        _ question: Question, _ flows: FlowsInQuestion, _ baseline: Baseline?
    ) -> [ResolutionOnRecord] {
        guard !question.resolutions.isEmpty else { return [] }
        let roles = DecidingRoles.of(flows, baseline)
        return question.resolutions.filter { !$0.isUnderRevokedKey && roles.contains($0.role) }
            .sorted { $0.event > $1.event }
    }
}
