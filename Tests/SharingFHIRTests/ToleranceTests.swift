import Encodings
import SharingFHIR
import SharingModel
import Testing

@Suite("A message that says a thing another way")
struct ToleranceTests {
    @Test("is read in both spellings of the identifier systems", arguments: ["nhs-number", "ods-organization-code"])
    func bothSpellings(_ system: String) throws {
        let text = Messages.shipped.text
        let respelt = text.replacing("https://fhir.nhs.uk/Id/\(system)", with: "https://fhir.nhs.uk/id/\(system)")
        #expect(respelt != text)
        let (one, other) = (try FHIRImport.read(Messages.shipped), try FHIRImport.read(JSON.parse(respelt)))
        #expect((one.person, one.from, one.to) == (other.person, other.from, other.to))
    }

    @Test("is read with references as Type/id")
    func relativeReferences() throws {
        var text = Messages.shipped.text
        for entry in Messages.shipped["entry"]?.array ?? [] {
            let url = try #require(entry["fullUrl"]?.string)
            let resource = try #require(entry["resource"])
            let (type, id) = (try #require(resource["resourceType"]?.string), try #require(resource["id"]?.string))
            text = text.replacing("\"reference\":\"\(url)\"", with: "\"reference\":\"\(type)/\(id)\"")
            text = text.replacing(
                "\"fullUrl\":\"\(url)\"", with: "\"fullUrl\":\"https://sender.example/fhir/\(type)/\(id)\"")
        }
        let (one, other) = (try FHIRImport.read(Messages.shipped), try FHIRImport.read(JSON.parse(text)))
        #expect(one.content == other.content)
        #expect(one.consents == other.consents)
    }

    @Test(
        "gets its urgency from the priority",
        arguments: [
            ("routine", .routine), ("urgent", .urgent), ("asap", .urgent), ("stat", .emergency), (nil, .routine),
        ] as [(String?, Urgency)])
    func urgencies(_ priority: String?, _ urgency: Urgency) throws {
        let pointer = Messages.pointer(to: "ServiceRequest") + "/priority"
        let result = try FHIRImport.read(Messages.shipped.setting(pointer, to: priority.map(JSON.string)))
        #expect(result.urgency == urgency)
    }

    @Test(
        "gets its time in UTC, from the request or else the message",
        arguments: [
            ("2026-06-01T09:30:00+01:00", "2026-06-01T08:30:00.000Z"),
            ("2026-01-01T00:15:00-05:30", "2026-01-01T05:45:00.000Z"),
            ("2026-06-01T09:30:00Z", "2026-06-01T09:30:00.000Z"), ("2026-06-01", "2026-11-20T09:32:00.000Z"),
            ("2026-06-01T09:30:00+99:00", "2026-11-20T09:32:00.000Z"), ("+01:00", "2026-11-20T09:32:00.000Z"),
        ])
    func times(_ authored: String, _ occurred: String) throws {
        let pointer = Messages.pointer(to: "ServiceRequest") + "/authoredOn"
        let result = try FHIRImport.read(Messages.shipped.setting(pointer, to: .string(authored)))
        #expect(result.occurred?.description == occurred)
    }

    @Test("may name a Practitioner, with or without a role, or nobody as its requester")
    func requesters() throws {
        let requester = Messages.pointer(to: "ServiceRequest") + "/requester"
        let practitioner = Messages.shipped.at(
            "/entry/\(Messages.pointer(to: "Practitioner").split(separator: "/")[1])/fullUrl")
        let direct = Messages.shipped.setting(requester, to: .object(["reference": practitioner]))
        #expect(try FHIRImport.read(direct).actor.role.text == "nurse")
        let noRole = direct.setting(Messages.pointer(to: "PractitionerRole") + "/code", to: nil)
        #expect(try FHIRImport.read(noRole).actor.role.text == "practitioner")
        let nobody = try FHIRImport.read(Messages.shipped.setting(requester, to: nil))
        #expect((nobody.actor.id, nobody.actor.role.text) == ("ods:RND", "referring-system"))
    }

    @Test("about other people as well keeps what is not the patient's out of the content")
    func otherPatients() throws {
        let other = JSON.object([
            "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001",
            "resource": .object(["resourceType": "Patient", "name": [.object(["family": "Otherone"])]]),
        ])
        let about = JSON.object(["reference": "urn:uuid:00000000-0000-4000-8000-000000000001"])
        let message = Messages.shipped(adding: other)
            .setting(Messages.pointer(to: "Condition") + "/subject", to: about)
        let result = try FHIRImport.read(message)
        let summary = result.content.first { $0.code.text == "health.summary" }?.value
        #expect(summary?["conditions"] == nil)
        #expect(!result.content.flatMap { $0.value.leaves }.contains("Otherone"))
        #expect(
            result.leftOut.map(\.description).contains(
                "Condition: it is about somebody or something other than the patient"))
    }

    static let unfit: [(String, String, JSON?, String)] = [
        ("Observation", "status", "entered-in-error", "it was entered in error"),
        ("Observation", "subject", nil, "it does not say whom it is about"),
        ("Condition", "modifierExtension", [.object(["url": "x"])], "a modifier changes its meaning"),
        ("Flag", "status", "inactive", "it is not active"),
    ]

    @Test("in error, modified or about nobody is left out, and said to be", arguments: unfit)
    func withheld(_ type: String, _ element: String, _ value: JSON?, _ reason: String) throws {
        let result = try FHIRImport.read(
            Messages.shipped.setting(Messages.pointer(to: type) + "/" + element, to: value))
        #expect(
            result.leftOut.contains { $0.resource == type && $0.element == nil && $0.why?.hasPrefix(reason) == true })
    }

    @Test(
        "labels what is sensitive, and it goes under the item for that",
        arguments: [
            ("PSY", "health.mental"), ("SEX", "health.sexual"), ("ETH", "health.substance"),
        ])
    func labels(_ label: String, _ item: String) throws {
        let security: JSON = [
            .object(["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": .string(label)])
        ]
        let result = try FHIRImport.read(
            Messages.shipped.setting(Messages.pointer(to: "Condition") + "/meta/security", to: security))
        #expect(
            result.content.first { $0.code.text == item }?.value.at("/conditions/0/code/coding/0/code") == "195967001")
    }

    @Test("names a parent with an NHS number, who is accounted for too")
    func relatedPersons() throws {
        let patient = Messages.shipped.at(Messages.pointer(to: "ServiceRequest") + "/subject")
        let related = JSON.object([
            "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000002",
            "resource": .object([
                "resourceType": "RelatedPerson", "patient": patient,
                "identifier": [.object(["system": "https://fhir.nhs.uk/Id/nhs-number", "value": "4010232137"])],
                "relationship": [.object(["coding": [.object(["code": "MTH"])]])],
                "name": [.object(["family": "Sampleton"])],
            ]),
        ])
        let result = try FHIRImport.read(Messages.shipped(adding: related))
        #expect(result.about.map(\.person.text) == ["nhs:4010232137"])
        #expect(result.about.map(\.relation) == ["parent"])
        #expect(result.referralData.at("/about/0/relation") == "parent")
        #expect(!result.content.flatMap { $0.value.leaves }.contains("4010232137"))
    }
}
