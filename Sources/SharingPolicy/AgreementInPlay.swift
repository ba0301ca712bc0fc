package import Encodings
package import SharingModel

/// A version of an agreement that all its parties have signed and no later version has replaced. Its dates may still
/// be over, and it may be suspended or terminated: the flows say so.
struct AgreementInPlay {
    let agreement: Agreement
    /// The signature that completed it.
    let lastSignature: EventReference
    let suspended: EventReference?
    let terminated: EventReference?
    /// The last moment before a later version, signed already, replaces it; nil where none is waiting.
    let replacedAfter: Instant?

    /// The holder's agreements in play, and those versions that are in the way of an answer because they cannot be
    /// read.
    ///
    /// A fully signed version replaces earlier ones from its own first moment on, and for good: suspending or
    /// terminating it brings none of them back. Whether an unreadable version that somebody signed has replaced the
    /// earlier ones is not known, so neither it nor they permit anything.
    static func sort(out facts: Facts, holder: AgencyID) -> (inPlay: [AgreementInPlay], errors: [EvaluationError]) {
        var inPlay: [AgreementInPlay] = []
        var errors: [EvaluationError] = []
        let zone = facts.baseline?.timeZone ?? .utc
        let named = Dictionary(grouping: facts.agreements, by: \.name)
        for name in named.keys.sorted() {
            var replacedAfter: Instant?
            let versions = (named[name] ?? []).sorted { $0.version > $1.version }
            for (place, version) in versions.enumerated() {
                guard case .readable(let agreement) = version.document else {
                    guard !version.signatures.isEmpty, versions[place...].contains(where: { $0.concerns(holder) })
                    else {
                        continue
                    }
                    errors.append(EvaluationError(detail: "\(name)/\(version.version) is unreadable"))
                    break
                }
                guard let lastSignature = version.completingSignature(of: agreement) else { continue }
                let start = agreement.inForce.from.start(in: zone)
                if agreement.isParty(holder) {
                    inPlay.append(
                        AgreementInPlay(
                            agreement: agreement, lastSignature: lastSignature, suspended: version.suspended,
                            terminated: version.terminated, replacedAfter: replacedAfter))
                }
                if start <= facts.clock { break }
                replacedAfter = min(replacedAfter ?? start, Instant(milliseconds: start.milliseconds - 1))
            }
        }
        return (
            inPlay.sorted { ($0.agreement.id, $0.agreement.version) < ($1.agreement.id, $1.agreement.version) }, errors
        )
    }
}

extension AgreementOnRecord {
    /// Whether the agency is a party, as far as can be told.
    fileprivate func concerns(_ agency: AgencyID) -> Bool {
        if case .readable(let agreement) = document { return agreement.isParty(agency) }
        return signatures.contains { $0.agency == agency }
    }

    /// The last of the parties' first valid signatures; nil while one of them is missing.
    fileprivate func completingSignature(of agreement: Agreement) -> EventReference? {
        var last: EventReference?
        for party in agreement.parties {
            let own = signatures.filter { $0.agency == party.agency && !$0.isUnderRevokedKey }.map(\.event)
            guard let first = own.min() else { return nil }
            last = max(last ?? first, first)
        }
        return last
    }
}

extension AgreementOnRecord {
    /// The versions in force at a moment: signed by all parties, not replaced, within their dates, neither suspended
    /// nor terminated.
    package static func inForce(_ agreements: [AgreementOnRecord], baseline: Baseline?, clock: Instant)
        -> [AgreementOnRecord]
    {
        let zone = baseline?.timeZone ?? .utc
        return Dictionary(grouping: agreements, by: \.name).values.compactMap { versions in
            for version in versions.sorted(by: { $0.version > $1.version }) {
                guard case .readable(let agreement) = version.document,
                    version.completingSignature(of: agreement) != nil, agreement.inForce.from.start(in: zone) <= clock
                else { continue }
                let isOver = agreement.inForce.until.map { $0.end(in: zone) < clock } ?? false
                return isOver || version.suspended != nil || version.terminated != nil ? nil : version
            }
            return nil
        }
    }
}
