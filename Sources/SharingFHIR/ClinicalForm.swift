/// How a clinical resource of one type is passed on: which of its elements, and where. References to people, devices and other
/// resources are not among the elements; they mean nothing outside the message.
struct ClinicalForm: Sendable {
    /// The item it belongs to, unless a label or its speaker says otherwise.
    let item: String
    /// The list within the item.
    let group: String
    /// The element that says whom it is about.
    let subject: String
    /// Elements passed on; a choice of types is written as FHIR does, `value[x]`.
    let elements: [String]

    private init(_ item: String, _ group: String, subject: String = "subject", _ elements: [String]) {
        self.item = item
        self.group = group
        self.subject = subject
        self.elements = elements
    }

    /// Sensitivity labels of HL7's v3 ActCode, in `meta.security`, and the items they lead to. A resource without a label counts as
    /// `health.summary`: what is sensitive in it is for its sender to label, a list of codes here could only be wrong.
    static let sensitive: [String: String] = [
        "PSY": "health.mental", "MH": "health.mental", "BH": "health.mental", "PSYTHPN": "health.mental",
        "SEX": "health.sexual", "STD": "health.sexual", "HIV": "health.sexual", "SDV": "health.sexual",
        "ETH": "health.substance", "ETHUD": "health.substance", "SUD": "health.substance",
        "OPIOIDUD": "health.substance",
    ]

    static let forms: [String: ClinicalForm] = [
        "AllergyIntolerance": ClinicalForm(
            "health.summary", "allergies", subject: "patient",
            [
                "clinicalStatus", "verificationStatus", "type", "category", "criticality", "code", "onset[x]",
                "recordedDate",
                "lastOccurrence", "note", "reaction",
            ]),
        "CarePlan": ClinicalForm(
            "health.summary", "carePlans",
            ["status", "intent", "category", "title", "description", "period", "created", "activity", "note"]),
        "ClinicalImpression": ClinicalForm(
            "health.summary", "impressions",
            [
                "status", "code", "description", "effective[x]", "date", "summary", "finding",
                "prognosisCodeableConcept",
                "note",
            ]),
        "Condition": ClinicalForm(
            "health.summary", "conditions",
            [
                "clinicalStatus", "verificationStatus", "category", "severity", "code", "bodySite", "onset[x]",
                "abatement[x]",
                "recordedDate", "stage", "note",
            ]),
        "DiagnosticReport": ClinicalForm(
            "health.summary", "reports",
            ["status", "category", "code", "effective[x]", "issued", "conclusion", "conclusionCode"]),
        "Flag": ClinicalForm("health.summary", "alerts", ["status", "category", "code", "period"]),
        "Goal": ClinicalForm(
            "health.summary", "goals",
            ["lifecycleStatus", "category", "priority", "description", "start[x]", "target", "statusDate", "note"]),
        "Immunization": ClinicalForm(
            "health.summary", "immunizations", subject: "patient",
            ["status", "statusReason", "vaccineCode", "occurrence[x]", "site", "doseQuantity", "note", "reaction"]),
        "MedicationRequest": ClinicalForm("health.medication", "requests", medication + ["intent", "authoredOn"]),
        "MedicationStatement": ClinicalForm(
            "health.medication", "statements", medication + ["effective[x]", "dateAsserted"]),
        "Observation": ClinicalForm(
            "health.summary", "observations",
            [
                "status", "category", "code", "effective[x]", "issued", "value[x]", "dataAbsentReason",
                "interpretation", "note",
                "bodySite", "method", "referenceRange", "component",
            ]),
        "Procedure": ClinicalForm(
            "health.summary", "procedures",
            [
                "status", "statusReason", "category", "code", "performed[x]", "reasonCode", "bodySite", "outcome",
                "complication", "followUp", "note",
            ]),
        "QuestionnaireResponse": ClinicalForm("health.summary", "questionnaires", ["status", "authored", "item"]),
        "RiskAssessment": ClinicalForm(
            "health.summary", "riskAssessments",
            ["status", "code", "occurrence[x]", "prediction", "mitigation", "note"]),
    ]

    private static let medication = [
        "status", "statusReason", "category", "medicationCodeableConcept", "reasonCode", "dosage", "dosageInstruction",
        "note",
    ]
}
