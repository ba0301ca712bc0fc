import Encodings
import SharingModel

/// Identifier and code systems this importer knows. NHS England has published its identifier systems under `/Id/` and `/id/`; both are
/// in use and mean the same.
enum FHIRSystems {
    static let nhsNumber = nhsIdentifier("nhs-number")
    static let odsCode = nhsIdentifier("ods-organization-code")

    static let messageEvents = "https://fhir.nhs.uk/CodeSystem/message-events-bars"
    static let consentScope = "http://terminology.hl7.org/CodeSystem/consentscope"
    static let actReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
    static let actCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    static let participationType = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
    static let roleCode = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
    static let resourceTypes = "http://hl7.org/fhir/resource-types"
    static let snomed = "http://snomed.info/sct"

    private static func nhsIdentifier(_ name: String) -> Set<String> {
        ["https://fhir.nhs.uk/Id/\(name)", "https://fhir.nhs.uk/id/\(name)"]
    }
}

extension Resource {
    /// The identifiers of the resource in one of these systems, each with its index.
    func identifiers(in systems: Set<String>) -> [(index: Int, json: JSON, value: String)] {
        (json["identifier"]?.array ?? []).enumerated().compactMap { index, identifier in
            guard let system = identifier["system"]?.string, systems.contains(system),
                let value = identifier["value"]?.string
            else { return nil }
            return (index, identifier, value)
        }
    }

    /// The organisation's ODS code as an agency; nil where it has none or one that is not well formed.
    var odsAgency: AgencyID? {
        identifiers(in: FHIRSystems.odsCode).lazy.compactMap { try? AgencyID("ods:" + $0.value) }.first
    }
}
