import Encodings
package import SharingModel

/// The finitely many questions that a baseline and some agreements can tell apart: everybody who can be at an end of a flow, every purpose,
/// leaf item, role, age, state of consent and referral, what is on record of the person, act, what people do beyond it, and period of time,
/// each dimension cut down to one question for all that no rule
/// can tell from it. Every view of what agreements come to is drawn from here by asking the judge.
package struct QuestionSpace {
    package let baseline: Baseline
    /// One list of agreements for each side of a comparison; a view of one has one.
    let sides: [[Agreement]]
    package let relations: [Relation]
    let periods: [Period]
    private let records: [[AgreementOnRecord]]
    private let policies: [PreparedPolicy]
    private let oneOffs: [Period: OneOff]
    private let flowsByName: [[String: Flow]]
    /// Agencies of which nobody said what kind they are.
    private let supposed: Set<AgencyID>

    /// - Parameters:
    ///   - sides: agreements that are in force together. All parties are taken to have signed.
    ///   - parties: what is registered; of a party that is not among them every kind is supposed in turn.
    package init(baseline: Baseline, sides: [[Agreement]], parties: [AgencyID: PartyFacts]) {
        self.baseline = baseline
        self.sides = sides
        let agreements = sides.flatMap { $0 }
        periods = Self.periods(of: agreements, baseline)
        supposed = Set(agreements.flatMap(\.parties).map(\.agency)).subtracting(parties.keys)
        relations = Self.relations(of: agreements, baseline, parties)
        let records = sides.map { agreements in
            agreements.enumerated().map { number, agreement in
                AgreementOnRecord(
                    name: agreement.id, version: agreement.version, document: .readable(agreement),
                    signatures: agreement.parties.enumerated().map { place, party in
                        let index = Int64(1000 * (number + 1) + place)
                        return .init(agency: party.agency, event: EventReference(id: .made(index), index: index))
                    })
            }
        }
        self.records = records
        flowsByName = sides.map { agreements in
            Dictionary(
                agreements.flatMap { agreement in agreement.flows.map { (agreement.reference(to: $0), $0) } }
            ) { first, _ in first }
        }
        policies = records.map { PreparedPolicy($0, baseline: baseline) }
        oneOffs = Dictionary(
            uniqueKeysWithValues: periods.compactMap { period in
                Self.oneOff(under: baseline, on: period.first).map { (period, $0) }
            })
    }

    /// Whether the law lets a holder decide for once on some day.
    var hasOneOffs: Bool { !oneOffs.isEmpty }

    /// What the judge says on one side.
    func verdict(_ relation: Relation, _ circumstances: Circumstances, items: [ItemCode], side: Int) -> Verdict {
        let (clock, act) = (circumstances.period.start, circumstances.act)
        let place: Int64 = 1_000_000
        let oneOff = oneOffs[circumstances.period]
        let question = Question(
            kind: act.kind, event: EventReference(id: .made(place), index: place), holder: relation.holder,
            recipient: relation.recipient, purpose: relation.purpose, items: items.map { Question.Item($0) },
            role: circumstances.role.code, records: act.holderRecords(oneOff), breakGlass: act.breakGlass,
            isNeededForPublicTask: act.isForPublicTask, resolutions: act.resolutions(items, oneOff))
        let referral = ReferralOnRecord(
            event: EventReference(id: .made(900), index: 900), from: relation.holder.agency,
            to: relation.recipient.agency)
        var facts = Facts(
            at: place, clock: clock, policy: "", baseline: baseline, agreements: records[side],
            prepared: policies[side],
            birth: circumstances.age.birth(on: baseline.timeZone.day(of: clock)).map {
                BirthOnRecord(date: .day($0), event: EventReference(id: .made(500), index: 500))
            }, consents: circumstances.consent.onRecord(relation, clock: clock),
            openReferrals: circumstances.isReferralOpen ? [referral] : [],
            replicas: circumstances.isStale
                ? [Replica(origin: "partner.example", size: 1, asOf: Instant(seconds: 0))] : [])
        circumstances.person.add(to: &facts, relation)
        return Judge.verdict(question, facts)
    }

    /// A flow of one side by its name.
    func flow(_ reference: String, side: Int) -> Flow? { flowsByName[side][reference] }

    /// The flows, on whatever side, that lead from the holder to the recipient for the purpose.
    func flows(of relation: Relation) -> [Flow] {
        sides.joined().flatMap { agreement in
            agreement.flows.filter { flow in
                flow.purpose == relation.purpose && agreement.isParty(relation.holder.agency)
                    && agreement.isParty(relation.recipient.agency)
                    && flow.from.covers(relation.holder.agency, kind: relation.holder.kind)
                    && flow.to.covers(relation.recipient.agency, kind: relation.recipient.kind)
            }
        }
    }
}

