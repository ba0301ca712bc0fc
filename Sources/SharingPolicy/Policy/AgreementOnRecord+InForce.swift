package import Encodings
package import SharingModel

extension AgreementOnRecord {
    /// Whether the agency is a party, as far as can be told.
    func concerns(_ agency: AgencyID) -> Bool {
        if case .readable(let agreement) = document { return agreement.isParty(agency) }
        return signatures.contains { $0.agency == agency }
    }

    /// The last of the parties' first valid signatures; nil while one of them is missing.
    func completingSignature(of agreement: Agreement) -> EventReference? {
        var last: EventReference?
        for party in agreement.parties {
            let own = signatures.filter { $0.agency == party.agency && !$0.isUnderRevokedKey }.map(\.event)
            guard let first = own.min() else { return nil }
            last = max(last ?? first, first)
        }
        return last
    }

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

    /// The first moment after `clock` at which something may come into force or cease to be, if nothing is recorded until
    /// then; nil where nothing changes any more.
    package static func nextChange(
        _ agreements: [AgreementOnRecord], baseline: Baseline?, after clock: Instant
    ) -> Instant? {
        let zone = baseline?.timeZone ?? .utc
        return agreements.flatMap { version -> [Instant] in
            guard case .readable(let agreement) = version.document else { return [] }
            let start = agreement.inForce.from.start(in: zone)
            let end = agreement.inForce.until?.end(in: zone)
            return [start] + (end.map { [Instant(milliseconds: $0.milliseconds + 1)] } ?? [])
        }.filter { $0 > clock }.min()
    }
}
