import Encodings
import SharingFHIR
import SharingModel
import Testing

/// One way to break the shipped sample, and the refusal that it must meet.
struct Breakage: CustomTestStringConvertible, Sendable {
    let name: String
    let code: FHIRRefusal.Code
    /// How the pointer of the refusal ends.
    let place: String
    let message: JSON

    init(_ name: String, _ code: FHIRRefusal.Code, at place: String, _ message: JSON) {
        (self.name, self.code, self.place, self.message) = (name, code, place, message)
    }

    /// Sets or removes one element of the first resource of a type.
    init(_ name: String, _ code: FHIRRefusal.Code, at place: String, _ type: String, _ element: String, _ value: JSON?)
    {
        self.init(
            name, code, at: place, Messages.shipped.setting(Messages.pointer(to: type) + "/" + element, to: value))
    }

    var testDescription: String { name }
}

@Suite("A message that cannot be followed")
struct BrokenMessageTests {
    static let stranger = JSON.object(["reference": "urn:uuid:00000000-0000-4000-8000-000000000000"])
    static let second = JSON.object([
        "system": "https://fhir.nhs.uk/id/nhs-number", "value": "4010232137",
    ])
    static let extended: JSON = [.object(["url": "https://example.org/not", "valueBoolean": true])]

    static func reference(to type: String) -> JSON {
        let entry = Messages.pointer(to: type).dropLast("/resource".count)
        return .object(["reference": Messages.shipped.at(entry + "/fullUrl")])
    }

    static let breakages = [
        Breakage("a list", .notAnObject, at: "", []),
        Breakage(
            "a resource alone", .notAMessage, at: "/resourceType", Messages.shipped.at("/entry/1/resource") ?? .null),
        Breakage("a searchset", .notAMessage, at: "/type", Messages.shipped.setting("/type", to: "searchset")),
        Breakage(
            "two entries with one fullUrl", .ambiguousEntries, at: "/entry/17/fullUrl",
            Messages.shipped(adding: Messages.shipped.at("/entry/2") ?? .null)),
        Breakage(
            "rules from elsewhere", .unknownModifier, at: "/implicitRules",
            Messages.shipped.setting("/implicitRules", to: "x")),
        Breakage("no header", .noHeader, at: "/entry", Messages.shipped(without: "MessageHeader")),
        Breakage("a booking", .otherEvent, at: "/eventCoding", "MessageHeader", "eventCoding/code", "booking-request"),
        Breakage(
            "the event of another system", .otherEvent, at: "/eventCoding", "MessageHeader", "eventCoding/system", "x"),
        Breakage("an update", .otherReason, at: "/reason", "MessageHeader", "reason/coding/0/code", "update"),
        Breakage("no focus", .noServiceRequest, at: "/focus", "MessageHeader", "focus", nil),
        Breakage("a focus outside", .noServiceRequest, at: "/focus", "MessageHeader", "focus/0", stranger),
        Breakage(
            "a focus on the Patient", .noServiceRequest, at: "/focus", "MessageHeader", "focus/0",
            reference(to: "Patient")),
        Breakage(
            "two requests", .severalServiceRequests, at: "/focus", "MessageHeader", "focus/1",
            reference(to: "ServiceRequest")),
        Breakage("a revoked request", .notActive, at: "/status", "ServiceRequest", "status", "revoked"),
        Breakage("no status", .notActive, at: "/status", "ServiceRequest", "status", nil),
        Breakage("a proposal", .notAnOrder, at: "/intent", "ServiceRequest", "intent", "proposal"),
        Breakage("a prohibition", .doNotPerform, at: "/doNotPerform", "ServiceRequest", "doNotPerform", true),
        Breakage("an unknown priority", .unknownPriority, at: "/priority", "ServiceRequest", "priority", "soon"),
        Breakage(
            "a modified request", .unknownModifier, at: "/resource", "ServiceRequest", "modifierExtension", extended),
        Breakage("a modified patient", .unknownModifier, at: "/resource", "Patient", "modifierExtension", extended),
        Breakage("no sender", .noSender, at: "/sender", "MessageHeader", "sender", nil),
        Breakage(
            "a sender without a code", .noOrganisationCode, at: "/resource", "MessageHeader", "sender",
            reference(to: "Patient")),
        Breakage("no performer", .noPerformer, at: "/performer", "ServiceRequest", "performer", nil),
        Breakage("an empty list of performers", .noPerformer, at: "/performer", "ServiceRequest", "performer", []),
        Breakage("a performer outside", .noPerformer, at: "/performer/0", "ServiceRequest", "performer/0", stranger),
        Breakage("a service of nobody", .noOrganisationCode, at: "/resource", "HealthcareService", "providedBy", nil),
        Breakage(
            "a service that belongs to itself", .noOrganisationCode, at: "/resource", "HealthcareService", "providedBy",
            reference(to: "HealthcareService")),
        Breakage(
            "an organisation under an unknown system", .noOrganisationCode, at: "/resource", "Organization",
            "identifier/0/system", "https://example.org/codes"),
        Breakage(
            "an organisation with a malformed code", .noOrganisationCode, at: "/resource", "Organization",
            "identifier/0/value", "not a code"),
        Breakage(
            "two performers", .severalPerformers, at: "/performer", "ServiceRequest", "performer/1",
            reference(to: "Organization")),
        Breakage(
            "a referral to oneself", .sameParty, at: "/performer", "MessageHeader", "sender",
            reference(to: "HealthcareService")),
        Breakage("no subject", .noPatient, at: "/subject", "ServiceRequest", "subject", nil),
        Breakage(
            "a subject that is no Patient", .noPatient, at: "/subject", "ServiceRequest", "subject",
            reference(to: "Goal")),
        Breakage("no NHS number", .noPersonIdentifier, at: "/identifier", "Patient", "identifier/0", nil),
        Breakage(
            "an NHS number under an unknown system", .noPersonIdentifier, at: "/identifier", "Patient",
            "identifier/0/system", "https://example.org/nhs-number"),
        Breakage(
            "a wrong check digit", .badNHSNumber, at: "/identifier/0/value", "Patient", "identifier/0/value",
            "9476719932"),
        Breakage(
            "a number with spaces", .badNHSNumber, at: "/identifier/0/value", "Patient", "identifier/0/value",
            "947 671 9931"),
        Breakage("two NHS numbers", .severalNHSNumbers, at: "/identifier/2/value", "Patient", "identifier/2", second),
    ]

