import Encodings
import SharingModel

/// An event of each type as it is posted, all well formed.
struct EventSample: Sendable, CustomStringConvertible {
    let type: EventType
    var payload: JSON
    /// The values disclosed beside it, where it has content.
    var content: JSONObject?
    var sdPointers: [String]

    var description: String { type.rawValue }

    /// The payload with its disclosures put in place.
    var resolved: JSON {
        guard let content, var object = payload.object, var data = object["data"]?.object else { return payload }
        data["content"] = .object(content)
        object["data"] = .object(data)
        return .object(object)
    }

    func decoded() throws(InvalidEvent) -> SharingEvent {
        try SharingEvent.decode(payload: payload, resolved: resolved, sdPointers: sdPointers)
    }

    init(_ type: EventType, _ data: KeyValuePairs<String, JSON?>, content: [(String, JSON)]? = nil) {
        self.type = type
        guard case .object(var members) = JSON.object(data) else { preconditionFailure("an object is an object") }
        if let content { members["content"] = .object(["_sd": .array(content.map { _ in .string(Self.digest) })]) }
        payload = .object([
            "specversion": "1.0",
            "id": .string(Self.id),
            "source": "ods:RBS25",
            "site": "sharing.example",
            "type": .string(type.rawValue),
            "time": "2026-11-22T12:00:00Z",
            "subject": type.isAboutPerson ? "nhs:9476719931" : nil,
            "datacontenttype": "application/json",
            "_sd_alg": content == nil ? nil : "sha-256",
            "data": .object(members),
        ])
        self.content = content.map { JSONObject($0) }
        sdPointers = content == nil ? [] : ["/data/content"]
    }

    /// The same with one place changed: a member of `data` by its name, or one of the payload by `/name`. Nil takes it away.
    func changing(_ name: String, to value: JSON?) -> EventSample {
        var changed = self
        guard var object = payload.object else { return self }
        if name.hasPrefix("/") {
            object[String(name.dropFirst())] = value
        } else if var data = object["data"]?.object {
            data[name] = value
            object["data"] = .object(data)
        }
        changed.payload = .object(object)
        return changed
    }

    static let treeHash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

    static func of(_ type: EventType) -> EventSample {
        all.first { $0.type == type } ?? EventSample(type, [:])
    }

    static let id = "0192f3c4-1111-4abc-8def-000000000001"
    static let digest = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    static let jwk: JSON = .object(["kty": "OKP", "crv": "Ed25519", "x": .string(digest)])
    static let hpke: JSON = .object(["kty": "OKP", "crv": "X25519", "x": .string(digest)])
    static let actor: JSON = .object([
        "id": "w-17", "role": "social-worker", "employer": "gss:E08000012", "actsFor": "ods:RBS25",
    ])
    static let content: [(String, JSON)] = [("referral.summary", "a summary"), ("health.mental", .object(["a": [1]]))]
    static let basis: JSON = .object([
        "article6": "public-task", "power": "children-act-2004-s11",
        "special": .object([
            "article9": "substantial-public-interest", "schedule1": "safeguarding",
            "policyDocument": .object(["ref": "APD-7", "reviewed": "2026-01-10"]),
        ]),
        "criminal": .object(["officialAuthority": true]),
        "confidentiality": .object(["statute": "children-act-1989-s47"]),
    ])

    static let all: [EventSample] = plain + consents + referrals + disclosures + facts

    private static let keys: JSON = [.object(["jwk": jwk, "roles": ["agency", "ig-lead"]])]
    private static let plain: [EventSample] = [
        EventSample(
            .siteFounded,
            ["origin": "sharing.example", "name": "A site", "vkey": "sharing.example+00000000+AA==", "keys": keys]),
        EventSample(
            .agencyRegistered,
            [
                "agency": "ods:RBS25", "name": "A trust", "kind": "nhs", "publicAuthority": true, "site": "b.example",
                "contacts": .object(["dpo": "dpo@trust.example"]), "keys": keys,
            ]),
        EventSample(.agencyEnded, ["agency": "ods:RBS25", "reason": "merged"]),
        EventSample(.keyEnrolled, ["agency": "site:sharing.example", "jwk": jwk, "roles": ["operator"]]),
        EventSample(
            .forkDetected,
            [
                "peer": "other.example",
                "evidence": .object([
                    "kind": "fork", "older": "a note\n", "newer": "a later note\n", "root": .string(treeHash),
                    "proof": .strings([treeHash]),
                ]),
            ]),
        EventSample(.keyRevoked, ["kid": .string(digest), "since": "2026-11-01T00:00:00Z", "reason": "lost"]),
        EventSample(.checkpointKeyRotated, ["vkey": "sharing.test+00000000+AQ=="]),
        EventSample(.hpkeKeyRotated, ["jwk": hpke]),
        EventSample(
            .peerAdded,
            [
                "origin": "other.example", "url": "https://other.example:8420", "vkey": "other.example+00000000+AQ==",
                "siteKey": jwk, "hpke": hpke,
            ]),
        EventSample(.peerRemoved, ["origin": "other.example", "reason": "closed"]),
        EventSample(.syncAdvanced, ["peer": "other.example", "size": 4711, "root": .string(treeHash)]),
        EventSample(.baselineAdopted, ["document": .string((try? Configuration.text("config/baseline.yaml")) ?? "")]),
        EventSample(
            .agreementProposed,
            ["document": .string((try? Configuration.text("config/agreements/liverpool-mash.yaml")) ?? "")]),
        EventSample(
            .agreementSigned,
            [
                "agreement": "liverpool-mash", "version": 3, "digest": .string(digest),
                "signatory": .object(["name": "A. Guardian", "office": "Caldicott Guardian"]),
            ]),
        EventSample(.agreementSuspended, ["agreement": "liverpool-mash", "version": 3, "reason": "a breach"]),
        EventSample(.agreementResumed, ["agreement": "liverpool-mash", "version": 3, "reason": "mended"]),
        EventSample(.agreementTerminated, ["agreement": "liverpool-mash", "version": 3, "reason": "replaced"]),
        EventSample(.subjectDescribed, ["birthDate": "2012-05-06", "source": "birth certificate"]),
        EventSample(
            .subjectLinked,
            ["identifiers": ["upn:B801200005001", "local:ods:RBS25:77"], "source": "school", "confidence": 1]),
    ]

