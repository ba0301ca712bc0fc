import Encodings
import SharingFHIR
import SharingModel
import Support
import Testing

@Suite("The published sample of the Booking and Referral Standard", .enabled(if: TestData.isThere))
struct PublishedSampleTests {
    @Test("is refused, because its NHS number fails its check digit, with the way to go on")
    func refused() throws {
        let message = try Messages.published()
        let refusal = #expect(throws: FHIRRefusal.self) { try FHIRImport.read(message) }
        #expect(refusal?.code == .badNHSNumber)
        #expect(
            refusal?.detail
                == "the NHS number in Patient.identifier fails its check digit; verify it at its source and pass the right one "
                + "with --subject nhs:NUMBER or --subject -")
        #expect(message.at(refusal?.pointer ?? "/")?.string == "3478526985")
        #expect(refusal?.description.contains("3478526985") == false)
    }

    @Test("maps from RND to RYE with a verified identifier, and the failing number goes nowhere")
    func mapped() throws {
        let result = try FHIRImport.read(Messages.published(), subject: PersonIdentifier("nhs:9476719931"))
        #expect(result.from.text == "ods:RND")
        #expect(result.to.text == "ods:RYE")
        #expect(result.person.text == "nhs:9476719931")
        #expect(result.urgency == .routine)
        #expect(result.occurred?.description == "2021-11-26T15:00:00.000Z")
        #expect(result.actor.id == "sds-role-profile-id:PT2489")
        #expect(
            result.content.map(\.code.text) == [
                "contact", "family", "health.summary", "identity", "referral.category", "referral.service",
                "referral.summary", "risk.to-worker",
            ])
        let strings: [String] = result.content.flatMap { $0.value.leaves }
        #expect(!strings.contains { $0.contains("3478526985") })
        #expect(!result.referralData.text.contains("3478526985"))
    }

    @Test("has no consent that could be recorded: it is implied")
    func implied() throws {
        let result = try FHIRImport.read(Messages.published(), subject: PersonIdentifier("nhs:9476719931"))
        guard case .notOne(let reasons)? = result.consents.first else {
            Issue.record("an implied consent was taken for one that was given")
            return
        }
        #expect(reasons.contains { $0.contains("implied consent is nobody's act") })
    }

    @Test("says what it leaves out, without a word of what stands there")
    func leftOut() throws {
        let message = try Messages.published()
        let result = try FHIRImport.read(message, subject: PersonIdentifier("nhs:9476719931"))
        let lines = result.leftOut.map(\.description) + result.understood.map(\.description)
        #expect(lines.contains("Patient.extension"))
        #expect(lines.contains { $0.hasPrefix("Consent") })
        for personal in [
            "Jones", "Julie", "1959", "LS10", "07736312544", "Catholic", "Grayson", "3478526985", "9476719931",
        ] {
            #expect(!lines.contains { $0.contains(personal) }, "\(personal) is told")
        }
    }

    @Test("the reply to it is another event")
    func reply() throws {
        let reply = try JSON.parse(TestData.bytes("samples/bars/servicerequest-validation-response.json"))
        let refusal = #expect(throws: FHIRRefusal.self) { try FHIRImport.read(reply) }
        #expect(refusal?.code == .otherEvent)
    }
}