    @Test("is refused with its own error, at its place, with a way to go on", arguments: breakages)
    func refused(_ breakage: Breakage) {
        let refusal = #expect(throws: FHIRRefusal.self) { try FHIRImport.read(breakage.message) }
        #expect(refusal?.code == breakage.code)
        #expect(refusal?.pointer.hasSuffix(breakage.place) == true, "found at \(refusal?.pointer ?? "")")
        #expect(refusal?.detail.first?.isUppercase == false)
        #expect(refusal?.detail.hasSuffix(".") == false)
    }

    @Test("has a breakage here for every code of refusal, but for faults of our own")
    func everyCodeIsMet() {
        let met = Set(Self.breakages.map(\.code)).union([.otherPerson, .notAWord])
        #expect(met == Set(FHIRRefusal.Code.allCases))
    }

    @Test("because the identifier given is another person's is refused")
    func otherPerson() throws {
        let given = try PersonIdentifier("nhs:4010232137")
        let refusal = #expect(throws: FHIRRefusal.self) { try FHIRImport.read(Messages.shipped, subject: given) }
        #expect(refusal?.code == .otherPerson)
    }

    @Test("repeats a code of FHIR's own that it found, and nothing else")
    func repeatsKnownCodes() {
        func detail(_ status: JSON) -> String? {
            let message = Messages.shipped.setting(Messages.pointer(to: "ServiceRequest") + "/status", to: status)
            return #expect(throws: FHIRRefusal.self) { try FHIRImport.read(message) }?.detail
        }
        #expect(detail("revoked")?.contains("found `revoked`") == true)
        #expect(detail("Robin Sampleton")?.contains("found something else") == true)
    }
}
