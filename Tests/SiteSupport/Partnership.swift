package import Encodings
import EventStore
import SharingModel
package import SharingService

/// A site with a trust, a council and a school, the shipped baseline and the shipped safeguarding hub's agreement in force.
package struct Partnership: Sendable {
    package static let person = "nhs:9476719931"
    package static let otherPerson = "nhs:4010232137"

    package let test: TestSite
    package let trust = TestAgency("ods:RBS25", "nhs")
    package let council = TestAgency("gss:E08000012", "council")
    package let school = TestAgency("urn:104714", "education", .es256)

    /// - Parameter councilSite: origin of the site that hosts the council; nil for this one.
    package init(councilSite: String? = nil) async throws {
        test = try TestSite()
        try await test.adoptBaseline()
        for agency in [trust, school] { try await test.register(agency) }
        try await test.register(council, site: councilSite)
        try await test.agree(
            try TestSite.shipped("agreements/liverpool-mash.yaml"), "liverpool-mash", version: 3,
            [trust, council, school])
    }

    package static func actor(_ role: String) -> JSON { .object(["id": "w-17", "role": .string(role)]) }

    /// Consent to pass on for early help what the trust knows in confidence.
    @discardableResult
    package func consent(_ person: String = person, items: [String] = ["*"]) async throws -> Receipt {
        try await test.post(
            "consent.given", by: trust, subject: person,
            .object([
                "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": .strings(items),
                "recipients": [.string(council.id)], "method": "written", "from": "2026-01-01",
            ]))
    }

    /// What the person agreed to and somebody with parental responsibility refuses: people of the holder are asked.
    /// - Returns: the receipt of the consent.
    @discardableResult
    package func dispute(_ items: [String]) async throws -> Receipt {
        let agreed = try await consent()
        try await test.post(
            "consent.refused", by: trust, subject: Self.person,
            .object([
                "purposes": ["early-help"], "items": .strings(items), "recipients": ["*"],
                "by": "parental-responsibility",
            ]))
        return agreed
    }

    /// The trust gives the council something for early help, unasked.
    @discardableResult
    package func offer(_ content: [(String, JSON)], request: UniqueID? = nil) async throws -> Receipt {
        try await test.post(
            "disclosure.delivered", by: trust, subject: Self.person,
            .object([
                "from": .string(trust.id), "to": .string(council.id), "purpose": "early-help",
                "actor": Self.actor("nurse"), "request": request.map { .string($0.description) },
            ]), content: content)
    }

    @discardableResult
    package func withdraw(_ consent: UniqueID, _ person: String = person) async throws -> Receipt {
        try await test.post(
            "consent.withdrawn", by: trust, subject: person,
            .object(["consent": .string(consent.description), "by": "self"]))
    }

    /// The council asks the trust for early help.
    @discardableResult
    package func ask(_ items: [String], _ person: String = person, role: String = "social-worker") async throws
        -> Receipt
    {
        try await test.post("disclosure.requested", by: council, subject: person, question(items, role: role))
    }

    package func question(_ items: [String], role: String = "social-worker") -> JSON {
        .object([
            "from": .string(trust.id), "to": .string(council.id), "purpose": "early-help", "items": .strings(items),
            "reason": "needed to plan support", "actor": Self.actor(role),
        ])
    }

    /// A safeguarding referral from the school to the council.
    @discardableResult
    package func refer(_ person: String = person) async throws -> Receipt {
        try await test.post(
            "referral.submitted", by: school, subject: person,
            .object([
                "from": .string(school.id), "to": .string(council.id), "urgency": "urgent",
                "purpose": "safeguarding-children", "actor": Self.actor("designated-safeguarding-lead"),
            ]),
            content: [
                ("referral.summary", "bruises, and a story that changes"), ("identity", .object(["name": "A. Child"])),
            ])
    }

    @discardableResult
    package func step(_ verb: String, _ referral: UniqueID, by agency: TestAgency, reason: String? = nil) async throws
        -> Receipt
    {
        try await test.post(
            "referral." + verb, by: agency, subject: Self.person,
            .object([
                "referral": .string(referral.description), "actor": Self.actor("social-worker"),
                "reason": reason.map(JSON.string),
            ]))
    }
}
