import Encodings
import SharingPolicy

@testable import SharingModel

/// A second judge, written from DOMAIN 5 as plain loops, without a line of the first. It is slow and simple on purpose: one function for
/// each step, every rung of every flow looked at for every item. It shares with the first one only the values that go in and come out.
struct NaiveJudge {
    let question: Question
    let facts: Facts
    let agreements: [(record: AgreementOnRecord, agreement: Agreement)]

    init(_ question: Question, _ facts: Facts) {
        self.question = question
        self.facts = facts
        agreements = Self.agreementsThatCount(question, facts)
    }

    /// What is said where nothing permits, and how far it got.
    struct Said {
        var code: RefusalCode
        var rung = Rung.parties
        /// A fact is missing, or a record that the holder may still make: people of the holder are asked.
        var isMissing = false
        var isBar = false
        var consent: ConsentFailure?
        var flow = ""

        /// The step at which the flow failed, as a decision spells it.
        var failed: String {
            if code == .inseparable { return "inseparable" }
            if isBar { return "bar" }
            return rung == .law || rung == .confidence ? "basis" : "\(rung)"
        }
    }

    /// A flow that permits, or nil for the holder's own decision for this once.
    struct Permit {
        var name: String
        var flow: Flow?
    }

    struct Answer {
        var isShareFirst = false
        /// The first of them carries the item.
        var permits: [Permit] = []
        /// What is said where nothing permits, or would be.
        var said: Said?
        /// Step 1, or a person's no.
        var isFinal = false

        var isPermitted: Bool { isShareFirst || !permits.isEmpty }
    }

    struct Ruling {
        var outcome: Decision.Outcome
        var shareFirst: Bool
        var breakGlass: Bool
        var items: [ItemCode: Answer]
        var obligations: Set<Obligation>
    }

    var baseline: Baseline? { facts.baseline }
    var zone: SiteTimeZone { facts.baseline?.timeZone ?? .utc }
    var today: CalendarDay { zone.day(of: facts.clock) }
    var isPush: Bool { question.kind != .request }

    /// Everything in DOMAIN's order.
    func ruling() -> Ruling {
        let asked = leaves()
        var answers = answersWithCompanions(asked)
        keepTogether(&answers)
        refuseToReadOn(&answers)
        if !isPush { tellWhatTheAskerKnows(&answers) }
        answers = answers.filter { asked.contains($0.key) }
        return Ruling(
            outcome: outcome(answers), shareFirst: answers.values.contains(where: \.isShareFirst),
            breakGlass: glassIsBroken(answers), items: answers, obligations: obligations(answers))
    }

    /// A parent asked for is decided as its leaves; a word that nobody knows stays.
    func leaves() -> Set<ItemCode> {
        var found: Set<ItemCode> = []
        for asked in question.items { found.formUnion(leaves(of: asked.code)) }
        return found
    }

    func leaves(of code: ItemCode) -> Set<ItemCode> {
        guard let known = baseline?.items.items else { return [code] }
        var below: Set<ItemCode> = []
        for candidate in known.keys where code.covers(candidate) {
            if !known.keys.contains(where: { $0 != candidate && candidate.covers($0) }) { below.insert(candidate) }
        }
        return below.isEmpty || known[code] == nil ? [code] : below
    }

    // MARK: The steps for one item

    /// Steps 1 to 8.
    func answer(_ item: ItemCode) -> Answer {
        if let bar = absoluteBar(item) { return Answer(said: Said(code: bar), isFinal: true) }
        if isShareFirst { return Answer(isShareFirst: true) }
        let trials = trials(of: item)
        let open = trials.filter(\.isOpen)
        var answer = Answer(permits: permits(open) { _ in false })
        answer.said = speaker(of: open.filter { !$0.permits && $0.visible == nil })
        if answer.permits.isEmpty {
            let said = answer.said ?? visible(trials)
            answer.said = isPush ? barComesFirst(said, open, item) : said
        }
        oneOff(&answer, item)
        if question.breakGlass != nil, baseline?.roles[question.role] != nil {
            let broken = open.filter { $0.flow.breakGlass.contains(question.role) && wasAskedFor(item, $0.flow) }
            answer.permits += permits(broken) { $0.isMissing || Self.behindGlass.contains($0.code) }
        }
        settle(&answer, item, open)
        if !answer.isPermitted, !answer.isFinal, !dutiesToShare().isEmpty { answer.said?.isMissing = true }
        return answer
    }

    /// Whoever breaks the glass gets at what it asked for, and at what a flow lets nobody have without the other.
    private func wasAskedFor(_ item: ItemCode, _ flow: Flow) -> Bool {
        guard let asked = question.asked else { return true }
        var wanted: Set<ItemCode> = []
        for code in asked { wanted.formUnion(leaves(of: code)) }
        if wanted.contains(item) { return true }
        for group in flow.inseparable {
            var together: Set<ItemCode> = []
            for code in group { together.formUnion(leaves(of: code)) }
            if together.contains(item), !together.isDisjoint(with: wanted) { return true }
        }
        return false
    }

