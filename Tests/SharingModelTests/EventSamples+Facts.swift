import Encodings
import SharingModel

/// What is recorded about a person, and what the holder's people do, all well formed.
extension EventSample {
    static let facts: [EventSample] = people + bars + work

    private static let people: [EventSample] = [
        EventSample(
            .subjectUnlinked,
            ["identifiers": ["upn:B801200005001"], "source": "school", "confidence": .number(0.5)]),
        EventSample(.subjectMerged, ["other": "nhs:9434765919", "evidence": "one birth certificate"]),
        EventSample(.subjectSevered, ["other": .string(id), "evidence": "an adoption order"]),
        EventSample(.subjectDeceased, ["date": "2026-11-01", "source": "registrar", "verified": true]),
        EventSample(
            .representativeRecorded, ["basis": "parental-responsibility", "until": "2027-01-31"]),
        EventSample(.representativeEnded, ["representative": .string(id), "reason": "a court order"]),
        EventSample(
            .capacityAssessed,
            ["decision": "sharing with the council", "outcome": "lacks", "basis": "mca", "assessor": actor]),
        EventSample(
            .bestInterestsDecided,
            [
                "purposes": ["direct-care"], "items": ["health"], "recipients": ["gss:E08000012", "nhs"],
                "decider": actor, "consulted": ["a sister"],
            ]),
        EventSample(.statusRecorded, ["status": "looked-after", "from": "2026-01-31"]),
        EventSample(.statusEnded, ["status": .string(id), "reason": "home again"]),
        EventSample(
            .involvementStarted,
            [
                "service": "Sexual health clinic", "sensitive": true, "consent": .string(id),
                "significantHarm": "she would be hurt",
            ]),
        EventSample(.involvementEnded, ["involvement": .string(id), "reason": "discharged"]),
        EventSample(.leadAssigned, ["professional": actor]),
        EventSample(.leadEnded, ["lead": .string(id), "reason": "moved on"]),
    ]

    private static let bars: [EventSample] =
        [
            EventSample(
                .subjectShielded,
                ["holders": ["ods:RBS25"], "against": ["gss:E08000011"], "reason": "a threat"]),
            EventSample(
                .subjectUnshielded, ["holders": ["ods:RBS25"], "against": ["*"], "reason": "no threat any more"]),
            EventSample(
                .courtOrderRecorded,
                [
                    "holders": ["ods:RBS25"], "effect": "prohibits", "items": ["*"], "recipients": ["police"],
                    "until": "2027-01-31",
                ]),
            EventSample(.courtOrderDischarged, ["order": .string(id), "reason": "discharged by the court"]),
            EventSample(
                .objectionRaised,
                ["purposes": ["early-help"], "items": ["health"], "recipients": ["*"], "holders": ["ods:RBS25"]]),
        ]
        + [EventType.objectionUpheld, .objectionOverridden, .objectionLifted].map {
            EventSample($0, ["objection": .string(id), "reason": "weighed"])
        }

    private static let work: [EventSample] =
        [EventType.assessmentStarted, .assessmentCompleted, .planMade, .planEnded].map {
            EventSample(
                $0, ["referral": .string(id), "kind": "child-and-family", "actor": actor, "outcome": "a plan"])
        } + [
            EventSample(
                .disclosureResolved,
                [
                    "request": .string(id),
                    "items": [
                        .object(["item": "identity", "result": "permitted"]),
                        .object(["item": "health.mental", "result": "withheld", "exception": "person-objects"]),
                    ],
                    "reason": "weighed", "by": actor,
                    "publicInterest": .object([
                        "grounds": "harm", "by": "A. Guardian", "office": "Caldicott Guardian",
                    ]),
                    "withoutConsent": "cannot-be-given",
                    "oneOff": .object([
                        "grounds": "harm", "basis": basis, "by": actor, "office": "Caldicott Guardian",
                    ]),
                ]),
            EventSample(.contentOpened, ["event": .string(id), "by": actor, "items": ["identity"]]),
            EventSample(
                .reviewCompleted,
                ["event": .string(id), "of": "break-glass", "outcome": "justified-gap", "note": "add a flow"]),
        ]
}
