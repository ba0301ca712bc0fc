import Encodings
import SharingModel

/// What is on record of the person, each by itself. Of bars only those that an agreement can have a say in: what stands under step 1 of the
/// decision is withheld whatever was agreed.
package enum PersonState: String, Sendable, Hashable, CaseIterable {
    /// Nothing of what follows.
    case ordinary = "nothing else"
    case objection = "objection upheld"
    case death = "died"
    /// A child who was assessed as understanding.
    case gillick = "a child who understands"
    case lacking = "lacks capacity"
    /// Lacks capacity, and to share was decided to be in the person's best interests.
    case bestInterests = "lacks capacity, best interests decided"
    /// The same, and nobody has assessed capacity.
    case bestInterestsAlone = "best interests decided, capacity not assessed"
    /// A court requires everything.
    case courtOrder = "required by a court"
    /// The holder has everything from somebody else, who forbade passing it on.
    case received = "received under onward none"

    /// Puts it among the facts.
    func add(to facts: inout Facts, _ relation: Relation) {
        let recipients = [RecipientSelector.agency(relation.recipient.agency)]
        func event(_ place: Int64) -> EventReference { EventReference(id: .made(place), index: place) }
        func assess(_ outcome: CapacityAssessed.Outcome, _ basis: CapacityAssessed.Basis) {
            facts.capacity = [CapacityOnRecord(event: event(240_000), outcome: outcome, basis: basis)]
        }
        func decideBestInterests() {
            facts.bestInterests = [
                BestInterestsOnRecord(
                    event: event(260_000), purposes: [relation.purpose], items: .all, recipients: recipients)
            ]
        }
        switch self {
        case .ordinary: break
        case .objection:
            facts.objections = [
                ObjectionOnRecord(
                    event: event(200_000), purposes: [relation.purpose], items: .all, recipients: recipients,
                    changes: [.init(verb: .upheld, event: event(200_001))])
            ]
        case .death:
            facts.deaths = [DeathOnRecord(event: event(230_000), date: .time(facts.clock), isVerified: true)]
        case .gillick: assess(.has, .gillick)
        case .lacking: assess(.lacks, .mca)
        case .bestInterests:
            assess(.lacks, .mca)
            decideBestInterests()
        case .bestInterestsAlone: decideBestInterests()
        case .courtOrder:
            facts.courtOrders = [
                CourtOrderOnRecord(event: event(210_000), effect: .requires, recipients: recipients)
            ]
        case .received:
            // Whoever it is from, as long as it is not the recipient.
            facts.received = [
                ReceivedOnRecord(
                    event: event(270_000), from: relation.holder.agency,
                    items: facts.baseline.map { $0.items.leaves(of: $0.items.items.keys) } ?? [])
            ]
        }
    }
}

extension QuestionSpace {
    /// What an answer between the ends of these flows can depend on.
    func persons(_ relation: Relation, _ flows: [Flow], asksForConsent: Bool) -> [PersonState] {
        guard !flows.isEmpty else { return [.ordinary] }
        func has(_ gateway: String) -> Bool { flows.contains { $0.basis.confidentiality.gateway.text == gateway } }
        let isSafeguarding = baseline.purposes[relation.purpose]?.safeguarding == true
        return PersonState.allCases.filter { state in
            switch state {
            case .ordinary, .received: true
            case .objection:
                !isSafeguarding && flows.contains { baseline.article6[$0.basis.article6]?.beyondObjection != true }
            case .death: flows.contains { !$0.conditions.afterDeath }
            case .gillick: asksForConsent
            case .lacking, .bestInterests: asksForConsent || has("best-interests")
            case .bestInterestsAlone: has("best-interests")
            case .courtOrder: has("court-order")
            }
        }
    }
}
