import Encodings
import SharingModel

/// Consents (FHIR R4 §6.2). Every limit in them must be carried over exactly, or the Consent is not one for us: a limit dropped
/// would have the person agree to more than they did.
extension MessageReader {
    mutating func readConsents(of patient: Resource, from: AgencyID) -> [ConsentReading] {
        bundle.resources(of: "Consent").map { consent in
            var reasons: [String] = []
            if let draft = readConsent(consent, of: patient, from: from, reasons: &reasons) {
                ledger.note("consent", "Consent, to sharing for \(draft.purposes.map(\.text).joined(separator: ", "))")
                return .given(draft)
            }
            ledger.leaveOut(consent, because: "not a consent that can be recorded")
            return .notOne(reasons: reasons)
        }
    }

    private mutating func readConsent(
        _ consent: Resource, of patient: Resource, from: AgencyID, reasons: inout [String]
    ) -> ConsentDraft? {
        let rule = ledger.take("policyRule", of: consent)
        guard rule == nil || FHIRValue.isCoded(rule, "OPTIN", in: FHIRSystems.actCode) else {
            reasons.append(
                "Consent.policyRule is not opt-in: implied consent is nobody's act, and direct care rests on the agreement's flow; "
                    + "record a consent that was really given with `sharectl consent give`")
            return nil
        }
        reasons += standing(of: consent, patient: patient, from: from)
        let provision = ledger.take("provision", of: consent)
        guard let provision, provision["type"]?.string == "permit" else {
            reasons.append(
                provision?["type"]?.string == "deny"
                    ? "Consent.provision.type is deny: record the refusal, it is not a consent"
                    : "Consent.provision.type is not permit, so nothing is permitted by it")
            return nil
        }
        reasons += limits(of: provision)
        let purposes = self.purposes(of: provision, consent: consent, reasons: &reasons)
        let recipients = actors(["IRCP", "PRCP"], of: provision)
        if recipients.isEmpty {
            reasons.append("Consent.provision.actor names no recipient (IRCP) with an ODS code in this message")
        }
        let custodians = actors(["CST"], of: provision)
        if custodians.isEmpty, namesCustodian(provision) {
            reasons.append("Consent.provision.actor names a custodian (CST) without an ODS code in this message")
        }
        let period = self.period(of: provision, consent: consent, reasons: &reasons)
        let method = self.method(of: consent, reasons: &reasons)
        guard reasons.isEmpty, let start = period.start, let method else { return nil }
        return ConsentDraft(
            kind: .confidentiality, giver: .`self`, purposes: purposes, items: .all, recipients: recipients,
            holders: custodians.isEmpty ? [from] : custodians, method: method, from: start, until: period.end)
    }

    /// Whether it is in force, about sharing, about this person, given by them, and the sender's to record.
    private mutating func standing(of consent: Resource, patient: Resource, from: AgencyID) -> [String] {
        var reasons: [String] = []
        if consent.hasModifier || consent.json["implicitRules"] != nil {
            reasons.append("a modifier changes the meaning of this Consent in a way not known here")
        }
        if ledger.take("status", of: consent)?.string != "active" { reasons.append("Consent.status is not active") }
        if !FHIRValue.isCoded(ledger.take("scope", of: consent), "patient-privacy", in: FHIRSystems.consentScope) {
            reasons.append("Consent.scope is not patient-privacy, so it is not about sharing")
        }
        if bundle.resolve(ledger.take("patient", of: consent))?.position != patient.position {
            reasons.append("Consent.patient is not the patient of the request")
        }
        let performers = ledger.take("performer", of: consent)?.array ?? []
        if !performers.contains(where: { bundle.resolve($0)?.position == patient.position }) {
            reasons.append(
                "Consent.performer does not say that the patient gave it; record one given by a representative with "
                    + "`sharectl consent give --giver`, naming the right they act by")
        }
        let keepers = ledger.take("organization", of: consent)?.array ?? []
        let agencies = keepers.compactMap { bundle.resolve($0).flatMap { organisation(behind: $0, through: []) } }
        if !keepers.isEmpty, !agencies.contains(from) {
            reasons.append("Consent.organization is not the sender; only the agency that took a consent can record it")
        }
        let verifications = ledger.take("verification", of: consent)?.array ?? []
        if verifications.contains(where: { $0["verified"] != .bool(true) }) {
            reasons.append("Consent.verification says that it is not verified")
        }
        return reasons
    }

