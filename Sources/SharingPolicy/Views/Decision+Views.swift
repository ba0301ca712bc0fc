package import Encodings
package import SharingModel

extension Decision {
    /// Which of the concealed parts a viewer may have.
    ///
    /// - Parameter namedIn: of the consents and withdrawals in ``Decision/facts``, those that name the viewer as a
    ///   recipient (any other of the facts that it may read does no harm). Nothing else is asked about the world: what
    ///   an asker sees is a function of the decision and of this.
    package func visibleParts(to viewer: Viewer, namedIn: Set<UniqueID> = []) -> VisibleParts {
        let all = Array(items.indices)
        switch viewer {
        case .holder:
            return VisibleParts(items: all, codes: all, nearest: nearest != nil, facts: !facts.isEmpty)
        case .asker:
            let consentCode = codeOfReadableConsent(namedIn)
            return VisibleParts(
                items: all,
                codes: all.filter { items[$0].codes.allSatisfy { $0.restsOnWhatTheAskerKnows || $0 == consentCode } },
                nearest: isNearestVisible(consentCode), facts: !facts.isEmpty && facts.allSatisfy(namedIn.contains))
        case .recipient:
            return VisibleParts(
                items: all.filter { items[$0].result == .permitted }, codes: [], nearest: false, facts: false)
        }
    }

    /// The decision as a viewer sees it: reasons it may not have read `not-available`, and on a push what it does not
    /// get is not there.
    package func asSeen(by viewer: Viewer, namedIn: Set<UniqueID> = []) -> Decision {
        let parts = visibleParts(to: viewer, namedIn: namedIn)
        let codes = Set(parts.codes)
        let seen = parts.items.map { position in
            let item = items[position]
            if item.codes.isEmpty || codes.contains(position) { return item }
            return ItemDecision(item: item.item, result: item.result, flow: item.flow, codes: [.notAvailable])
        }
        return Decision(
            outcome: outcome, shareFirst: shareFirst, breakGlass: breakGlass, items: seen,
            nearest: parts.nearest ? nearest : nil, obligations: obligations, facts: parts.facts ? facts : [],
            policy: policy, at: at, clock: clock, replicas: replicas, validUntil: validUntil, contact: contact,
            notice: notice)
    }

    /// The same without the items that somebody is not to hear of.
    package func keeping(_ isKept: (ItemCode) -> Bool) -> Decision {
        Decision(
            outcome: outcome, shareFirst: shareFirst, breakGlass: breakGlass, items: items.filter { isKept($0.item) },
            nearest: nearest, obligations: obligations, facts: facts, policy: policy, at: at, clock: clock,
            replicas: replicas, validUntil: validUntil, contact: contact, notice: notice)
    }

    /// The code of the nearest permit if it failed on a consent that names the viewer. The judge sees to it that then
    /// every item with this code failed on such a consent (``Verdict``).
    private func codeOfReadableConsent(_ namedIn: Set<UniqueID>) -> RefusalCode? {
        guard let nearest, nearest.code.restsOnTheConsentAlone, let fact = nearest.fact, namedIn.contains(fact) else {
            return nil
        }
        return nearest.code
    }

    /// An agreement to which the asker is no party is not named to it, even as the one that came nearest.
    private func isNearestVisible(_ consentCode: RefusalCode?) -> Bool {
        guard let nearest else { return false }
        if nearest.code == .recipientNotParty { return false }
        return nearest.code.restsOnWhatTheAskerKnows || nearest.code == consentCode
    }
}
