import Encodings
import SharingModel

/// The events of an invented region, each drawn from its number, so that none of them need be kept.
extension DecideWorld {
    /// An event's type, who records it, about whom, and its members.
    struct Happening {
        let type: EventType
        let author: AgencyID
        var person: Int?
        let data: JSON
        /// Read by these; by everybody where empty.
        var audience: [AgencyID] = []
        /// What stands in for concealed content.
        var content: JSONObject?
    }

    /// Whoever lives in an area agrees to something with its agencies, four times in five, else with others.
    func consent(_ number: Int) -> Happening {
        var source = SeededSource(seed: seed ^ 0xC025_E17A &+ UInt64(number))
        let person = number % persons
        let area = source.chance(80) ? home(of: person) : source.pick(partnerships)
        let kind = source.pick(["engagement", "engagement", "confidentiality", "confidentiality", "gdpr"])
        let recipients: [String] =
            switch source.number(below: 10) {
            case 0..<4: [area.council.text]
            case 4..<6: [area.council.text, area.school.text]
            case 6..<8: ["council", "education"]
            case 8: [area.nhs.text]
            default: kind == "gdpr" ? ["council"] : ["*"]
            }
        let items: [String] = source.pick([
            ["*"], ["*"], ["identity", "contact", "family"], ["identity", "health.summary"],
            ["person.views", "family", "referral", "identity"],
        ])
        let until: JSON? = source.chance(8) ? "2026-10-01" : source.chance(10) ? "2027-12-31" : nil
        let holders: JSON? = source.chance(35) ? [.string(source.pick(area.all).text)] : nil
        let except: JSON? =
            source.chance(5) ? [.object(["to": ["council"], "items": ["health.summary"]])] : nil
        let purposes: [String] = source.pick([
            ["early-help"], ["early-help"], ["early-help", "education-inclusion"], ["direct-care"],
        ])
        return Happening(
            type: .consentGiven, author: area.nhs, person: person,
            data: .object([
                "kind": .string(kind), "giver": source.chance(75) ? "self" : "parental-responsibility",
                "purposes": .strings(purposes), "items": .strings(items), "recipients": .strings(recipients),
                "holders": holders, "exceptions": except, "method": "verbal", "from": "2026-01-05", "until": until,
            ]), audience: [area.council])
    }

    /// One consent in twelve is taken back.
    func isWithdrawn(_ consent: Int) -> Bool {
        var source = SeededSource(seed: seed ^ 0x0D15_A9EE &+ UInt64(consent))
        return source.chance(8)
    }

    func withdrawal(of consent: UniqueID, by author: AgencyID, person: Int) -> Happening {
        Happening(
            type: .consentWithdrawn, author: author, person: person,
            data: .object(["consent": .text(consent), "by": "self"]))
    }

    /// What is recorded of a person beside consents: of most the birth, of few anything that bars.
    func facts(about person: Int) -> [Happening] {
        var source = SeededSource(seed: seed ^ 0xFAC7_0000 &+ UInt64(person))
        let area = home(of: person)
        func fact(_ type: EventType, _ data: JSON) -> Happening {
            Happening(type: type, author: area.nhs, person: person, data: data)
        }
        var facts: [Happening] = []
        if source.chance(80) {
            let year = source.chance(60) ? 2_009 + source.number(below: 17) : 1_940 + source.number(below: 68)
            facts.append(
                fact(.subjectDescribed, .object(["birthDate": .string("\(year)-05-01"), "source": "measurement"])))
        }
        if source.chance(2) {
            facts.append(
                fact(
                    .consentRefused,
                    .object([
                        "purposes": ["early-help"], "items": ["health"], "recipients": ["council"], "by": "self",
                    ])))
        }
        if source.chance(3) {
            facts.append(
                fact(
                    .capacityAssessed,
                    .object([
                        "decision": "sharing", "outcome": "has", "basis": "gillick", "assessor": "measurement",
                    ])))
        }
        if source.chance(1) {
            facts.append(
                fact(
                    .courtOrderRecorded,
                    .object([
                        "effect": "prohibits", "items": ["contact"], "recipients": [.string(area.school.text)],
                    ])))
        }
        if source.chance(1) {
            facts.append(
                fact(.subjectShielded, .object(["against": [.string(area.school.text)], "reason": "measurement"])))
        }
        if source.chance(1) {
            facts.append(
                fact(
                    .subjectDeceased,
                    .object(["date": "2026-10-01", "source": "measurement", "verified": true])))
        }
        return facts
    }

    /// Of one person in six the NHS body referred to the council, and the referral is open.
    func referral(of person: Int) -> Happening? {
        var source = SeededSource(seed: seed ^ 0x4EFE_44A1 &+ UInt64(person))
        guard source.chance(16) else { return nil }
        let area = home(of: person)
        return Happening(
            type: .referralSubmitted, author: area.nhs, person: person,
            data: .object([
                "from": .string(area.nhs.text), "to": .string(area.council.text), "urgency": "routine",
                "purpose": "safeguarding-children", "actor": .object(["id": "w-1", "role": "nurse"]),
                "content": .object(["_sd": [.string(String(repeating: "A", count: 43))]]),
            ]), content: JSONObject([("referral.summary", JSON.string("measured"))]))
    }
}
