import Encodings
import SharingModel

/// A question with the facts it is judged on, and what follows from the two before any rule is looked at.
///
/// What it is given never changes, and what follows from that is worked out once, when it is first asked for. Belongs to one decision. A class,
/// because every rule, step and candidate holds it, and copying so many facts each time costs more than judging them does.
final class Docket {
    let question: Question
    let facts: Facts
    let policy: PreparedPolicy
    let zone: SiteTimeZone
    /// The day it is where the site is.
    let today: CalendarDay
    /// The items to be decided: each parent as its leaves, sorted, each once.
    let items: [ItemInQuestion]
    /// The purpose, if the baseline knows it.
    let purpose: PurposeRule?
    /// The baseline knows the role in which somebody acts.
    let isRoleKnown: Bool
    /// The same items, and those that a flow binds to them, sorted.
    private var everyItem: [ItemInQuestion]
    /// Resolutions by somebody who may decide, the later ones first.
    let settled: [ResolutionOnRecord]
    /// Those of them with which something was recorded that only the holder can.
    private let recording: [ResolutionOnRecord]
    /// What could not be evaluated and might have mattered to the holder: `liverpool-mash/3 is unreadable`.
    let error: String?
    let flows: FlowsInQuestion

    /// The duties of the day that bind the holder to share what is asked.
    private(set) lazy var duties: [PreparedDuty] = Duties.applying(to: self)

    /// The person's age now, in completed years; nil where no birth is on record.
    private(set) lazy var ageNow: Int64? = age(at: facts.clock)

    private var consentsByKind: [(kind: ConsentKind, consents: [ConsentInQuestion])] = []

    /// The person's consents of a kind.
    func consents(of kind: ConsentKind) -> [ConsentInQuestion] {
        for known in consentsByKind where known.kind == kind { return known.consents }
        let found = facts.consents.indices.filter { facts.consents[$0].kind == kind }
            .map { ConsentInQuestion(at: $0, in: self) }
        consentsByKind.append((kind, found))
        return found
    }

    var law: PreparedLaw { policy.law }
    var baseline: Held<Baseline>? { policy.law.baseline }
    var isSafeguarding: Bool { purpose?.safeguarding ?? false }

    init(_ question: Question, _ facts: Facts) {
        self.question = question
        self.facts = facts
        policy = facts.prepared ?? PreparedPolicy(facts.agreements, baseline: facts.baseline)
        zone = policy.law.zone
        today = zone.day(of: facts.clock)
        items = Self.items(question, policy.law)
        everyItem = items
        purpose = policy.law.baseline?.value.purposes[question.purpose]
        isRoleKnown = policy.law.baseline?.value.roles[question.role] != nil
        error = policy.error(for: question.holder.agency, at: facts.clock)
        flows = FlowsInQuestion(policy, question, facts.clock)
        settled = Self.settled(question, flows, policy.baseline)
        recording = settled.filter { $0.records != HolderRecords() }
    }

    /// Codes as their leaves; one that is unknown stays as it is, to be answered as such.
    func leaves(of codes: [ItemCode]) -> Set<ItemCode> {
        Set(
            codes.flatMap { code in
                let leaves = law.leaves(of: code)
                return leaves.isEmpty ? [code] : leaves.map(\.code)
            })
    }

    private static func items(_ question: Question, _ law: PreparedLaw) -> [ItemInQuestion] {
        var items: [ItemInQuestion] = []
        items.reserveCapacity(question.items.count)
        for asked in question.items {
            let leaves = law.leaves(of: asked.code)
            if leaves.isEmpty { items.append(ItemInQuestion(asked.code, law.item(asked.code))) }
            for leaf in leaves { items.append(ItemInQuestion(leaf.code, leaf)) }
        }
        guard items.count > 1 else { return items }
        items.sort { $0.code < $1.code }
        // Neighbours that are the same, without a set: nearly always there are few and none twice.
        var last: ItemCode?
        items.removeAll { item in
            defer { last = item.code }
            return item.code == last
        }
        return items
    }

    /// An item by its code: one of those to be decided, or one that is bound to them.
    func item(_ code: ItemCode) -> ItemInQuestion {
        if let place = everyItem.place(of: code) { return everyItem[place] }
        let item = ItemInQuestion(code, law.item(code))
        everyItem.insert(item, at: everyItem.firstIndex { $0.code > code } ?? everyItem.endIndex)
        return item
    }

    /// Whether an offer has the item, whatever its value.
    func isOffered(_ code: ItemCode) -> Bool { question.kind.isPush && items.place(of: code) != nil }

    func matter(_ item: ItemInQuestion) -> ConsentMatter { ConsentMatter(docket: self, item: item) }

    /// What only the holder can record: in the event itself, else in what its people settled about this item, the later
    /// first. A person who settles one item has weighed nothing for another.
    func records(for item: ItemInQuestion) -> HolderRecords {
        guard !recording.isEmpty else { return question.records }
        let all = [question.records] + recording.filter { $0.settles(item.code) == .permitted }.map(\.records)
        return HolderRecords(
            withoutConsent: all.lazy.compactMap(\.withoutConsent).first,
            publicInterest: all.lazy.compactMap(\.publicInterest).first,
            oneOff: all.lazy.compactMap(\.oneOff).first)
    }

    /// Whether the holder may have decided for this once about anything.
    var mayHaveOneOffs: Bool { question.records.oneOff != nil || !recording.isEmpty }

    /// The terms of a decision for this once, which are the same for all items.
    func terms(of oneOff: OneOff) -> PreparedTerms? {
        for known in termsOfOneOffs where known.oneOff == oneOff { return known.terms }
        guard let nation = law.baseline?.value.nation else { return nil }
        let flow = Flow.oneOff(oneOff, purpose: question.purpose, items: items.map(\.code))
        let terms = PreparedTerms(flow, nation: nation, law)
        termsOfOneOffs.append((oneOff, terms))
        return terms
    }

    private var termsOfOneOffs: [(oneOff: OneOff, terms: PreparedTerms)] = []

    /// What the holder decided for this once about an item, each with the event that holds it: its own event first.
    func oneOffs(for item: ItemInQuestion) -> [(oneOff: OneOff, event: EventReference)] {
        let own = question.records.oneOff.map { [(oneOff: $0, event: question.event)] } ?? []
        guard !recording.isEmpty else { return own }
        return own
            + recording.compactMap { resolution in
                guard resolution.settles(item.code) == .permitted else { return nil }
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
