import Encodings
package import SharingModel

/// Baseline and agreements made ready for many questions: flows are found by holder and purpose, and names, signatures
/// and dates are worked out once. Make it anew whenever an agreement or the baseline changes.
package final class PreparedPolicy: Sendable {
    let law: PreparedLaw
    package var baseline: Baseline? { law.baseline?.value }
    /// By party, each agreement with its flows.
    private let agreements: [AgencyID: [InPlay]]
    private let flows: [Way: [PreparedFlow]]
    private let unreadable: [UnreadableVersion]

    /// An agreement with its flows.
    struct InPlay: Sendable {
        let agreement: PreparedAgreement
        let flows: [PreparedFlow]
    }

    /// From whom to whom, and for what.
    private struct Way: Hashable {
        let holder: AgencyID
        let recipient: AgencyID
        let purpose: PurposeCode
    }

    /// - Parameter agreements: every version of every agreement that was ever proposed.
    package init(_ agreements: [AgreementOnRecord], baseline: Baseline?) {
        let law = PreparedLaw(baseline)
        self.law = law
        var prepared: [PreparedAgreement] = []
        var unreadable: [UnreadableVersion] = []
        let named = Dictionary(grouping: agreements, by: \.name)
        for name in named.keys.sorted() {
            let family = Self.family((named[name] ?? []).sorted { $0.version > $1.version }, law.zone)
            prepared += family.prepared
            unreadable += family.unreadable
        }
        var byParty: [AgencyID: [InPlay]] = [:]
        var flows: [Way: [PreparedFlow]] = [:]
        for agreement in prepared {
            let own = agreement.agreement.flows.map { PreparedFlow($0, of: agreement, law) }
            let parties = Set(agreement.parties)
            for party in parties {
                byParty[party, default: []].append(InPlay(agreement: agreement, flows: own))
            }
            for (flow, one) in zip(agreement.agreement.flows, own) {
                for holder in parties where !flow.from.isWithout(holder) {
                    for recipient in parties where !flow.to.isWithout(recipient) {
                        let way = Way(holder: holder, recipient: recipient, purpose: flow.purpose)
                        flows[way, default: []].append(one)
                    }
                }
            }
        }
        self.agreements = byParty
        self.flows = flows
        self.unreadable = unreadable
    }

    /// The versions of one agreement, the newest first.
    private static func family(
        _ versions: [AgreementOnRecord], _ zone: SiteTimeZone
    ) -> (prepared: [PreparedAgreement], unreadable: [UnreadableVersion]) {
        var prepared: [PreparedAgreement] = []
        var laterStarts: [Instant] = []
        for (place, version) in versions.enumerated() {
            guard case .readable(let agreement) = version.document else {
                guard !version.signatures.isEmpty else { continue }
                let concerned = versions[place...].flatMap { version -> [AgencyID] in
                    if case .readable(let agreement) = version.document { return agreement.parties.map(\.agency) }
                    return version.signatures.map(\.agency)
                }
                return (
                    prepared.reversed(),
                    [
                        UnreadableVersion(
                            detail: "\(version.name)/\(version.version) is unreadable", concerned: Set(concerned),
                            laterStarts: laterStarts)
                    ]
                )
            }
            guard let lastSignature = version.completingSignature(of: agreement) else { continue }
            let one = PreparedAgreement(
                version, agreement, lastSignature: lastSignature, laterStarts: laterStarts, zone: zone)
            prepared.append(one)
            laterStarts.append(one.start)
        }
        return (prepared.reversed(), [])
    }

    /// The holder's agreements that no later version has replaced, in the order of their names.
    ///
    /// Their dates may still be over, and they may be suspended or terminated: their flows say so.
    func inPlay(holder: AgencyID, at clock: Instant) -> [InPlay] {
        (agreements[holder] ?? []).filter { $0.agreement.isInPlay(at: clock) }
    }

    /// Those of the flows in play for a purpose that may lead from the holder to the recipient.
    func flows(from holder: AgencyID, to recipient: AgencyID, for purpose: PurposeCode, at clock: Instant)
        -> [PreparedFlow]
    {
        let way = Way(holder: holder, recipient: recipient, purpose: purpose)
        return (flows[way] ?? []).filter { $0.agreement.isInPlay(at: clock) }
    }

    /// What could not be read and might have mattered to the holder.
    func error(for holder: AgencyID, at clock: Instant) -> String? {
        unreadable.first { version in
            version.concerned.contains(holder) && !version.laterStarts.contains { $0 <= clock }
        }?.detail
    }
}

extension FlowEnd {
    /// Certainly not this agency: it is not named, and no kind is, of which it might be.
    fileprivate func isWithout(_ agency: AgencyID) -> Bool {
        !everyParty && kinds.isEmpty && !agencies.contains(agency)
    }
}
