package import SharingModel

/// One version of an agreement with what has happened to it. Whether it is in force is for the judge to say.
package struct AgreementOnRecord: Sendable {
    /// The document as proposed, or the sad fact that this site can no longer read it.
    package enum Document: Sendable {
        case readable(Agreement)
        case unreadable
    }

    /// A party's `agreement.signed` over this very document.
    package struct Signature: Sendable, Hashable {
        package var agency: AgencyID
        package var event: EventReference
        /// Recorded at or after `since` of its key's revocation: it no longer permits anything (DESIGN 5).
        package var isUnderRevokedKey: Bool

        package init(agency: AgencyID, event: EventReference, isUnderRevokedKey: Bool = false) {
            self.agency = agency
            self.event = event
            self.isUnderRevokedKey = isUnderRevokedKey
        }
    }

    /// The agreement's name, `liverpool-mash`.
    package var name: AgreementID
    package var version: Int64
    package var document: Document
    package var signatures: [Signature]
    /// `agreement.suspended`, if it is suspended now.
    package var suspended: EventReference?
    /// `agreement.terminated`, if it is.
    package var terminated: EventReference?

    package init(
        name: AgreementID, version: Int64, document: Document, signatures: [Signature],
        suspended: EventReference? = nil,
        terminated: EventReference? = nil
    ) {
        self.name = name
        self.version = version
        self.document = document
        self.signatures = signatures
        self.suspended = suspended
        self.terminated = terminated
    }
}
