extension AgreementCheck {
    /// Items, purpose and roles.
    mutating func checkVocabulary(of flow: Flow, at pointer: String) {
        checkKnown(flow.purpose, among: baseline.purposes.keys, as: "purpose", at: pointer + "/purpose")
        for (index, item) in flow.items.enumerated() {
            checkKnown(item, among: baseline.items.items.keys, as: "item", at: "\(pointer)/items/\(index)")
        }
        for (number, group) in flow.inseparable.enumerated() {
            for (index, item) in group.enumerated() {
                let place = "\(pointer)/inseparable/\(number)/\(index)"
                guard checkKnown(item, among: baseline.items.items.keys, as: "item", at: place) else { continue }
                if !flow.covers(item) {
                    fail(
                        "never-applies", at: place,
                        "`\(item.text)` is not among the flow's items, so nothing of this group can ever go")
                }
            }
        }
        let lists = [
            (flow.conditions.roles ?? [], "conditions/roles"), (flow.decide, "decide"),
            (flow.breakGlass, "breakGlass/roles"),
        ]
        for (roles, name) in lists {
            for (index, role) in roles.enumerated() {
                checkKnown(role, among: baseline.roles.keys, as: "role", at: "\(pointer)/\(name)/\(index)")
            }
        }
        if flow.decide.isEmpty {
            warn(
                "nobody-decides", at: pointer, "nobody is named to settle what flow `\(flow.id)` refers to the holder",
                hint: "add `decide:` with the holder's roles")
        }
    }

    /// Article 6, power and confidentiality.
    mutating func checkBasis(_ basis: Basis, of flow: Flow, at pointer: String) {
        if checkKnown(basis.article6, among: baseline.article6.keys, as: "Article 6 basis", at: pointer + "/article6"),
            let rule = baseline.article6[basis.article6]
        {
            checkInForce(rule.dated, basis.article6, at: pointer + "/article6")
            checkPublicAuthorities(rule, basis, flow, at: pointer + "/article6")
            if rule.needsPower, basis.power == nil {
                fail(
                    "missing-power", at: pointer,
                    "`\(basis.article6.text)` rests on a power or duty, and none is named",
                    hint: "add `power:`")
            }
            if rule.needsConsent { checkConsentAsked(flow, because: basis.article6, at: pointer + "/article6") }
        }
        if let power = basis.power,
            checkKnown(power, among: baseline.powers.keys, as: "power", at: pointer + "/power"),
            let rule = baseline.powers[power]
        {
            checkInForce(rule.dated, power, at: pointer + "/power")
        }
        checkConfidentiality(basis.confidentiality, flow, at: pointer + "/confidentiality")
    }

    private mutating func checkPublicAuthorities(
        _ rule: Article6Rule, _ basis: Basis, _ flow: Flow, at pointer: String
    ) {
        guard rule.closedToPublicAuthorities else { return }
        let ends = partiesThatMayBe(at: flow.from).union(partiesThatMayBe(at: flow.to)).sorted()
        let authorities = ends.filter { isPublicAuthority($0) }
        if !authorities.isEmpty {
            fail(
                "basis-not-for-public-authority", at: pointer,
                "`\(basis.article6.text)` is not open to public authorities performing their tasks, such as "
                    + authorities.map(\.text).joined(separator: ", "),
                hint: "use `public-task` with its power")
        } else if ends.contains(where: { parties[$0] == nil }) {
            warn(
                "basis-not-for-public-authority", at: pointer,
                "`\(basis.article6.text)` is not open to public authorities performing their tasks; make sure that no party is one"
            )
        }
    }

    /// As registered. Where that is not known, whoever is named by an NHS code, an ONS code or a school's number counts as one, for
    /// nearly all of them are, and an agreement that is wrong must not pass.
    private func isPublicAuthority(_ agency: AgencyID) -> Bool {
        parties[agency]?.publicAuthority ?? [.ods, .gss, .urn].contains(agency.scheme)
    }

    private mutating func checkConsentAsked(_ flow: Flow, because code: LegalCode, at pointer: String) {
        guard flow.consent == .notRequired else { return }
        fail(
            "consent-not-asked", at: pointer,
            "`\(code.text)` rests on consent, but the flow says `consent: not-required`",
            hint: "say `consent: required`, or choose what it really rests on")
    }

    private mutating func checkConfidentiality(_ confidentiality: Confidentiality, _ flow: Flow, at pointer: String) {
        let gateway = confidentiality.gateway
        guard checkKnown(gateway, among: baseline.confidentiality.keys, as: "way to lift confidence", at: pointer),
            let rule = baseline.confidentiality[gateway]
        else { return }
        checkInForce(rule.dated, gateway, at: pointer)
        if rule.careOnly, let purpose = baseline.purposes[flow.purpose], !purpose.care {
            fail(
                "not-for-this-purpose", at: pointer, "`\(gateway.text)` is for care, and `\(flow.purpose.text)` is not",
                hint: "choose another way to lift confidence")
        }
        if rule.needsConsent { checkConsentAsked(flow, because: gateway, at: pointer) }
        if rule.needsStatute {
            guard let statute = confidentiality.statute else {
                fail(
                    "missing-statute", at: pointer, "the section is not named",
                    hint: "write `{statute: children-act-1989-s47}`")
                return
            }
            let place = pointer + "/statute"
            if checkKnown(statute, among: baseline.statutes.keys, as: "section that lifts confidence", at: place),
                let rule = baseline.statutes[statute]
            {
                checkInForce(rule.dated, statute, at: place)
            }
        }
    }
}
