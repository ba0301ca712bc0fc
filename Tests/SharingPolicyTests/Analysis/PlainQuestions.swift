import Encodings
import SharingPolicy

@testable import SharingModel

/// Every question about some agreements, asked one after the other: plain loops over everything that could matter, whether it does or not.
/// Written without a look at `QuestionSpace`, to hold it against.
struct PlainQuestions {
    let baseline: Baseline
    let agreements: [Agreement]
    let clock: Instant
    /// Ask only one question of so many.
    var stride = 1

    struct Scene {
        let from: AgencyID
        let to: AgencyID
        let purpose: PurposeCode
        let question: Question
        let birth: BirthOnRecord?
        let consents: [ConsentOnRecord]
        let referrals: [ReferralOnRecord]
        let replicas: [Replica]

        func decision(_ baseline: Baseline, _ agreements: [Agreement], _ clock: Instant) -> Decision {
            let records = agreements.map { agreement in
                AgreementOnRecord(
                    name: agreement.id, version: agreement.version, document: .readable(agreement),
                    signatures: agreement.parties.enumerated().map {
                        .init(agency: $1.agency, event: event(Int64(10 + $0)))
                    })
            }
            return Judge.decide(
                question,
                Facts(
                    at: 4711, clock: clock, policy: "", baseline: baseline, agreements: records, birth: birth,
                    consents: consents, openReferrals: referrals, replicas: replicas))
        }
    }

    /// - Returns: how many were asked.
    @discardableResult
    func forEach(_ body: (Scene) throws -> Void) rethrows -> Int {
        let agencies = Set(agreements.flatMap(\.parties).map(\.agency)).sorted()
        let flows = agreements.flatMap(\.flows)
        let purposes = Set(flows.map(\.purpose)).sorted() + ["complaint"]
        let roles = Set(flows.flatMap { $0.conditions.roles ?? [] }).sorted() + ["housing-officer"]
        var number = 0
        var asked = 0
        for from in agencies {
            for to in agencies where to != from {
                for purpose in purposes {
                    for role in roles {
                        for act in Self.acts {
                            for birth in Self.births {
                                for consents in Self.consents(purpose, to) {
                                    for isOpen in [true, false] {
                                        for isStale in [false, true] {
                                            number += 1
                                            guard number.isMultiple(of: stride) else { continue }
                                            asked += 1
                                            try body(
                                                scene(from, to, purpose, role, act, birth, consents, isOpen, isStale))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return asked
    }

    private static let acts: [(Question.Kind, HolderRecords)] =
        [(.request, HolderRecords())]
        + [Question.Kind.referral, .delivery].flatMap { kind in
            [
                HolderRecords(), HolderRecords(withoutConsent: .cannotBeGiven), Records.publicInterest, Records.both,
            ].map { (kind, $0) }
        }

    private static let births: [String?] = [nil, "2024-06-01", "2015-06-01", "2009-06-01", "2008-06-01", "1990-06-01"]

    private static func consents(_ purpose: PurposeCode, _ to: AgencyID) -> [[ConsentOnRecord]] {
        func given(_ kind: ConsentKind, _ giver: ConsentGiver, _ index: Int64, withdrawn: Bool = false)
            -> ConsentOnRecord
        {
            var consent = consent(kind, at: index, by: giver, for: [purpose], to: [.agency(to)], from: "2026-11-21")
            consent.recorded = moment("2026-11-21T12:00:00Z")
            if withdrawn {
                consent.withdrawal = .init(event: event(index + 1), recorded: moment("2026-11-21T12:00:00Z"))
            }
            return consent
        }
        let givers = [ConsentGiver.`self`, .parentalResponsibility]
        return [[]]
            + givers.flatMap { giver in
                [
                    [given(.engagement, giver, 100)], [given(.confidentiality, giver, 100)],
                    [given(.engagement, giver, 100), given(.confidentiality, giver, 102)],
                ]
            } + [
                [
                    given(.engagement, .`self`, 100, withdrawn: true),
                    given(.confidentiality, .`self`, 102, withdrawn: true),
                ]
            ]
    }

    private func scene(
        _ from: AgencyID, _ to: AgencyID, _ purpose: PurposeCode, _ role: RoleCode,
        _ act: (kind: Question.Kind, records: HolderRecords), _ birth: String?, _ consents: [ConsentOnRecord],
        _ isOpen: Bool, _ isStale: Bool
    ) -> Scene {
        func party(_ agency: AgencyID) -> Question.Party {
            Question.Party(
                agency: agency, kind: Shipped.parties[agency]?.kind ?? .private,
                isPublicAuthority: Shipped.parties[agency]?.publicAuthority ?? false)
        }
        let leaves = baseline.items.leaves(of: baseline.items.items.keys)
        return Scene(
            from: from, to: to, purpose: purpose,
            question: Question(
                kind: act.kind, event: event(4711), holder: party(from), recipient: party(to), purpose: purpose,
                items: leaves.map { .init($0) }, role: role, records: act.records),
            birth: birth.map { BirthOnRecord(date: .day(day($0)), event: event(5)) }, consents: consents,
            referrals: isOpen ? [ReferralOnRecord(event: event(60), from: from, to: to)] : [],
            replicas: isStale ? [Replica(origin: "partner.example", size: 1, asOf: Instant(seconds: 0))] : [])
    }
}
