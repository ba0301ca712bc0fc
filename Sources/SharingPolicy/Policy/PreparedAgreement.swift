import Encodings
import SharingModel

/// A version of an agreement that all its parties have signed, with everything about it that does not depend on the
/// moment of a question. Shared by its flows, so a class; it never changes.
final class PreparedAgreement: Sendable {
    let agreement: Agreement
    let parties: [AgencyID]
    /// The signature that completed it.
    let lastSignature: EventReference
    let suspended: EventReference?
    let terminated: EventReference?
    let start: Instant
    /// Its last moment; nil for no end.
    let end: Instant?
    /// What every permit under it rests on: the last signature, its end, and the last moment before a later version,
    /// signed already, replaces it.
    let grounds: Grounds
    /// First moments of the later versions that all parties have signed.
    private let laterStarts: [Instant]

    init(
        _ version: AgreementOnRecord, _ agreement: Agreement, lastSignature: EventReference, laterStarts: [Instant],
        zone: SiteTimeZone
    ) {
        self.agreement = agreement
        parties = agreement.parties.map(\.agency)
        self.lastSignature = lastSignature
        suspended = version.suspended
        terminated = version.terminated
        start = agreement.inForce.from.start(in: zone)
        end = agreement.inForce.until?.end(in: zone)
        self.laterStarts = laterStarts
        let replacedAfter = laterStarts.min().map { Instant(milliseconds: $0.milliseconds - 1) }
        grounds = Grounds(facts: [lastSignature], ends: [end, replacedAfter].compactMap { $0 })
    }

    /// Whether no later version has replaced it. A fully signed version replaces earlier ones from its own first moment
    /// on, and for good: suspending or terminating it brings none of them back.
    func isInPlay(at clock: Instant) -> Bool { !laterStarts.contains { $0 <= clock } }
}

/// A flow of such a version, with its full name.
final class PreparedFlow: Sendable {
    let terms: PreparedTerms
    let agreement: PreparedAgreement
    /// `liverpool-mash/3/nhs-to-council-safeguarding`
    let reference: String

    init(_ flow: Flow, of agreement: PreparedAgreement, _ law: PreparedLaw) {
        terms = PreparedTerms(flow, nation: agreement.agreement.nation, law)
        self.agreement = agreement
        reference = agreement.agreement.reference(to: flow)
    }

    var flow: Flow { terms.flow }
}

/// A signed version that this release cannot read, and who may be concerned.
///
/// Whether it has replaced the earlier ones is not known, so neither it nor they permit anything; from the first moment
/// of a later one that can be read it is in nobody's way.
struct UnreadableVersion: Sendable {
    /// `liverpool-mash/3 is unreadable`
    let detail: String
    let concerned: Set<AgencyID>
    let laterStarts: [Instant]
}
