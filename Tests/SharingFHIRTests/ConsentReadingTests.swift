import Encodings
import SharingFHIR
import SharingModel
import Testing

@Suite("A Consent in the message")
struct ConsentReadingTests {
    static func coded(_ code: String, _ system: String) -> JSON {
        .object(["coding": [.object(["system": .string(system), "code": .string(code)])]])
    }

    /// An element changed, and a piece of the reason why the Consent is not one any more.
    static let faults: [(element: String, value: JSON?, reason: String)] = [
        ("status", "inactive", "Consent.status is not active"),
        ("scope", coded("treatment", "http://terminology.hl7.org/CodeSystem/consentscope"), "Consent.scope"),
        ("patient", nil, "Consent.patient"),
        ("performer", nil, "Consent.performer"),
        ("organization/0", BrokenMessageTests.stranger, "Consent.organization is not the sender"),
        ("verification", [.object(["verified": false])], "not verified"),
        (
            "policyRule", coded("IMPLIED", "http://terminology.hl7.org/CodeSystem/v3-ActCode"),
            "implied consent is nobody's act"
        ),
        ("provision", nil, "provision.type is not permit"),
        ("provision/type", "deny", "provision.type is deny"),
        ("provision/actor", nil, "names no recipient"),
        ("provision/actor/0/reference", BrokenMessageTests.stranger, "names no recipient"),
        ("provision/purpose/0/code", "HMARKT", "names no purpose known here"),
        ("provision/class", [.object(["code": "Condition"])], "limited by class"),
        ("provision/securityLabel", [.object(["code": "R"])], "limited by securityLabel"),
        ("provision/provision", [.object(["type": "deny"])], "limited by provision"),
        ("provision/dataPeriod", .object(["start": "2026-01-01"]), "limited by dataPeriod"),
        ("provision/action", [coded("collect", "x")], "does not permit disclosing"),
        ("provision/period/start", "2026", "gives a day or a time"),
        ("provision/period/end", "soon", "provision.period.end"),
        ("sourceReference", nil, "Consent.source"),
        ("modifierExtension", BrokenMessageTests.extended, "a modifier"),
    ]

    static func read(_ element: String, _ value: JSON?) throws -> ConsentReading? {
        let message = Messages.shipped.setting(Messages.pointer(to: "Consent") + "/" + element, to: value)
        return try FHIRImport.read(message).consents.first
    }

    @Test(
        "that does not say enough, or says more than can be carried over, is not one, and why is said",
        arguments: faults.indices)
    func notOne(_ index: Int) throws {
        let fault = Self.faults[index]
        guard case .notOne(let reasons)? = try Self.read(fault.element, fault.value) else {
            Issue.record("taken for a consent with another \(fault.element)")
            return
        }
        #expect(reasons.contains { $0.contains(fault.reason) }, "\(reasons)")
    }

    @Test("starts on its own day where its period has no start, and has an end only where one is given")
    func period() throws {
        guard case .given(let dated)? = try Self.read("provision/period", nil) else {
            Issue.record("not taken for a consent")
            return
        }
        #expect(dated.from.description == "2026-11-20")
        #expect(dated.until == nil)
    }

    @Test("for direct care by its category serves where the provision names no purpose")
    func category() throws {
        guard case .given(let draft)? = try Self.read("provision/purpose", nil) else {
            Issue.record("not taken for a consent")
            return
        }
        #expect(draft.purposes.map(\.text) == ["direct-care"])
        let other = Messages.shipped.setting(Messages.pointer(to: "Consent") + "/provision/purpose", to: nil)
            .setting(Messages.pointer(to: "Consent") + "/category", to: [])
        guard case .notOne? = try FHIRImport.read(other).consents.first else {
            Issue.record("a consent without a purpose was taken")
            return
        }
    }

    @Test("is about the data of the custodian it names, else of the sender only")
    func custodian() throws {
        let actor = JSON.object([
            "role": Self.coded("CST", "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"),
            "reference": Messages.shipped.at(Messages.pointer(to: "Patient") + "/generalPractitioner/0"),
        ])
        guard case .given(let draft)? = try Self.read("provision/actor/1", actor) else {
            Issue.record("not taken for a consent")
            return
        }
        #expect(draft.holders.map(\.text) == ["ods:G82080"])
        #expect(draft.recipients.map(\.text) == ["ods:RYE"])
    }

    @Test("is absent where the message has none")
    func none() throws {
        #expect(try FHIRImport.read(Messages.shipped(without: "Consent")).consents.isEmpty)
    }
}
