package import Encodings
import EventStore
package import SharingService

/// What is recorded about the partnership's person.
extension Partnership {
    /// One of every fact that needs nothing before it.
    package static let facts: [(type: String, data: JSON)] = [
        ("subject.described", .object(["birthDate": "2014-05-04", "source": "school"])),
        ("subject.deceased", .object(["date": "2026-10-01", "source": "registrar", "verified": true])),
        (
            "subject.shielded",
            .object(["holders": ["ods:RBS25"], "against": ["gss:E08000012"], "reason": "a threat"])
        ),
        ("representative.recorded", .object(["basis": "parental-responsibility", "until": "2030-01-31"])),
        (
            "capacity.assessed",
            .object(["decision": "sharing", "outcome": "has", "basis": "gillick", "assessor": "A. Nurse"])
        ),
        (
            "best-interests.decided",
            .object([
                "purposes": ["early-help"], "items": ["health"], "recipients": ["gss:E08000012"],
                "decider": "A. Doctor", "consulted": ["a sister"],
            ])
        ),
        (
            "court-order.recorded",
            .object([
                "holders": ["ods:RBS25"], "effect": "prohibits", "items": ["*"], "recipients": ["police"],
                "until": "2027-01-31",
            ])
        ),
        ("status.recorded", .object(["status": "looked-after", "from": "2026-01-31"])),
        (
            "objection.raised",
            .object(["purposes": ["early-help"], "items": ["health"], "recipients": ["*"], "holders": ["ods:RBS25"]])
        ),
        ("involvement.started", .object(["service": "School nursing", "sensitive": false])),
        (
            "involvement.started",
            .object(["service": "A quiet clinic", "sensitive": true, "significantHarm": "somebody would be hurt"])
        ),
        ("lead.assigned", .object(["professional": .object(["id": "w-1", "role": "social-worker"])])),
    ]

    /// Records one of them.
    @discardableResult
    package func fact(
        _ type: String, by agency: TestAgency? = nil, _ data: JSON? = nil, _ person: String = person
    ) async throws -> Receipt {
        let known = Self.facts.first { $0.type == type }?.data ?? .null
        return try await test.post(type, by: agency ?? trust, subject: person, data ?? known)
    }

    /// Ends, upholds or discharges what an event recorded.
    @discardableResult
    package func follow(
        _ type: String, _ member: String, _ event: UniqueID, by agency: TestAgency? = nil, _ person: String = person
    ) async throws -> Receipt {
        try await test.post(
            type, by: agency ?? trust, subject: person,
            .object([member: .string(event.description), "reason": "weighed"]))
    }
}