    private static let consents: [EventSample] = [
        EventSample(
            .consentGiven,
            [
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                "recipients": ["gss:E08000012", "education"], "holders": ["ods:RBS25"],
                "exceptions": [
                    .object(["to": "education", "items": ["health.sexual"]]),
                    .object(["to": ["gss:E08000012"], "items": ["*"]]),
                ],
                "method": "verbal", "from": "2026-01-31", "until": "2027-01-31T10:00:00Z", "takenBy": actor,
                "notice": .object(["ref": "N-1", "version": 2]), "evidence": .object(["sha256": .string(digest)]),
            ]),
        EventSample(.consentWithdrawn, ["consent": .string(id), "by": "parental-responsibility", "reason": "moved"]),
        EventSample(
            .consentRefused,
            [
                "purposes": ["early-help"], "items": ["health"], "recipients": ["*"], "by": "self",
                "holders": ["ods:RBS25"],
            ]),
    ]

    private static let referrals: [EventSample] =
        [
            EventSample(
                .referralSubmitted,
                [
                    "from": "ods:RBS25", "to": "gss:E08000012", "urgency": "urgent", "purpose": "safeguarding-children",
                    "actor": actor, "informed": .object(["told": false, "reason": "danger"]),
                    "about": [.object(["person": "nhs:9434765919", "relation": "alleged-perpetrator"])],
                    "withoutConsent": "would-prejudice-protection",
                    "publicInterest": .object(["grounds": "harm", "by": "A. Guardian", "office": "Caldicott Guardian"]),
                    "oneOff": .object(["grounds": "harm", "basis": basis, "by": actor, "office": "Caldicott Guardian"]),
                ], content: content),
            EventSample(.referralInfoProvided, ["referral": .string(id), "actor": actor], content: content),
            EventSample(
                .referralRedirected,
                ["referral": .string(id), "actor": actor, "reason": "lives elsewhere", "to": "gss:E08000011"]),
        ]
        + EventType.allCases.filter {
            $0.referralVerb != nil && ![.referralInfoProvided, .referralRedirected].contains($0)
        }
        .map { EventSample($0, ["referral": .string(id), "actor": actor, "reason": "for a reason"]) }

    private static let disclosures: [EventSample] = [
        EventSample(
            .disclosureRequested,
            [
                "from": "ods:RBS25", "to": "gss:E08000012", "purpose": "early-help",
                "items": ["identity", "health.summary"],
                "reason": "to plan help", "actor": actor, "referral": .string(id),
                "publicTask": "Children Act 1989 s.17",
                "breakGlass": .object(["code": "immediate-danger", "justification": "a child is alone"]),
            ]),
        EventSample(
            .disclosureDecided,
            ["request": .string(id), "decision": (try? DecisionTests.full())?.json]),
        EventSample(
            .disclosureDelivered,
            [
                "request": .string(id), "from": "ods:RBS25", "to": "gss:E08000012", "purpose": "early-help",
                "actor": actor,
                "withoutConsent": "cannot-be-given",
            ], content: content),
        EventSample(.disclosureReceipted, ["delivery": .string(id), "digest": .string(digest), "note": "read"]),
        EventSample(.disclosureDisputed, ["delivery": .string(id), "digest": .string(digest), "note": "not ours"]),
        EventSample(.disclosureRecalled, ["delivery": .string(id), "reason": "wrong person"]),
        EventSample(
            .disclosureRecorded,
            [
                "from": "ods:RBS25", "to": "gss:E08000012", "purpose": "safeguarding-children", "items": ["identity"],
                "reason": "danger", "how": "telephone", "when": "2026-11-22T03:00:00Z", "by": actor,
            ]),
    ]
}
