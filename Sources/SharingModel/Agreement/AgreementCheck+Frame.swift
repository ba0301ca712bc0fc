import Encodings

extension AgreementCheck {
    /// Parties, dates, impact assessment.
    mutating func checkFrame() {
        if agreement.nation != baseline.nation {
            fail(
                "other-nation", at: "/nation",
                "the baseline is for `\(baseline.nation)`, the agreement for `\(agreement.nation)`")
        }
        for (index, party) in agreement.parties.enumerated() where party.signatory == nil {
            fail(
                "missing-signatory", at: "/parties/\(index)", "it does not say who signs for \(party.agency)",
                hint: "add `signatory:` with the office")
        }
        if agreement.dpia == nil {
            fail(
                "missing-dpia", at: "", "there is no data protection impact assessment",
                hint: "add `dpia: {ref: …, approved: …}`")
        }
        if isNeverInForce {
            fail(
                "never-applies", at: "/inForce/until", "the agreement ends before it begins, so no flow can ever apply")
        }
        checkDates()
        let reached = agreement.flows.reduce(into: Set<AgencyID>()) { reached, flow in
            reached.formUnion(partiesThatMayBe(at: flow.from).union(partiesThatMayBe(at: flow.to)))
        }
        for (index, party) in agreement.parties.enumerated() where !reached.contains(party.agency) {
            warn(
                "idle-party", at: "/parties/\(index)", "no flow leads from or to \(party.agency)",
                hint: "leave it out, or add the flow that it is a party for")
        }
    }

    /// Review and impact assessment stand in order with the dates of the agreement.
    private mutating func checkDates() {
        let zone = baseline.timeZone
        let first = zone.day(of: agreement.inForce.from.start(in: zone))
        let last = agreement.inForce.until.map { zone.day(of: $0.end(in: zone)) }
        if let review = agreement.inForce.review {
            if review < first || last.map({ $0 < review }) ?? false {
                warn(
                    "review-out-of-time", at: "/inForce/review", "the review is planned for a day outside its dates",
                    hint: "plan it while the agreement is in force")
            }
        } else {
            warn("no-review", at: "/inForce", "no review is planned", hint: "add `review:` with a date")
        }
        if let approved = agreement.dpia?.date, first < approved {
            warn(
                "dpia-late", at: "/dpia", "the impact assessment is approved only after the agreement begins",
                hint: "UK GDPR Art 35(1) asks for it before; let the agreement begin later")
        }
    }

    private var isNeverInForce: Bool {
        guard let until = agreement.inForce.until else { return false }
        return until.end(in: baseline.timeZone) < agreement.inForce.from.start(in: baseline.timeZone)
    }

    /// Whether anybody can stand at the two ends, and anybody be meant.
    mutating func checkReach(of flow: Flow, at pointer: String) {
        let names = agreement.parties.map(\.agency.text)
        for (end, name) in [(flow.from, "from"), (flow.to, "to")] {
            for agency in end.agencies where !partyNames.contains(agency) {
                fail(
                    "not-a-party", at: "\(pointer)/\(name)", "\(agency) is not a party of this agreement",
                    hint: nearest(to: agency.text, among: names).map {
                        "did you mean `\($0)`?"
                    })
            }
        }
        let senders = partiesThatMayBe(at: flow.from)
        let recipients = partiesThatMayBe(at: flow.to)
        if !senders.contains(where: { sender in recipients.contains { $0 != sender } }) {
            fail("never-applies", at: pointer, "no two parties stand at its ends, so flow `\(flow.id)` can never apply")
        }
        if let from = flow.subjects.from, let to = flow.subjects.to, from >= to {
            fail(
                "never-applies", at: "\(pointer)/subjects",
                "nobody is at least \(from) and under \(to) years old, so flow `\(flow.id)` can never apply")
        }
    }

    /// Parties whose kind is not known may be of any.
    func partiesThatMayBe(at end: FlowEnd) -> Set<AgencyID> {
        Set(
            agreement.parties.map(\.agency).filter { agency in
                if end.everyParty || end.agencies.contains(agency) { return true }
                guard let kind = parties[agency]?.kind else { return !end.kinds.isEmpty }
                return end.kinds.contains(kind)
            })
    }
}
