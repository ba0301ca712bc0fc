import Encodings

/// The referral itself, as items: what is asked of whom. What is clinical about it stands in the health items, because `referral` is
/// ordinary information and health is not.
extension MessageReader {
    mutating func readReferralItems(header: Resource, request: Resource) -> [Item] {
        var items: [Item] = [("referral.summary", summary(header: header, request: request))]
        if let category = ledger.take("category", of: request).flatMap(FHIRValue.plain) {
            items.append(("referral.category", category))
            ledger.note("referral.category", "ServiceRequest.category")
        }
        if let service = service(of: request) {
            items.append(("referral.service", service))
            ledger.note("referral.service", "ServiceRequest.code and what the performer's entry says of the service")
        }
        return items
    }

    private mutating func summary(header: Resource, request: Resource) -> JSON {
        let sender = bundle.resolve(header.json["sender"])
        _ = ledger.take("authoredOn", of: request)
        let occurrence = ledger.takeNamed("occurrence[x]", of: request).first.flatMap { FHIRValue.plain($0.value) }
        ledger.note("referral.summary", "ServiceRequest.status, intent, identifier and times, with its encounter")
        return .object([
            "event": .string(Self.event),
            "status": request.json["status"],
            "intent": request.json["intent"],
            "authoredOn": request.json["authoredOn"],
            "occurrence": occurrence,
            "identifiers": ledger.take("identifier", of: request).flatMap(FHIRValue.plain),
            "requisition": ledger.take("requisition", of: request).flatMap(FHIRValue.plain),
            "sender": sender.flatMap { ledger.take("name", of: $0) },
            "encounter": encounter(of: request),
        ])
    }

    /// The case at the sender, so that both sides can speak of it. Only the patient's own.
    private mutating func encounter(of request: Resource) -> JSON? {
        guard let encounter = bundle.resolve(request.json["encounter"]), encounter.type == "Encounter",
            !encounter.hasModifier, let patient = bundle.resolve(request.json["subject"]),
            bundle.resolve(encounter.json["subject"])?.position == patient.position
        else { return nil }
        _ = ledger.take("encounter", of: request)
        _ = ledger.take("subject", of: encounter)
        return object([
            "identifiers": ledger.take("identifier", of: encounter).flatMap(FHIRValue.plain),
            "status": ledger.take("status", of: encounter),
            "class": ledger.take("class", of: encounter).flatMap(FHIRValue.plain),
            "period": ledger.take("period", of: encounter).flatMap(FHIRValue.plain),
        ])
    }

    private mutating func service(of request: Resource) -> JSON? {
        let performer = (request.json["performer"]?.array ?? []).lazy.compactMap(bundle.resolve).first
        let service = performer.flatMap { $0.type == "HealthcareService" ? $0 : nil }
        let organisation = service.flatMap { bundle.resolve($0.json["providedBy"]) } ?? performer
        return object([
            "code": ledger.take("code", of: request).flatMap(FHIRValue.plain),
            "orderDetail": ledger.take("orderDetail", of: request).flatMap(FHIRValue.plain),
            "performerType": ledger.take("performerType", of: request).flatMap(FHIRValue.plain),
            "name": service.flatMap { ledger.take("name", of: $0) },
            "identifiers": service.flatMap { ledger.take("identifier", of: $0) }.flatMap(FHIRValue.plain),
            "type": service.flatMap { ledger.take("type", of: $0) }.flatMap(FHIRValue.plain),
            "specialty": service.flatMap { ledger.take("specialty", of: $0) }.flatMap(FHIRValue.plain),
            "organisation": organisation.flatMap { $0.type == "Organization" ? ledger.take("name", of: $0) : nil },
        ])
    }
}
