import Encodings
import SharingModel

/// What kind of message it is, and what it asks for.
extension MessageReader {
    /// The one event this importer reads.
    static let event = "servicerequest-request"

    /// Codes a message may carry in these places, so that an error may repeat them; any other text is not repeated.
    private static let knownEvents: Set<String> = [
        "servicerequest-response", "booking-request", "booking-response", "servicerequest-request",
    ]
    private static let knownStatuses: Set<String> = [
        "draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown",
    ]
    private static let knownIntents: Set<String> = [
        "proposal", "plan", "directive", "order", "original-order", "reflex-order", "filler-order", "instance-order",
        "option",
    ]

    mutating func readHeader() throws(FHIRRefusal) -> Resource {
        let headers = bundle.resources(of: "MessageHeader")
        guard let header = headers.first, headers.count == 1 else {
            throw FHIRRefusal(
                .noHeader, at: "/entry",
                "expected exactly one MessageHeader, found \(headers.count); export the whole message as it was sent")
        }
        try refuseModifiers(of: header)
        let coding = ledger.take("eventCoding", of: header)
        guard FHIRValue.isCoded(coding, Self.event, in: FHIRSystems.messageEvents) else {
            throw FHIRRefusal(
                .otherEvent, at: header.pointer + "/eventCoding",
                "expected the event `\(Self.event)` of \(FHIRSystems.messageEvents)"
                    + found(coding?["code"], among: Self.knownEvents)
                    + "; bookings and replies are not referrals, import the request that they belong to")
        }
        let reason = ledger.take("reason", of: header)
        if reason != nil, !FHIRValue.isCoded(reason, "new") {
            throw FHIRRefusal(
                .otherReason, at: header.pointer + "/reason",
                "expected a message with the reason `new`"
                    + found(
                        FHIRValue.codings(reason).first.map { .string($0.code) }, among: ["update", "delete"])
                    + "; change a referral that is there with `sharectl referral withdraw` and submit it anew")
        }
        return header
    }

    mutating func readServiceRequest(of header: Resource) throws(FHIRRefusal) -> Resource {
        let focus = ledger.take("focus", of: header)?.array ?? []
        let requests = focus.compactMap(bundle.resolve).filter { $0.type == "ServiceRequest" }
        guard let request = requests.first else {
            throw FHIRRefusal(
                .noServiceRequest, at: header.pointer + "/focus",
                "expected a reference to a ServiceRequest in this message; have the sender name it in MessageHeader.focus"
            )
        }
        guard requests.count == 1 else {
            throw FHIRRefusal(
                .severalServiceRequests, at: header.pointer + "/focus",
                "expected one ServiceRequest, found \(requests.count); a referral is decided for itself, send one message for each"
            )
        }
        try refuseModifiers(of: request)
        let status = ledger.take("status", of: request)
        guard status?.string == "active" else {
            throw FHIRRefusal(
                .notActive, at: request.pointer + "/status",
                "expected the status `active`" + found(status, among: Self.knownStatuses)
                    + "; import the request when it is in force")
        }
        let intent = ledger.take("intent", of: request)
        guard let text = intent?.string, text == "plan" || text == "order" else {
            throw FHIRRefusal(
                .notAnOrder, at: request.pointer + "/intent",
                "expected the intent `plan` or `order`" + found(intent, among: Self.knownIntents)
                    + "; a proposal becomes a referral when somebody makes it one")
        }
        if let flag = ledger.take("doNotPerform", of: request), flag != .bool(false) {
            throw FHIRRefusal(
                .doNotPerform, at: request.pointer + "/doNotPerform",
                "the request says that the service must not be performed, so it is not a referral")
        }
        return request
    }

    /// R4 request priorities; one that is absent means routine.
    mutating func readUrgency(of request: Resource) throws(FHIRRefusal) -> Urgency {
        guard let priority = ledger.take("priority", of: request) else {
            ledger.note("urgency", "routine, because ServiceRequest.priority is absent")
            return .routine
        }
        let urgency: Urgency
        switch priority.string {
        case "routine": urgency = .routine
        case "urgent", "asap": urgency = .urgent
        case "stat": urgency = .emergency
        default:
            throw FHIRRefusal(
                .unknownPriority, at: request.pointer + "/priority",
                "expected `routine`, `urgent`, `asap` or `stat`; have the sender correct it, urgency is not guessed")
        }
        ledger.note("urgency", "\(urgency.rawValue), from ServiceRequest.priority `\(priority.string ?? "")`")
        return urgency
    }

    mutating func readOccurred(of request: Resource) -> Instant? {
        if let authored = FHIRTime.instant(request.json["authoredOn"]?.string) {
            ledger.note("time", "from ServiceRequest.authoredOn")
            return authored
        }
        if let sent = FHIRTime.instant(bundle.json["timestamp"]?.string) {
            ledger.note("time", "from Bundle.timestamp, because ServiceRequest.authoredOn gives no full time")
            return sent
        }
        ledger.note("time", "none in the message")
        return nil
    }

    private func refuseModifiers(of resource: Resource) throws(FHIRRefusal) {
        guard resource.json["modifierExtension"] == nil, resource.json["implicitRules"] == nil else {
            throw FHIRRefusal(
                .unknownModifier, at: resource.pointer,
                "a modifierExtension or implicitRules changes the meaning of this \(resource.type) in a way not known here; "
                    + "ask the sender for the message without it")
        }
    }

    private func found(_ value: JSON?, among known: Set<String>) -> String {
        guard let value else { return ", found none" }
        guard let text = value.string, known.contains(text) else { return ", found something else" }
        return ", found `\(text)`"
    }
}