    /// Limits that have no exact counterpart.
    private func limits(of provision: JSON) -> [String] {
        var reasons: [String] = []
        let found = ["securityLabel", "class", "code", "dataPeriod", "data", "provision"].filter {
            provision[$0] != nil
        }
        if !found.isEmpty {
            reasons.append(
                "Consent.provision is limited by \(found.joined(separator: ", ")), which cannot be carried over exactly; "
                    + "record it with `sharectl consent give` and name the items")
        }
        if let action = provision["action"], !["disclose", "access"].contains(where: { FHIRValue.isCoded(action, $0) })
        {
            reasons.append("Consent.provision.action does not permit disclosing")
        }
        return reasons
    }

    /// HL7's purposes of use that are direct care. Where the provision names none, the standard's own category for direct care speaks.
    private mutating func purposes(
        of provision: JSON, consent: Resource, reasons: inout [String]
    ) -> [PurposeCode] {
        let category = ledger.take("category", of: consent)
        let isCare: Bool
        if let purpose = provision["purpose"] {
            isCare = ["TREAT", "CAREMGT", "COC", "ETREAT"].contains {
                FHIRValue.isCoded(purpose, $0, in: FHIRSystems.actReason)
            }
        } else {
            isCare = FHIRValue.isCoded(category, "DRC")
        }
        guard isCare, let purpose = PurposeCode("direct-care") else {
            reasons.append(
                "Consent.provision.purpose names no purpose known here (TREAT, CAREMGT, COC or ETREAT of HL7 v3 ActReason)"
            )
            return []
        }
        return [purpose]
    }

    private func namesCustodian(_ provision: JSON) -> Bool {
        (provision["actor"]?.array ?? []).contains { FHIRValue.isCoded($0["role"], "CST") }
    }

    private mutating func actors(_ roles: [String], of provision: JSON) -> [AgencyID] {
        var agencies: [AgencyID] = []
        for actor in provision["actor"]?.array ?? []
        where roles.contains(where: { FHIRValue.isCoded(actor["role"], $0, in: FHIRSystems.participationType) }) {
            guard let resource = bundle.resolve(actor["reference"]),
                let agency = organisation(behind: resource, through: []), !agencies.contains(agency)
            else { continue }
            agencies.append(agency)
        }
        return agencies
    }

    /// From when, until when. An end that cannot be read is a limit that would be lost.
    private mutating func period(
        of provision: JSON, consent: Resource, reasons: inout [String]
    ) -> (start: DateOrTime?, end: DateOrTime?) {
        let signed = ledger.take("dateTime", of: consent)
        let start = dateOrTime(provision["period"]?["start"] ?? signed)
        if start == nil {
            reasons.append("neither Consent.provision.period.start nor Consent.dateTime gives a day or a time")
        }
        let end = dateOrTime(provision["period"]?["end"])
        if end == nil, provision["period"]?["end"] != nil {
            reasons.append("Consent.provision.period.end gives no day or time")
        }
        return (start, end)
    }

    private mutating func method(of consent: Resource, reasons: inout [String]) -> ConsentMethod? {
        let type = ledger.take("sourceAttachment", of: consent)?["contentType"]?.string ?? ""
        if type == "application/pdf" || type.hasPrefix("image/") { return .written }
        switch bundle.resolve(ledger.take("sourceReference", of: consent))?.type {
        case "DocumentReference": return .written
        case "QuestionnaireResponse": return .electronic
        default:
            reasons.append(
                "Consent.source does not say how it was given: expected a scanned form (PDF, image or DocumentReference) or a "
                    + "QuestionnaireResponse; record it with `sharectl consent give --method`")
            return nil
        }
    }

    private func dateOrTime(_ value: JSON?) -> DateOrTime? {
        guard let text = value?.string else { return nil }
        return CalendarDay(text).map(DateOrTime.day) ?? FHIRTime.instant(text).map(DateOrTime.time)
    }
}