// MARK: - Who, and for what

extension QuestionSpace {
    /// What was supposed of the two agencies, where nobody said which kinds they are.
    func suppositions(about relation: Relation) -> [String] {
        [relation.holder, relation.recipient].filter { supposed.contains($0.agency) }.map {
            "\($0.agency) is \($0.kind.rawValue)"
        }
    }

    private static func relations(
        of agreements: [Agreement], _ baseline: Baseline, _ parties: [AgencyID: PartyFacts]
    ) -> [Relation] {
        let names = Set(agreements.flatMap(\.parties).map(\.agency)).sorted()
        let everybody = names.flatMap { candidates(for: $0, agreements, baseline, parties) }
        let used = Set(agreements.flatMap(\.flows).map(\.purpose))
        // One purpose that no flow is for stands for all of them.
        let other = baseline.purposes.keys.sorted().first { !used.contains($0) }
        let purposes = used.sorted() + [other].compactMap { $0 }
        return everybody.flatMap { holder in
            everybody.filter { $0.agency != holder.agency }.flatMap { recipient in
                purposes.map { Relation(holder: holder, recipient: recipient, purpose: $0) }
            }
        }
    }

    private static func candidates(
        for agency: AgencyID, _ agreements: [Agreement], _ baseline: Baseline, _ parties: [AgencyID: PartyFacts]
    ) -> [Question.Party] {
        if let known = parties[agency] {
            return [Question.Party(agency: agency, kind: known.kind, isPublicAuthority: known.publicAuthority)]
        }
        let flows = agreements.flatMap(\.flows)
        let named = Set(flows.flatMap { $0.from.kinds + $0.to.kinds })
        let isClosedToAuthorities = flows.contains {
            baseline.article6[$0.basis.article6]?.closedToPublicAuthorities == true
        }
        // One kind that no flow names stands for all of them; two, where it matters whether it is a public authority.
        let other = AgencyKind.allCases.first { !named.contains($0) && authorities.contains($0) }
        let otherPrivate = AgencyKind.allCases.first {
            isClosedToAuthorities && !named.contains($0) && !authorities.contains($0)
        }
        return AgencyKind.allCases.filter { named.contains($0) || $0 == other || $0 == otherPrivate }.map {
            Question.Party(agency: agency, kind: $0, isPublicAuthority: authorities.contains($0))
        }
    }

    /// Kinds that are public authorities, where nobody said whether an agency is one.
    private static let authorities: Set<AgencyKind> = [.nhs, .council, .education, .police]
}

// MARK: - When

extension QuestionSpace {
    private static func periods(of agreements: [Agreement], _ baseline: Baseline) -> [Period] {
        let zone = baseline.timeZone
        let starts = agreements.map { $0.inForce.from.start(in: zone) }
        guard let first = starts.min() else { return [] }
        let ends = agreements.map { $0.inForce.until.map { after($0.end(in: zone)) } }
        let end: Instant? = ends.contains(where: { $0 == nil }) ? nil : ends.compactMap { $0 }.max()
        let laws =
            agreements.flatMap(\.flows).flatMap { dated(in: $0.basis, baseline) } + baseline.duties.values.map(\.dated)
            + baseline.shareFirst.map(\.dated)
        let changes = laws.flatMap { [$0.from.map { zone.start(of: $0) }, $0.until.map { after(zone.end(of: $0)) }] }
        let moments = Set(starts + ends.compactMap { $0 } + changes.compactMap { $0 })
            .filter { moment in moment >= first && end.map { moment < $0 } ?? true }.sorted()
        return moments.enumerated().map { number, start in
            let next = number + 1 < moments.count ? moments[number + 1] : end
            return Period(
                start: start, first: zone.day(of: start),
                last: next.map { zone.day(of: Instant(milliseconds: $0.milliseconds - 1)) })
        }
    }

    private static func after(_ moment: Instant) -> Instant { Instant(milliseconds: moment.milliseconds + 1) }

    /// The rules of law that a basis rests on.
    private static func dated(in basis: Basis, _ baseline: Baseline) -> [Dated] {
        var dated = [
            baseline.article6[basis.article6]?.dated, basis.power.flatMap { baseline.powers[$0]?.dated },
            baseline.confidentiality[basis.confidentiality.gateway]?.dated,
            basis.confidentiality.statute.flatMap { baseline.statutes[$0]?.dated },
            basis.special.flatMap { baseline.article9[$0.article9]?.dated },
            basis.special?.schedule1.flatMap { baseline.schedule1[$0]?.dated },
        ]
        if case .schedule1(let code, _)? = basis.criminal { dated.append(baseline.schedule1[code]?.dated) }
        return dated.compactMap { $0 }
    }
}
