import Encodings
import Projections
import SharingModel

/// Consents, and what depends on them.
extension ReportRoom {
    mutating func consents(_ question: ReportQuestion) throws -> Report {
        let rows = try projections.consents(
            readableTo: agency, from: question.page.from, limit: question.page.limit)
        let flows = try flowsInForce()
        return Report(
            name: question.name, rows: try rows.map { try consent($0, flows) },
            next: question.page.next(after: rows.map(\.index)))
    }

    private func consent(_ row: ConsentRow, _ flows: [FlowInForce]) throws -> Report.Row {
        let dependent = try flows.filter { try $0.flow.needsConsent(baseline) && isAbout(row, $0) }
        return try self.row(
            [
                row.subject.description, row.kind.rawValue, Self.scope(row), row.giver.rawValue, row.method.rawValue,
                "\(row.from) to \(row.until.map { "\($0)" } ?? "further notice")", row.state(in: zone, at: now),
                dependent.map(\.reference).joined(separator: " "),
            ], [row.event, row.withdrawal?.event])
    }

    private static func scope(_ row: ConsentRow) -> String {
        func listed(_ json: JSON) -> String { (json.array ?? []).compactMap(\.string).joined(separator: " ") }
        var words = [
            "for " + row.purposes.map(\.text).joined(separator: " "), "items " + listed(row.items.json),
            "to " + listed(row.recipients.json),
        ]
        if let holders = row.holders { words.append("held by " + holders.map(\.text).joined(separator: " ")) }
        words += row.exceptions.map { "except \(listed($0.items.json)) to \(listed($0.to.json))" }
        return words.joined(separator: "; ")
    }

    /// What the withdrawal of a consent stops and what it leaves, as the agreements in force have it, and who has received something that rests
    /// on it. What another consent may still carry is not foreseen.
    mutating func withdrawalImpact(_ id: UniqueID) throws -> [Report.Row] {
        guard let consent = try projections.consent(id),
            try agency.map({ try projections.mayRead(consent.index, $0) }) ?? true
        else { throw ReadingDesk.nothingHere }
        var rows: [Report.Row] = []
        for inForce in try flowsInForce() where try isAbout(consent, inForce) {
            let (flow, events) = (inForce.flow, [consent.event] + inForce.row.signatures.map(\.event))
            let what: String
            var basis = flow.basis.inWords
            if flow.restsOnConsent(baseline) {
                what = "flow-stopped"
            } else if flow.consent == .requiredUnlessRisk {
                what = "flow-kept"
                basis += ", if the holder records each time why it shares without consent"
            } else {
                what = "flow-kept"
            }
            rows.append(try row([what, inForce.reference, basis, "", ""], events))
        }
        for decision in try projections.decisions(restingOn: id) {
            guard let disclosure = try projections.disclosure(of: decision.request),
                agency.map({ $0 == disclosure.sender || $0 == disclosure.recipient }) ?? true
            else { continue }
            let seen = try self.decision(on: disclosure)
            rows.append(
                try row(
                    [
                        "received", Self.flows(of: seen).joined(separator: " "), try basis(of: seen),
                        disclosure.recipient.text, disclosure.recorded.description,
                    ], [consent.event, disclosure.event, decision.event]))
        }
        return rows
    }

    // MARK: - Flows

    private struct FlowInForce {
        let row: AgreementRow
        let agreement: Agreement
        let flow: Flow

        var reference: String { agreement.reference(to: flow) }
    }

    private mutating func flowsInForce() throws -> [FlowInForce] {
        try agreementsInForce().flatMap { row, agreement in
            agreement.flows.map { FlowInForce(row: row, agreement: agreement, flow: $0) }
        }
    }

    /// Whether a consent speaks of something that a flow carries.
    private func isAbout(_ consent: ConsentRow, _ inForce: FlowInForce) throws -> Bool {
        let flow = inForce.flow
        guard consent.purposes.contains(flow.purpose) else { return false }
        if case .codes(let codes) = consent.items,
            !codes.contains(where: { code in flow.items.contains { $0.covers(code) || code.covers($0) } })
        {
            return false
        }
        let parties = try inForce.agreement.parties.compactMap { try projections.agency($0.agency) }
        let isHeld = parties.contains { party in
            flow.from.covers(party.agency, kind: party.kind) && (consent.holders?.contains(party.agency) ?? true)
        }
        return isHeld
            && parties.contains { party in
                flow.to.covers(party.agency, kind: party.kind)
                    && consent.recipients.contains { $0.covers(party.agency, kind: party.kind) }
            }
    }
}

extension Flow {
    /// Whether it asks for consent in any way.
    fileprivate func needsConsent(_ baseline: Baseline?) -> Bool {
        consent != .notRequired || restsOnConsent(baseline)
    }

    /// Whether nothing passes without consent, whatever the holder records.
    fileprivate func restsOnConsent(_ baseline: Baseline?) -> Bool {
        consent == .required || baseline?.article6[basis.article6]?.needsConsent == true
            || basis.special.map { baseline?.article9[$0.article9]?.needsConsent == true } == true
            || (baseline?.confidentiality[basis.confidentiality.gateway]?.needsConsent == true
                && consent != .requiredUnlessRisk)
    }
}

extension ConsentRow {
    /// `active`, `withdrawn`, `not-yet` or `expired`.
    func state(in zone: SiteTimeZone, at moment: Instant) -> String {
        if withdrawal != nil {
            "withdrawn"
        } else if from.start(in: zone) > moment {
            "not-yet"
        } else if let until, until.end(in: zone) < moment {
            "expired"
        } else {
            "active"
        }
    }
}
