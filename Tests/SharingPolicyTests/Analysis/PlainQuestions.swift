import Encodings
import SharingPolicy

@testable import SharingModel

/// Every question about some agreements, asked one after the other: plain loops over everything that could matter, whether it does or not.
/// Written without a look at `QuestionSpace`, to hold it against.
///
/// A question is a setting (who, to whom, for what, in which role, about whom), an act with what is recorded, what people do beyond it, and what
/// else is on record of the person. Every item is asked for or offered at once, on one day.
struct PlainQuestions: Sendable {
    let policies: [PlainPolicy]
    let leaves: [ItemCode]
    private let items: [Question.Item]
    private let clock: Instant
    private let agencies: [AgencyID]
    private let purposes: [PurposeCode]
    private let roles: [RoleCode]

    /// - Parameter agreements: each in force by itself; all are asked the same.
    init(baseline: Baseline, agreements: [Agreement], clock: Instant) {
        policies = agreements.map { PlainPolicy(baseline, $0) }
        leaves = baseline.items.leaves(of: baseline.items.items.keys)
        items = leaves.map { .init($0) }
        self.clock = clock
        let flows = agreements.flatMap(\.flows)
        agencies = Set(agreements.flatMap(\.parties).map(\.agency)).sorted()
        purposes = Set(flows.map(\.purpose)).sorted() + ["complaint"]
        roles = Set(flows.flatMap { ($0.conditions.roles ?? []) + $0.breakGlass }).sorted() + ["housing-officer"]
    }

    // MARK: - Settings

    /// What stays the same while people act and more is recorded of the person.
    struct Setting: Sendable {
        let from: AgencyID
        let to: AgencyID
        let purpose: PurposeCode
        let role: RoleCode
        /// The policies, besides the first, that are asked; by number.
        let others: [Int]
        /// Of the first policy and of these, what is on record of an ordinary person.
        let facts: [Facts]
    }

    /// From whom to whom for what.
    var ways: Int { agencies.count * (agencies.count - 1) * purposes.count }
    var settingsOfAWay: Int { roles.count * Self.births.count * Self.consents.count * 4 }
    /// How many questions there are.
    var count: Int {
        ways * settingsOfAWay * PlainPerson.allCases.count * PlainAct.all.reduce(0) { $0 + $1.lifts.count }
    }

    private static let births: [String?] = [nil, "2024-06-01", "2015-06-01", "2009-06-01", "2008-06-01", "1990-06-01"]

    /// - Parameters:
    ///   - way: below ``ways``.
    ///   - number: below ``settingsOfAWay``.
    ///   - onlyTouched: asks of the further policies only those that have another flow this way than the first.
    func setting(_ number: Int, ofWay way: Int, onlyTouched: Bool) -> Setting {
        var rest = way
        func take<Value>(_ values: [Value]) -> Value {
            defer { rest /= values.count }
            return values[rest % values.count]
        }
        let (purpose, from) = (take(purposes), take(agencies))
        let to = take(agencies.filter { $0 != from })
        rest = number
        let (role, birth, consents) = (take(roles), take(Self.births), take(Self.consents))
        let (isOpen, isStale) = (take([true, false]), take([false, true]))
        let others = policies.indices.dropFirst().filter { other in
            !onlyTouched || policies[other].flows(from, to, purpose) != policies[0].flows(from, to, purpose)
        }
        let facts = ([0] + others).map { number in
            let policy = policies[number]
            return Facts(
                at: 4711, clock: clock, policy: "", baseline: policy.baseline, agreements: policy.records,
                prepared: policy.prepared,
                birth: birth.map { BirthOnRecord(date: .day(day($0)), event: event(5)) },
                consents: consents.map { $0.onRecord(purpose, to) },
                openReferrals: isOpen ? [ReferralOnRecord(event: event(60), from: from, to: to)] : [],
                replicas: isStale ? [Replica(origin: "partner.example", size: 1, asOf: Instant(seconds: 0))] : [])
        }
        return Setting(from: from, to: to, purpose: purpose, role: role, others: others, facts: facts)
    }

    private struct Given {
        let kind: ConsentKind
        let giver: ConsentGiver
        let index: Int64
        var isWithdrawn = false

        func onRecord(_ purpose: PurposeCode, _ recipient: AgencyID) -> ConsentOnRecord {
            let recorded = moment("2026-11-21T12:00:00Z")
            var consent = consent(
                kind, at: index, by: giver, for: [purpose], to: [.agency(recipient)], from: "2026-11-21")
            consent.recorded = recorded
            if isWithdrawn { consent.withdrawal = .init(event: event(index + 1), recorded: recorded) }
            return consent
        }
    }

    private static let consents: [[Given]] =
        [[]]
        + [ConsentGiver.`self`, .parentalResponsibility].flatMap { giver in
            let engagement = Given(kind: .engagement, giver: giver, index: 100)
            let confidentiality = Given(kind: .confidentiality, giver: giver, index: 102)
            return [[engagement], [confidentiality], [engagement, confidentiality]]
        } + [
            [
                Given(kind: .engagement, giver: .`self`, index: 100, isWithdrawn: true),
                Given(kind: .confidentiality, giver: .`self`, index: 102, isWithdrawn: true),
            ]
        ]

    // MARK: - Questions

    func question(_ setting: Setting, _ act: PlainAct, _ lift: PlainLift) -> Question {
        func party(_ agency: AgencyID) -> Question.Party {
            Question.Party(
                agency: agency, kind: Shipped.parties[agency]?.kind ?? .private,
                isPublicAuthority: Shipped.parties[agency]?.publicAuthority ?? false)
        }
        var question = Question(
            kind: act.kind, event: event(4711), holder: party(setting.from), recipient: party(setting.to),
            purpose: setting.purpose, items: items, role: setting.role, records: act.records)
        lift.add(to: &question, settling: leaves)
        return question
    }

    /// What each policy has on record.
    func facts(_ setting: Setting, _ person: PlainPerson) -> [Facts] {
        setting.facts.map { ordinary in
            var facts = ordinary
            person.add(to: &facts, setting.purpose, setting.to, leaves)
            return facts
        }
    }
}

/// An agreement that all parties signed, made ready once.
struct PlainPolicy: Sendable {
    let baseline: Baseline
    let agreement: Agreement
    let records: [AgreementOnRecord]
    let prepared: PreparedPolicy
    /// The flows, each by its name.
    let flows: [String: Flow]

    init(_ baseline: Baseline, _ agreement: Agreement) {
        self.baseline = baseline
        self.agreement = agreement
        records = [
            AgreementOnRecord(
                name: agreement.id, version: agreement.version, document: .readable(agreement),
                signatures: agreement.parties.enumerated().map {
                    .init(agency: $1.agency, event: event(Int64(10 + $0)))
                })
        ]
        prepared = PreparedPolicy(records, baseline: baseline)
        flows = Dictionary(uniqueKeysWithValues: agreement.flows.map { (agreement.reference(to: $0), $0) })
    }

    /// The flows that lead from the one to the other for a purpose.
    func flows(_ from: AgencyID, _ to: AgencyID, _ purpose: PurposeCode) -> [Flow] {
        func stands(_ agency: AgencyID, at end: FlowEnd) -> Bool {
            end.everyParty || end.agencies.contains(agency)
                || Shipped.parties[agency].map { end.kinds.contains($0.kind) } ?? false
        }
        return agreement.flows.filter { $0.purpose == purpose && stands(from, at: $0.from) && stands(to, at: $0.to) }
    }
}
