extension AgreementCheck {
    /// Special category and criminal-offence items need their conditions.
    mutating func checkConditions(for flow: Flow, at pointer: String) {
        let basis = flow.basis
        for (index, item) in flow.items.enumerated() {
            let classes = baseline.items.classes(of: item)
            if classes.contains(.special), basis.special == nil {
                fail(
                    "missing-special", at: "\(pointer)/items/\(index)",
                    "`\(item.text)` is special category information, and the basis names no Article 9 condition",
                    hint: "add `special: {article9: …}` to the basis")
            }
            if classes.contains(.criminal), basis.criminal == nil {
                fail(
                    "missing-criminal", at: "\(pointer)/items/\(index)",
                    "`\(item.text)` is criminal-offence information, and the basis names no Article 10 condition",
                    hint: "add `criminal: {officialAuthority: true}` or `criminal: {schedule1: …}` to the basis")
            }
        }
        if let special = basis.special { checkSpecial(special, flow, at: pointer + "/basis/special") }
        if case .schedule1(let code, let document)? = basis.criminal {
            let place = pointer + "/basis/criminal"
            if let rule = checkSchedule1(code, hasPolicyDocument: document != nil, at: place), !rule.criminal {
                fail(
                    "wrong-schedule1", at: place + "/schedule1",
                    "`\(code.text)` does not serve criminal-offence information")
            }
        }
    }

    private mutating func checkSpecial(_ special: SpecialCondition, _ flow: Flow, at pointer: String) {
        let place = pointer + "/article9"
        guard checkKnown(special.article9, among: baseline.article9.keys, as: "Article 9 condition", at: place),
            let rule = baseline.article9[special.article9]
        else { return }
        checkInForce(rule.dated, special.article9, at: place)
        if rule.needsConsent, flow.consent == .notRequired {
            fail(
                "consent-not-asked", at: place,
                "`\(special.article9.text)` rests on consent, but the flow says `consent: not-required`",
                hint: "say `consent: required`, or choose what it really rests on")
        }
        guard let schedule1 = special.schedule1 else {
            if rule.needsSchedule1 {
                fail(
                    "missing-schedule1", at: pointer,
                    "`\(special.article9.text)` needs a condition of DPA 2018 Schedule 1", hint: "add `schedule1:`")
            }
            return
        }
        if let condition = checkSchedule1(schedule1, hasPolicyDocument: special.policyDocument != nil, at: pointer),
            rule.needsSchedule1, !condition.article9.contains(special.article9)
        {
            fail(
                "wrong-schedule1", at: pointer + "/schedule1",
                "`\(schedule1.text)` is no condition for `\(special.article9.text)`",
                hint: condition.article9.isEmpty
                    ? nil : "it serves " + condition.article9.map(\.text).joined(separator: ", "))
        }
    }

    private mutating func checkSchedule1(
        _ code: LegalCode, hasPolicyDocument: Bool, at pointer: String
    ) -> Schedule1Rule? {
        let place = pointer + "/schedule1"
        guard checkKnown(code, among: baseline.schedule1.keys, as: "Schedule 1 condition", at: place),
            let rule = baseline.schedule1[code]
        else { return nil }
        checkInForce(rule.dated, code, at: place)
        if rule.needsPolicyDocument, !hasPolicyDocument {
            fail(
                "missing-policy-document", at: place,
                "`\(code.text)` needs an appropriate policy document (DPA 2018 Sch 1 para 39)",
                hint: "add `policyDocument: {ref: …, reviewed: …}`")
        }
        return rule
    }
}
