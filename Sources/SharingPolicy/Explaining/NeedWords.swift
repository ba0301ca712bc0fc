import Encodings
import SharingModel

/// What a flow would need in place of what stopped it, as a noun: from the flow's own conditions and the question.
struct NeedWords {
    let docket: Docket
    let terms: PreparedTerms
    let item: ItemInQuestion

    private var flow: Flow { terms.flow }

    private var question: Question { docket.question }
    private var holder: AgencyID { question.holder.agency }
    private var recipient: AgencyID { question.recipient.agency }

    func text(_ stop: Reason) -> String {
        switch stop.flow?.rung {
        case .bar?: bar(stop)
        case .parties?: "an agreement with a flow from \(holder) to \(recipient)"
        case .dates?: "a version of the agreement in force on \(docket.today)\(note(stop))"
        case .state?: "the agreement resumed by the party that suspended it"
        case .purpose?: purpose
        case .person?: person(stop)
        case .item?: "a flow for \(question.purpose) that covers \(item.code)"
        case .role?: role
        case .referral?: "an open referral about the person between \(holder) and \(recipient)"
        case .basis?: basis(stop)
        case .staleness?: staleness(stop)
        case .consent?: consent(stop)
        case .onward?:
            "\(item.code) of the holder's own, settled by its people; it was received under an obligation not to pass it on"
        case .inseparable?, nil: stop.code.inWords
        }
    }

    private func note(_ stop: Reason) -> String { stop.detail.map { " (\(Nearest.inWords(detail: $0.words)))" } ?? "" }

    private func bar(_ stop: Reason) -> String {
        stop.code == .deceased
            ? "a flow that goes on after a death\(note(stop))" : "the objection overridden or lifted"
    }

    private var purpose: String {
        docket.baseline?.purposes[question.purpose] == nil
            ? "a purpose that the baseline knows, in place of \(question.purpose)"
            : "a flow for \(question.purpose), or \(flow.purpose) as the purpose"
    }

    private func person(_ stop: Reason) -> String {
        let ages =
            switch (flow.subjects.from, flow.subjects.to) {
            case (let from?, let to?): "of at least \(from) and under \(to)"
            case (let from?, nil): "of at least \(from)"
            case (nil, let to?): "under \(to)"
            case (nil, nil): "of any age"
            }
        return stop.code == .ageUnknown
            ? "a date of birth on record; the flow is for people \(ages)"
            : "a flow for the person's age; this one is for people \(ages)"
    }

    private var role: String {
        let roles = (flow.conditions.roles ?? []).filter { docket.baseline?.roles[$0] != nil }.map(\.text).sorted()
        return roles.isEmpty
            ? "a flow with a role that the baseline knows"
            : "somebody in the role \(roles.joined(separator: " or ")), not \(question.role)"
    }

    private func basis(_ stop: Reason) -> String {
        switch stop.code {
        case .noLawfulBasis: "a basis under Article 6 that holds on \(docket.today) in \(terms.nation)\(note(stop))"
        case .basisNotForPublicAuthority:
            "a basis that a public authority may rely on, in place of \(flow.basis.article6)"
        case .noArticle9Condition: "a condition of Article 9 that holds for \(item.code)\(note(stop))"
        case .noArticle10Condition: "official authority, or a condition of Schedule 1, for \(item.code)\(note(stop))"
        case .noSchedule1Condition: "a condition of Schedule 1 that serves the Article 9 condition\(note(stop))"
        case .noPolicyDocument: "an appropriate policy document for \(stop.detail?.words ?? "the condition")"
        case .capacityUnassessed: "an assessment that the person lacks capacity"
        default: confidence(stop)
        }
    }

    private func confidence(_ stop: Reason) -> String {
        let gateway = flow.basis.confidentiality.gateway
        guard let rule = docket.baseline?.confidentiality[gateway] else {
            return "a way to lift confidence that the baseline knows, in place of \(gateway)"
        }
        let detail = stop.detail?.words
        if gateway.text == "court-order", detail == "no court-order on record" {
            return "a court order that requires \(item.code) from \(holder)"
        }
        if gateway.text == "best-interests", detail == "no best-interests on record" {
            return "a decision in the person's best interests that covers \(item.code) for \(recipient)"
        }
        if rule.eachTime, docket.records(for: item).publicInterest == nil, detail?.hasPrefix(gateway.text) == true,
            detail != gateway.text
        {
            return "the holder's record of why the public interest outweighs confidence, for this once"
        }
        return "a way to lift confidence that holds on \(docket.today)\(note(stop))"
    }

    private func staleness(_ stop: Reason) -> String {
        let limit = flow.conditions.maxStaleness.map { " no older than \($0)" } ?? ""
        return "the partner site's log\(limit)\(note(stop))"
    }

    private func consent(_ stop: Reason) -> String {
        let needs = terms.consentNeeds(for: item.protection)
        let lacking = needs.kinds.compactMap { kind -> String? in
            guard !(needs.mayBeDispensedWith(kind) && docket.records(for: item).withoutConsent != nil) else {
                return nil
            }
            guard case .fails(let failure) = ConsentSearch.finding(of: kind, for: item, in: docket) else { return nil }
            let record = needs.mayBeDispensedWith(kind) ? ", or the holder's record of why it shares without" : ""
            return consent(kind, failure) + record
        }
        guard !lacking.isEmpty else {
            return
                "a consent of any kind that covers \(item.code) for \(recipient), or the holder's record of why it shares "
                + "without one"
        }
        return lacking.joined(separator: ", and ")
    }

    private func consent(_ kind: ConsentKind, _ failure: ConsentFailure) -> String {
        let what = "\(Self.article(kind)) consent that covers \(item.code) for \(recipient) and \(question.purpose)"
        return switch failure.code {
        case .consentWithdrawn, .consentExpired:
            "\(what), in force on \(docket.today)\(failure.detail.map { " (the one on record: \($0.words))" } ?? "")"
        case .consentToConfirm: "\(what), confirmed by the person"
        case .consentDisputed: "\(what), about which those who may consent agree"
        case .capacityUnassessed:
            "\(what), by somebody assessed as able to give it (\(failure.detail?.words ?? kind.rawValue))"
        case .consentOutOfScope where failure.progress == .excepted: "\(what), which no exception keeps back"
        default: what
        }
    }

    private static func article(_ kind: ConsentKind) -> String {
        kind == .engagement ? "an \(kind.rawValue)" : "a \(kind.rawValue)"
    }
}