    /// Step 7.
    static let behindGlass: Set<RefusalCode> = [
        .noOpenReferral, .consentAbsent, .consentWithdrawn, .consentExpired, .consentOutOfScope, .consentToConfirm,
        .consentDisputed, .objectionUpheld, .deceased, .replicaTooStale,
    ]

    private func permits(_ trials: [Trial], lifting: (Said) -> Bool) -> [Permit] {
        var permits: [Permit] = []
        for trial in trials.sorted(by: { $0.name < $1.name }) where trial.failures.allSatisfy(lifting) {
            if trial.bar.map(lifting) ?? true { permits.append(Permit(name: trial.name, flow: trial.flow)) }
        }
        return permits
    }

    /// Step 3 on an offer: nobody asked, so what bars comes before flows that are not about the item or are barred too.
    private func barComesFirst(_ said: Said, _ open: [Trial], _ item: ItemCode) -> Said {
        if said.isMissing || open.contains(where: \.standsAboveBars) { return said }
        guard let bar = liftableBar(item, article6: nil, afterDeath: false) else { return said }
        let barred = open.filter { $0.bar != nil }.min { $0.name < $1.name }
        return barred?.bar ?? Said(code: bar, isBar: true)
    }

    /// Step 1.
    func absoluteBar(_ item: ItemCode) -> RefusalCode? {
        if question.revokedKey != nil || question.holder.ended != nil || question.recipient.ended != nil {
            return .keyRevoked
        }
        if isShielded { return .shielded }
        for order in facts.courtOrders where order.effect == .prohibits {
            guard order.items.covers(item), names(order.recipients), concerns(order.holders), !isOver(order.until)
            else { continue }
            if !order.discharges.contains(where: { !$0.isUnderRevokedKey }) { return .courtProhibits }
        }
        return nil
    }

    /// What an agency shields stays shielded until that very agency takes it down.
    private var isShielded: Bool {
        for author in Set(facts.shields.map(\.author)) {
            var isUp = false
            for shield in facts.shields.sorted(by: { $0.event < $1.event }) where shield.author == author {
                guard concerns(shield.holders) else { continue }
                switch shield.against {
                case .everybody: break
                case .agencies(let agencies): if !agencies.contains(question.recipient.agency) { continue }
                }
                if !shield.isLifting { isUp = true } else if !shield.isUnderRevokedKey { isUp = false }
            }
            if isUp { return true }
        }
        return false
    }

    /// Step 2.
    var isShareFirst: Bool {
        guard question.kind == .referral, let baseline, baseline.purposes[question.purpose]?.safeguarding == true
        else { return false }
        for rule in baseline.shareFirst where rule.purpose == question.purpose && isLaw(rule.dated) {
            if rule.kinds.contains(question.recipient.kind) || rule.agencies.contains(question.recipient.agency) {
                return true
            }
        }
        return false
    }

    /// Step 3 for a basis: the code, if a bar stands against it.
    func liftableBar(_ item: ItemCode, article6: LegalCode?, afterDeath: Bool) -> RefusalCode? {
        let isSafeguarding = baseline?.purposes[question.purpose]?.safeguarding == true
        if !isSafeguarding, article6.flatMap({ baseline?.article6[$0]?.beyondObjection }) != true {
            for objection in facts.objections {
                guard objection.purposes.contains(question.purpose), objection.items.covers(item),
                    names(objection.recipients), concerns(objection.holders)
                else { continue }
                var isUpheld = false
                for change in objection.changes.sorted(by: { $0.event < $1.event }) {
                    if change.verb == .upheld { isUpheld = true } else if !change.isUnderRevokedKey { isUpheld = false }
                }
                if isUpheld { return .objectionUpheld }
            }
        }
        if !afterDeath, facts.deaths.contains(where: \.isVerified) { return .deceased }
        return nil
    }

    /// Step 6. It lifts no bar, its basis is held against the law, and nobody is named by it who told.
    private func oneOff(_ answer: inout Answer, _ item: ItemCode) {
        var oneOffs: [OneOff] = []
        if let own = question.records.oneOff { oneOffs.append(own) }
        for resolution in resolutionsThatCount(item) {
            if let theirs = resolution.records.oneOff { oneOffs.append(theirs) }
        }
        var wrong: Said?
        for oneOff in oneOffs {
            if let failure = failure(of: oneOff, item) {
                wrong = wrong ?? failure
            } else {
                answer.permits.append(Permit(name: "", flow: nil))
                return
            }
        }
        // What was wrong with its own decision is what the sender can mend.
        if let wrong, isPush, answer.permits.isEmpty, answer.said?.isMissing != true { answer.said = wrong }
    }

