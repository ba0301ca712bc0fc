/// `sharing.agreement.proposed.v1`
package struct AgreementProposed: Sendable, Hashable {
    /// The YAML text; signatures name the digest of its bytes.
    package let document: String
    /// What it says.
    package let agreement: Agreement
}

/// Who signed for a party. The office is recorded, not compared.
package struct Signatory: Sendable, Hashable {
    package let name: String
    package let office: String
}

/// `sharing.agreement.signed.v1`
package struct AgreementSigned: Sendable, Hashable {
    package let agreement: AgreementID
    package let version: Int64
    /// SHA-256 of the document's bytes, base64url.
    package let digest: String
    package let signatory: Signatory
}

/// `sharing.agreement.suspended.v1`, `.resumed.v1`, `.terminated.v1`
package struct AgreementChange: Sendable, Hashable {
    package enum Verb: String, Sendable, Hashable, CaseIterable {
        case suspended, resumed, terminated
    }

    package let verb: Verb
    package let agreement: AgreementID
    package let version: Int64
    package let reason: String
}
