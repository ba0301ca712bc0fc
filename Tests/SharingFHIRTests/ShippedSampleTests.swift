import Encodings
import SharingFHIR
import SharingModel
import Testing

@Suite("The shipped sample")
struct ShippedSampleTests {
    let result: FHIRImport

    init() throws { result = try FHIRImport.read(Messages.shipped) }

    func value(_ code: String) -> JSON? { result.content.first { $0.code.text == code }?.value }

    @Test("says who refers whom to whom, when and how urgently")
    func parties() throws {
        #expect(result.from.text == "ods:RND")
        #expect(result.to.text == "ods:RYE")
        #expect(result.person.text == "nhs:9476719931")
        #expect(result.urgency == .urgent)
        #expect(result.purpose.text == "direct-care")
        #expect(result.occurred?.description == "2026-11-20T09:30:00.000Z")
        #expect(result.messageID != nil)
        #expect(result.actor == Actor(id: "sds-user-id:555000000001", role: try #require(RoleCode("nurse"))))
    }

    @Test("has each part in the item where it belongs, in order of codes")
    func items() {
        #expect(
            result.content.map(\.code.text) == [
                "contact", "family", "health.medication", "health.summary", "identity", "person.views",
                "referral.category",
                "referral.service", "referral.summary", "risk.to-worker",
            ])
        #expect(value("identity")?.at("/name/0/family") == "Sampleton")
        #expect(value("identity")?.at("/birthDate") == "1985-02-03")
        #expect(value("identity")?.at("/identifiers/0/value") == "H-104522")
        #expect(value("contact")?.at("/telecom")?.array?.count == 2)
        #expect(value("contact")?.at("/address/0/city") == "Exampleton")
        #expect(value("family")?.at("/contacts/0/name/given/0") == "Alex")
        #expect(value("health.summary")?.at("/reasons/0/coding/0/code") == "195967001")
        #expect(value("health.summary")?.at("/conditions/0/onsetDateTime") == "1993")
        #expect(value("health.summary")?.at("/observations/0/valueQuantity/value") == 310)
        #expect(value("health.summary")?.at("/notes/0/text") != nil)
        #expect(value("health.summary")?.at("/generalPractice/0/agency") == "ods:G82080")
        #expect(value("health.medication")?.at("/statements/0/dosage/0/text") == "Two puffs twice a day")
        #expect(value("person.views")?.at("/goals/0/description/text") != nil)
        #expect(value("risk.to-worker")?.at("/alerts/0/code/text") != nil)
        #expect(value("referral.summary")?.at("/identifiers/0/value") == "REF-2026-00417")
        #expect(value("referral.summary")?.at("/encounter/identifiers/0/value") == "CASE-88213")
        #expect(value("referral.service")?.at("/name") == "Specialist asthma nursing")
        #expect(value("referral.category")?.at("/0/coding/0/code") == "referral")
    }

    @Test("passes the NHS number on as the person and nowhere in the content, and no reference into the message")
    func noNumberInContent() {
        let strings = result.content.flatMap { $0.value.leaves }
        #expect(strings.contains { $0.contains("9476719931") } == false)
        #expect(strings.contains { $0.hasPrefix("urn:uuid:") } == false)
    }

    @Test("gives data in the members of referral.submitted and consent.given")
    func data() throws {
        #expect(
            result.referralData
                == .object([
                    "from": "ods:RND", "to": "ods:RYE", "urgency": "urgent", "purpose": "direct-care",
                    "actor": .object(["id": "sds-user-id:555000000001", "role": "nurse"]),
                ]))
        let draft = try #require(
            result.consents.compactMap { if case .given(let draft) = $0 { draft } else { nil } }.first)
        #expect(
            draft.data
                == .object([
                    "kind": "confidentiality", "giver": "self", "purposes": ["direct-care"], "items": ["*"],
                    "recipients": ["ods:RYE"], "holders": ["ods:RND"], "method": "written", "from": "2026-11-20",
                    "until": "2027-11-19",
                ]))
    }

    @Test("tells what it took and what it left out")
    func account() {
        let understood = result.understood.map(\.what)
        for what in ["from", "to", "person", "urgency", "actor", "consent", "health.summary"] {
            #expect(understood.contains(what), "\(what) is not accounted for")
        }
        let leftOut = result.leftOut.map(\.description)
        for line in ["Patient.maritalStatus", "MessageHeader.source", "Practitioner.name", "DocumentReference"] {
            #expect(leftOut.contains { $0.hasPrefix(line) }, "\(line) is not told as left out")
        }
        #expect(!leftOut.contains { $0.hasPrefix("ServiceRequest") })
        #expect(!leftOut.contains { $0.hasPrefix("Condition") })
    }

    @Test("accounts for every element of every resource: it is used or told as left out")
    func nothingIsLost() throws {
        for (position, entry) in (Messages.shipped["entry"]?.array ?? []).enumerated() {
            let type = try #require(entry["resource"]?["resourceType"]?.string)
            let changed = Messages.shipped.setting("/entry/\(position)/resource/somethingNew", to: "x")
            let lines = try FHIRImport.read(changed).leftOut.map(\.description)
            #expect(
                lines.contains { $0.hasPrefix("\(type).somethingNew") || $0 == type || $0.hasPrefix("\(type):") },
                "\(type)")
        }
    }
}