    private func failure(of oneOff: OneOff, _ item: ItemCode) -> Said? {
        guard let baseline, baseline.items[item] != nil, item != "informant" else { return Said(code: .itemNotCovered) }
        if baseline.purposes[question.purpose] == nil { return Said(code: .purposeNotCovered) }
        if let bar = liftableBar(item, article6: oneOff.basis.article6, afterDeath: false) {
            return Said(code: bar, isBar: true)
        }
        if let code = lawFailure(oneOff.basis, item) { return Said(code: code) }
        if let (code, isMissing) = confidenceFailure(oneOff.basis, item, isWeighed: true) {
            return Said(code: code, isMissing: isMissing)
        }
        guard let failure = consentFailure(oneOff.basis, item, need: .notRequired) else { return nil }
        return Said(code: failure.code, isMissing: failure.isReferred)
    }

    /// Step 8: what people of the holder said. Their yes supplies what is missing, and under a duty to share what the agreement
    /// asks for; their no stands.
    private func settle(_ answer: inout Answer, _ item: ItemCode, _ open: [Trial]) {
        let duties = dutiesToShare()
        var no: (event: EventReference, exception: String?)?
        for resolution in question.resolutions {
            guard let said = word(resolution, about: item), said.result == .withheld else { continue }
            if !duties.allSatisfy({ $0.exceptions.contains(said.exception ?? "") }) { continue }
            if let earlier = no, earlier.event > resolution.event { continue }
            no = (resolution.event, duties.isEmpty ? nil : said.exception)
        }
        let yes = resolutionsThatCount(item).filter { resolution in no.map { $0.event < resolution.event } ?? true }
        if let no, yes.isEmpty {
            let code = no.exception != nil ? .statutoryException : answer.permits.isEmpty ? answer.said?.code : nil
            answer = Answer(said: Said(code: code ?? .notAvailable), isFinal: true)
            return
        }
        var more: [Permit] = []
        for resolution in yes {
            let theirs = open.filter { trial in
                trial.flow.decide.isEmpty
                    ? baseline?.roles[resolution.role]?.decides == true : trial.flow.decide.contains(resolution.role)
            }
            more += permits(theirs) { said in
                if said.isMissing || said.code == .onwardNotAllowed { return true }
                if duties.isEmpty { return false }
                return said.isBar || [.role, .referral, .confidence, .staleness, .consent].contains(said.rung)
            }
        }
        answer.permits += more.sorted { $0.name < $1.name }
    }

    /// What a resolution says about an item, by the closest of its codes.
    private func word(_ resolution: ResolutionOnRecord, about item: ItemCode) -> DisclosureResolved.Item? {
        var closest: DisclosureResolved.Item?
        for settled in resolution.items where settled.item.covers(item) {
            if settled.item.text.count > closest?.item.text.count ?? 0 { closest = settled }
        }
        return closest
    }

    func dutiesToShare() -> [DutyRule] {
        guard let baseline else { return [] }
        var duties: [DutyRule] = []
        for duty in baseline.duties.values where isLaw(duty.dated) && duty.purposes.contains(question.purpose) {
            if duty.holders.contains(question.holder.kind) && duty.recipients.contains(question.recipient.kind) {
                duties.append(duty)
            }
        }
        return duties
    }

    /// The resolutions that say yes to an item, the latest first: whoever said so may, under a key that is trusted. Their records are the holder's for
    /// that item.
    func resolutionsThatCount(_ item: ItemCode) -> [ResolutionOnRecord] {
        let latestFirst = question.resolutions.sorted { $0.event > $1.event }
        return latestFirst.filter { resolution in
            !resolution.isUnderRevokedKey && word(resolution, about: item)?.result == .permitted
                && mayDecide(resolution.role)
        }
    }

    // MARK: Small readings of facts

    func concerns(_ holders: [AgencyID]?) -> Bool { holders.map { $0.contains(question.holder.agency) } ?? true }

    func names(_ recipients: [RecipientSelector]) -> Bool {
        for recipient in recipients {
            switch recipient {
            case .agency(let agency): if agency == question.recipient.agency { return true }
            case .kind(let kind): if kind == question.recipient.kind { return true }
            case .anyone: return true
            }
        }
        return false
    }

    func isOver(_ until: DateOrTime?) -> Bool { until.map { $0.end(in: zone) < facts.clock } ?? false }

    /// Whether a rule is law today, in this nation.
    func isLaw(_ dated: Dated) -> Bool {
        guard let from = dated.from, from <= today, dated.until.map({ today <= $0 }) ?? true else { return false }
        return dated.nation == "uk" || dated.nation == baseline?.nation
    }

    func outcome(_ answers: [ItemCode: Answer]) -> Decision.Outcome {
        if answers.values.allSatisfy(\.isPermitted) { return .permitted }
        if answers.values.contains(where: \.isPermitted) { return .partlyPermitted }
        return answers.values.contains { $0.said?.isMissing == true } ? .referred : .refused
    }
}
