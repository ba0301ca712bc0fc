import Encodings
import SharingModel

/// Whom the message is about. A referral that reaches the wrong person's record does harm, so nothing here is guessed.
extension MessageReader {
    mutating func findPatient(of request: Resource) throws(FHIRRefusal) -> Resource {
        guard let patient = bundle.resolve(ledger.take("subject", of: request)), patient.type == "Patient" else {
            throw FHIRRefusal(
                .noPatient, at: request.pointer + "/subject",
                "expected a reference to a Patient in this message; have the sender include the Patient")
        }
        guard !patient.hasModifier, patient.json["implicitRules"] == nil else {
            throw FHIRRefusal(
                .unknownModifier, at: patient.pointer,
                "a modifierExtension or implicitRules changes the meaning of this Patient in a way not known here; "
                    + "ask the sender for the message without it")
        }
        return patient
    }

    mutating func identifyPerson(
        in patient: Resource, given: PersonIdentifier?
    ) throws(FHIRRefusal) -> PersonIdentifier {
        var own: PersonIdentifier?
        var verified = false
        var fault: FHIRRefusal?
        // A number marked `old` was replaced by another (identifier-use); it does not name the person any more.
        for found in patient.identifiers(in: FHIRSystems.nhsNumber) where found.json["use"]?.string != "old" {
            let pointer = "\(patient.pointer)/identifier/\(found.index)/value"
            let number: PersonIdentifier
            do throws(IdentifierError) {
                number = try PersonIdentifier("nhs:" + found.value)
            } catch {
                fault = fault ?? badNumber(error, at: pointer)
                continue
            }
            if let own, own != number {
                throw FHIRRefusal(
                    .severalNHSNumbers, at: pointer,
                    "the Patient has two different NHS numbers; find out at the source whom the message is about")
            }
            own = number
            verified = verified || isVerified(found.json)
        }
        if let given {
            if let own, given.scheme == .nhs, own != given {
                throw FHIRRefusal(
                    .otherPerson, at: patient.pointer + "/identifier",
                    "the NHS number in Patient.identifier is valid and is not the one given with --subject; "
                        + "find out at the source whom the message is about")
            }
            let why = fault != nil ? "; the message's own NHS number fails its check and was not used" : ""
            ledger.note("person", "given by you, scheme `\(given.scheme.rawValue)`\(why)")
            return given
        }
        if let fault { throw fault }
        guard let own else {
            throw FHIRRefusal(
                .noPersonIdentifier, at: patient.pointer + "/identifier",
                "expected an NHS number under the system https://fhir.nhs.uk/Id/nhs-number; identifiers in other systems are not "
                    + "known here; pass a verified one with --subject SCHEME:VALUE or --subject -")
        }
        ledger.note(
            "person",
            "the NHS number in Patient.identifier, check digit correct"
                + (verified ? ", marked as verified" : ", not marked as verified by the sender"))
        return own
    }

    /// UK Core's verification status says the number was traced at the Personal Demographics Service.
    private func isVerified(_ identifier: JSON) -> Bool {
        (identifier["extension"]?.array ?? []).contains { part in
            part["url"]?.string?.hasSuffix("NHSNumberVerificationStatus") == true
                && (FHIRValue.isCoded(part["valueCodeableConcept"], "number-present-and-verified")
                    || FHIRValue.isCoded(part["valueCodeableConcept"], "01"))
        }
    }

    private func badNumber(_ error: IdentifierError, at pointer: String) -> FHIRRefusal {
        let fault = error == .nhsCheckDigit ? "fails its check digit" : "is not ten digits"
        return FHIRRefusal(
            .badNHSNumber, at: pointer,
            "the NHS number in Patient.identifier \(fault); verify it at its source and pass the right one with "
                + "--subject nhs:NUMBER or --subject -")
    }
}
